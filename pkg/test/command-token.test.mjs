import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { parseTokenResponse } from "eiam-token";
import { exampleConfig } from "eiam-token/issuer";
import { encode } from "uqr";
import { runCommand, startCommand, startToken } from "./support/command-process.mjs";
import { Browser } from "./support/issuer-browser.mjs";

const WEB_SECRET = "CSwebExampleSecretThatEverybodyKnows1234567890";
const MACHINE_SECRET = "CSmachineExampleSecretThatEverybodyKnows123456";
const PASSWORD = "alice-password";

const folder = mkdtempSync(join(tmpdir(), "eiam-token-"));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
/** @param {string} text */
function file(text) {
  const path = join(folder, `${++files}`);
  writeFileSync(path, text);
  return path;
}

/** Keys by which applications of the issuer below authenticate. */
const keys = {
  RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: generateKeyPairSync("ed25519"),
};

let issuer;
before(async () => {
  const { baseUrl, ...example } = exampleConfig("http://127.0.0.1");
  const byKey = Object.entries(keys).map(([alg, { publicKey }]) => ({
    applicationId: `app_${alg}`,
    jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid: alg }] },
    grants: ["client_credentials"],
    scopes: ["api://x|read"],
  }));
  const byMac = {
    applicationId: "app_mac",
    clientSecrets: [WEB_SECRET],
    tokenEndpointAuthMethods: ["client_secret_jwt"],
    grants: ["client_credentials"],
    scopes: ["api://x|read"],
  };
  const config = { ...example, applications: [...example.applications, ...byKey, byMac] };
  issuer = await startCommand(["--port", "0", "--config", file(JSON.stringify(config))]);
});
after(() => issuer.stop());

/** The options that name an application of the issuer. */
const of = (application) => [
  ...["--issuer", `${issuer.address}/v2/idaas_example/${application}/oidc`],
  ...["--client-id", application],
];

/** @type {import("./support/issuer-browser.mjs").Send} */
async function send(method, url, headers, body) {
  const response = await fetch(url, { method, headers, body, redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Signs in and gives where the browser is sent to. */
async function signIn(url, credentials = { username: "alice", password: PASSWORD }) {
  const browser = new Browser(send, issuer.address);
  const { url: end } = await browser.submit(await browser.open(url), credentials);
  return end;
}

const URL_TO_SIGN_IN = /Sign in at\n\n {2}(\S+)\n\n/;

/** Runs the code flow to its end. */
async function byBrowser(args, options) {
  const command = startToken(args, options);
  const [, url] = await command.says(URL_TO_SIGN_IN);
  const back = await signIn(url);
  const response = await fetch(back);
  return { ...(await command.ended), response, page: await response.text(), url, back };
}

/** Walks the pages of the device flow to the question, and answers it by a button. */
async function decide(url, button) {
  const browser = new Browser(send, issuer.address);
  let page = await browser.open(url);
  for (let i = 0; i < 4 && !page.text.includes(`value="${button}"`); i++) {
    const asksPassword = page.text.includes('name="password"');
    const credentials = { username: "alice", password: PASSWORD };
    // The code stands in its field already.
    page = await browser.submit(page, asksPassword ? credentials : { user_code: undefined });
  }
  return browser.submit(page, {}, button);
}

const ADDRESS = /or go directly to\n\n {2}(\S+)\n\n/;

/** Runs the device flow to its end. */
async function byDevice(args, button = "allow") {
  const command = startToken(args);
  const [, url] = await command.says(ADDRESS);
  await decide(url, button);
  return command.ended;
}

describe("every grant, against the issuer", () => {
  test("authorization_code is the default; standard output is the access token alone", async () => {
    const { code, stdout, stderr, response, page, url, back } = await byBrowser([
      ...of("app_spa"),
      ...["--scope", "openid profile"],
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^AT\w+\n$/);
    assert.match(stderr, /^Bearer, for 1200 seconds, .*of user_alice, with an id_token/m);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.equal(response.headers.get("referrer-policy"), "no-referrer");
    assert.match(page, /You are signed in\. You can close this window\./);

    const parameters = new URL(url).searchParams;
    assert.equal(parameters.get("code_challenge_method"), "S256");
    const { hostname, port, pathname } = new URL(parameters.get("redirect_uri"));
    assert.deepEqual([hostname, pathname], ["127.0.0.1", "/callback"]);
    assert.ok(Number(port) > 0);
    const sent = new URL(back).searchParams.get("code");
    assert.ok(sent && !(stdout + stderr).includes(sent));
    await assert.rejects(fetch(back), "nothing listens there any more");
  });

  test("--redirect-uri is taken as registered", async () => {
    const secret = ["--client-secret-file", file(`${WEB_SECRET}\n`)];
    const redirect = ["--redirect-uri", "http://127.0.0.1/cb"];
    const command = startToken([...of("app_web"), ...secret, ...redirect]);
    const [, url] = await command.says(URL_TO_SIGN_IN);
    assert.match(new URL(url).searchParams.get("redirect_uri"), /^http:\/\/127\.0\.0\.1:\d+\/cb$/);
    command.child.kill("SIGINT");
    assert.equal((await command.ended).code, 130);
  });

  test("what does not belong to the request is refused and waited past", async () => {
    const command = startToken([...of("app_spa"), "--scope", "openid"]);
    const [, url] = await command.says(URL_TO_SIGN_IN);
    const redirectUri = new URL(url).searchParams.get("redirect_uri");
    const wrong = ["?code=CO1&state=wrong", "?error=access_denied&state=wrong", "", "?state="];
    for (const query of wrong) assert.equal((await fetch(redirectUri + query)).status, 400, query);
    assert.equal((await fetch(new URL("/other", redirectUri))).status, 404);
    assert.equal((await fetch(redirectUri, { method: "POST" })).status, 404);
    assert.equal((await fetch(await signIn(url))).status, 200);
    assert.equal((await command.ended).code, 0);
  });

  test("the user refuses", async () => {
    const command = startToken(of("app_spa"));
    const [, url] = await command.says(URL_TO_SIGN_IN);
    const parameters = new URL(url).searchParams;
    const answer = new URLSearchParams({
      error: "access_denied",
      error_description: "\u202eno\nAT\u001b[31m",
      state: parameters.get("state"),
      iss: `${issuer.address}/v2/idaas_example/app_spa/oidc`,
    });
    const response = await fetch(`${parameters.get("redirect_uri")}?${answer}`);
    assert.match(await response.text(), /You are not signed in/);
    const { code, stdout, stderr } = await command.ended;
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /\neiam-token: oauth_error: access_denied: [^\n]*\.\n$/);
    assert.doesNotMatch(stderr, /[\u001b\u202e]/);
  });

  test("device_code: code, address, QR code", async () => {
    const { code, stdout, stderr } = await byDevice([
      ...of("app_device"),
      ...["--grant", "device_code", "--scope", "openid", "--qr"],
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^AT\w+\n$/);
    const [, address] = ADDRESS.exec(stderr);
    const [, userCode] = /and enter\n\n {2}(\S+)\n/.exec(stderr);
    assert.ok(address.includes(userCode));
    assert.ok(!stderr.includes("\u001b"), "no spinner and no colours without a terminal");

    const lines = stderr.split("\n");
    const { data, size } = encode(address, { border: 4 });
    const start = lines.findIndex((line) => line.length === size && !line.trim());
    const drawn = lines
      .slice(start, start + Math.ceil(size / 2))
      .flatMap((line) => [
        [...line].map((block) => "▀█".includes(block)),
        [...line].map((block) => "▄█".includes(block)),
      ]);
    assert.deepEqual(drawn.slice(0, size), data);
  });

  test("device_code: the user refuses", async () => {
    const args = [...of("app_device"), "--grant", "device_code"];
    const { code, stdout, stderr } = await byDevice(args, "deny");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /eiam-token: device_denied: [^\n]+\.\n$/);
  });

  test("client_credentials, with the secret in a file and in the environment, by each method", async () => {
    const args = [...of("app_machine"), "--grant", "client_credentials"];
    const scope = ["--scope", "api://api.example.com|read:file"];
    for (const method of [
      [],
      ["--auth-method", "client_secret_post"],
      ["--auth-method", "client_secret_basic_unencoded"],
    ]) {
      const inFile = await runCommand([
        "token",
        ...args,
        ...scope,
        ...method,
        "--client-secret-file",
        file(MACHINE_SECRET),
      ]);
      assert.deepEqual([inFile.code, inFile.stderr], [0, "Bearer, for 3600 seconds\n"], inFile.stderr);
      assert.match(inFile.stdout, /^AT\w+\n$/);
    }
    const env = { EIAM_TOKEN_CLIENT_SECRET: MACHINE_SECRET };
    const inEnvironment = await runCommand(["token", ...args, ...scope], { env });
    assert.equal(inEnvironment.code, 0, inEnvironment.stderr);
    const mac = ["token", ...of("app_mac"), "--grant", "client_credentials", "--auth-method", "client_secret_jwt"];
    const byMac = await runCommand(mac, { env: { EIAM_TOKEN_CLIENT_SECRET: WEB_SECRET } });
    assert.equal(byMac.code, 0, byMac.stderr);
  });

  for (const [alg, { privateKey }] of Object.entries(keys)) {
    test(`client_credentials, by a private key of ${alg}`, async () => {
      const args = ["token", ...of(`app_${alg}`), "--grant", "client_credentials"];
      const pem = file(privateKey.export({ type: "pkcs8", format: "pem" }));
      const byPem = await runCommand([...args, "--private-key", pem, "--key-id", alg]);
      assert.equal(byPem.code, 0, byPem.stderr);
      const jwk = { ...privateKey.export({ format: "jwk" }), kid: alg };
      const byJwk = await runCommand([...args, "--private-key", file(JSON.stringify(jwk))]);
      assert.equal(byJwk.code, 0, byJwk.stderr);
      const { code, stderr } = await runCommand([...args, "--private-key", pem, "--key-id", "other"]);
      assert.equal(code, 1);
      assert.match(stderr, /^eiam-token: oauth_error: invalid_client: [^\n]+\.\n$/);
    });
  }

  const password = () => [...of("app_web"), "--grant", "password", "--username", "alice", "--scope", "openid"];
  test("password, from the environment and piped in", async () => {
    const env = { EIAM_TOKEN_CLIENT_SECRET: WEB_SECRET };
    const known = await runCommand(["token", ...password()], { env: { ...env, EIAM_TOKEN_PASSWORD: PASSWORD } });
    assert.equal(known.code, 0, known.stderr);
    const piped = await runCommand(["token", ...password()], { env, input: `${PASSWORD}\nmore\n` });
    assert.equal(piped.code, 0, piped.stderr);
    assert.match(piped.stdout, /^AT\w+\n$/);
    const none = await runCommand(["token", ...password()], { env });
    assert.deepEqual(
      [none.code, none.stdout, none.stderr],
      [
        1,
        "",
        "eiam-token: There is no password; type it when the command asks for it, pipe it in, or set EIAM_TOKEN_PASSWORD.\n",
      ],
    );
  });

  test("refresh_token: the file gets the new one, for nobody else to read", async () => {
    const path = join(folder, "refresh token");
    const env = { EIAM_TOKEN_CLIENT_SECRET: WEB_SECRET, EIAM_TOKEN_PASSWORD: PASSWORD };
    const first = await runCommand(["token", ...password(), "--refresh-token-file", path], { env });
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /the refresh token written/);
    const before = readFileSync(path, "utf8");
    assert.match(before, /^RT\w+\n$/);
    chmodSync(path, 0o644);

    const args = ["token", ...of("app_web"), "--grant", "refresh_token", "--refresh-token-file", path];
    const second = await runCommand(args, { env });
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stdout, /^AT\w+\n$/);
    const after = readFileSync(path, "utf8");
    assert.notEqual(after, before);
    assert.ok(!(second.stdout + second.stderr).includes(after.trim()));
    if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);

    writeFileSync(path, before);
    const spent = await runCommand(args, { env });
    assert.equal(spent.code, 1);
    assert.match(spent.stderr, /^eiam-token: oauth_error: invalid_grant: [^\n]+\.\n$/);
    assert.ok(!spent.stderr.includes(before.trim()));
    assert.equal(readFileSync(path, "utf8"), before);
  });

  test("refresh_token: nothing is spent where the new one cannot be written", async () => {
    const path = join(folder, "spent by nobody");
    const env = { EIAM_TOKEN_CLIENT_SECRET: WEB_SECRET, EIAM_TOKEN_PASSWORD: PASSWORD };
    assert.equal((await runCommand(["token", ...password(), "--refresh-token-file", path], { env })).code, 0);
    // Its name is so long that nothing can be written beside it, even by root.
    const long = join(folder, "x".repeat(240));
    writeFileSync(long, readFileSync(path));
    const refresh = (file) => ["token", ...of("app_web"), "--grant", "refresh_token", "--refresh-token-file", file];
    const refused = await runCommand(refresh(long), { env });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /cannot be written \(ENAMETOOLONG\), so no token was requested\.\n$/);
    const taken = await runCommand(refresh(path), { env });
    assert.equal(taken.code, 0, taken.stderr);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("spent by nobody")),
      ["spent by nobody"],
    );
  });

  test("--json is the whole answer, its seconds exact", async () => {
    const env = { EIAM_TOKEN_CLIENT_SECRET: WEB_SECRET, EIAM_TOKEN_PASSWORD: PASSWORD };
    const { code, stdout, stderr } = await runCommand(["token", ...password(), "--json"], { env });
    assert.deepEqual([code, stderr], [0, ""]);
    const answer = JSON.parse(stdout);
    assert.equal(answer.claims.sub, "user_alice");
    assert.match(answer.access_token, /^AT/);
    assert.match(answer.refresh_token, /^RT/);
    const { expiresIn, idToken } = parseTokenResponse(stdout);
    assert.equal(expiresIn, 1200n);
    assert.equal(idToken, answer.id_token);
  });

  test("--eiam needs no question about where", async () => {
    // The service's hosts cannot be reached here: requests for them go to the issuer.
    const hosts = file(`
      const { fetch } = globalThis;
      globalThis.fetch = (url, init) =>
        fetch(url.replace("https://eiam-api-cn-hangzhou.aliyuncs.com", "${issuer.address}"), init);`);
    const env = { EIAM_TOKEN_CLIENT_SECRET: MACHINE_SECRET, NODE_OPTIONS: `--import "${hosts}.mjs"` };
    writeFileSync(`${hosts}.mjs`, readFileSync(hosts));
    const eiam = ["--eiam", "cn-hangzhou/idaas_example/app_machine", "--grant", "client_credentials"];
    const { code, stdout, stderr } = await runCommand(["token", ...eiam], { env });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^AT/);
  });

  test("--eiam without --portal has no pages", async () => {
    const { code, stderr } = await runCommand(["token", "--eiam", "cn-hangzhou/idaas_example/app_spa"]);
    assert.equal(code, 1);
    assert.match(stderr, /^eiam-token: not_supported: [^\n]+\.\n$/);
  });
});

describe("opening the browser", { skip: process.platform !== "linux" && "written for Linux" }, () => {
  const programs = mkdtempSync(join(tmpdir(), "eiam-token-path-"));
  after(() => rmSync(programs, { recursive: true }));
  const opened = join(programs, "opened");
  before(() => {
    writeFileSync(join(programs, "xdg-open"), `#!/bin/sh\nprintf '%s\\n' "$1" >> "${opened}"\n`, { mode: 0o755 });
  });
  const env = { PATH: `${programs}${delimiter}${process.env.PATH}` };

  test("happens with --open, and only so", async () => {
    const urls = [];
    for (const open of [[], ["--open"]]) {
      const command = startToken([...of("app_spa"), ...open], { env });
      const [, url] = await command.says(URL_TO_SIGN_IN);
      urls.push(url);
      const isOpened = () => existsSync(opened) && readFileSync(opened, "utf8").includes(`${url}\n`);
      while (open.length > 0 && !isOpened()) await new Promise((resolve) => setTimeout(resolve, 5));
      command.child.kill("SIGINT");
      assert.equal((await command.ended).code, 130);
    }
    assert.equal(readFileSync(opened, "utf8"), `${urls[1]}\n`);
  });
});

describe("stopping", () => {
  for (const grant of ["authorization_code", "device_code"]) {
    for (const signal of ["SIGINT", "SIGTERM"]) {
      test(`${signal} ends ${grant}`, async () => {
        const command = startToken([...of(grant === "device_code" ? "app_device" : "app_spa"), "--grant", grant]);
        await command.says(grant === "device_code" ? ADDRESS : URL_TO_SIGN_IN);
        command.child.kill(signal);
        const { code, stdout, stderr } = await command.ended;
        assert.deepEqual([code, stdout], [130, ""]);
        assert.doesNotMatch(stderr, /eiam-token: /);
      });
    }
  }
});

/** A server that answers everything in one way. */
async function serverThat(answer) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  // One that a failed test leaves must not keep the others waiting.
  server.unref();
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe("errors are one sentence with the code", () => {
  const sentence = /^eiam-token: [^\n]+\.\n$/;
  const fails = async (args, options) => {
    const { code, stdout, stderr } = await runCommand(["token", ...args], options);
    assert.deepEqual([code, stdout], [1, ""], stderr);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /internal: /);
    return stderr;
  };
  const machine = () => [...of("app_machine"), "--grant", "client_credentials"];

  test("a wrong secret", async () => {
    const secret = "CSthis is wrong";
    const error = await fails(machine(), { env: { EIAM_TOKEN_CLIENT_SECRET: secret } });
    assert.match(error, /oauth_error: invalid_client: .*\(status 401, request id [\dA-F-]{36}\)\.$/m);
    assert.ok(!error.includes(secret));
  });

  test("nobody listens", async () => {
    const { url, stop } = await serverThat(() => {});
    stop();
    const error = await fails(["--issuer", url, "--client-id", "x"]);
    assert.match(error, /network_error: \S+ did not answer \(ECONNREFUSED\)\.$/m);
  });

  test("an issuer that is none", async () => {
    const { url, stop } = await serverThat((_, response) => response.writeHead(404).end("no"));
    assert.match(await fails(["--issuer", url, "--client-id", "x"]), /http_error: .*404/);
    stop();
  });

  test("metadata at OAuth's place are found", async () => {
    const server = await serverThat(({ url }, response) => {
      if (url === "/token") return response.end('{"access_token":"found","token_type":"Bearer"}');
      if (url !== "/.well-known/oauth-authorization-server") return response.writeHead(404).end();
      response.end(JSON.stringify({ issuer: server.url, token_endpoint: `${server.url}/token` }));
    });
    const args = ["token", "--issuer", server.url, "--client-id", "x", "--grant", "client_credentials"];
    const { code, stdout, stderr } = await runCommand(args, { env: { EIAM_TOKEN_CLIENT_SECRET: "s" } });
    server.stop();
    assert.deepEqual([code, stdout, stderr], [0, "found\n", "Bearer, of unknown lifetime\n"]);
  });

  test("a server that repeats what it was sent, or answers nonsense, puts no secret into an error", async () => {
    const secrets = ["the client's secret+", "the user's password/", "the refresh token"];
    const answers = [
      (form) => [400, JSON.stringify({ error: "invalid_grant", error_description: form })],
      (form) => [
        400,
        JSON.stringify({ error: "invalid_grant", error_description: decodeURIComponent(form.replaceAll("+", " ")) }),
      ],
      (form) => [200, form],
      (form, authorization) => [
        400,
        JSON.stringify({ error: "invalid_client", error_description: `${authorization} ${form}` }),
      ],
      (form) => [200, JSON.stringify({ access_token: "", refresh_token: form, token_type: form })],
      (form) => [500, form],
      () => [200, '{"access_token":"AT of an answer that is cut'],
      () => [200, '{"access_token":"AT of an answer","token_type":"Bearer","expires_in":"the refresh token"}'],
    ];
    for (const [i, answerTo] of answers.entries()) {
      const server = await serverThat(async (request, response) => {
        if (request.method === "GET") {
          return response.end(JSON.stringify({ issuer: server.url, token_endpoint: `${server.url}/token` }));
        }
        let form = "";
        for await (const chunk of request) form += chunk;
        const [status, body] = answerTo(form, request.headers.authorization);
        response.writeHead(status, { "content-type": "application/json" }).end(body);
      });
      const env = { EIAM_TOKEN_CLIENT_SECRET: secrets[0], EIAM_TOKEN_PASSWORD: secrets[1] };
      const method = `client_secret_${i % 2 ? "basic" : "post"}`;
      const common = ["--issuer", server.url, "--client-id", "x", "--auth-method", method];
      const byPassword = await fails([...common, "--grant", "password", "--username", "u"], { env });
      const refresh = ["--grant", "refresh_token", "--refresh-token-file", file(secrets[2])];
      const byRefresh = await fails([...common, ...refresh], { env });
      server.stop();
      for (const error of [byPassword, byRefresh]) {
        assert.doesNotMatch(error, /AT of an answer/, `${i}`);
        for (const secret of secrets) {
          const forms = [secret, encodeURIComponent(secret), new URLSearchParams({ s: secret }).toString().slice(2)];
          forms.push(Buffer.from(`x:${forms[2]}`).toString("base64"));
          for (const form of forms) assert.ok(!error.includes(form), `${i}: ${form} in ${error}`);
        }
      }
    }
  });

  test("files that are not what they should be", async () => {
    const garbage = file("SECRET garbage");
    const { publicKey } = keys.ES256;
    const cases = [
      ["--client-secret-file", join(folder, "missing")],
      ["--client-secret-file", file("")],
      ["--private-key", garbage],
      ["--private-key", file('{"kty":"EC","d":"SECRET"}')],
      ["--private-key", file(JSON.stringify(publicKey.export({ format: "jwk" })))],
      ["--private-key", file(publicKey.export({ type: "spki", format: "pem" }))],
    ];
    for (const args of cases) {
      assert.doesNotMatch(await fails([...machine(), ...args]), /SECRET/);
    }
    await fails([...of("app_web"), "--grant", "refresh_token", "--refresh-token-file", file("")]);
  });
});

describe("the command line of token", () => {
  const some = ["--issuer", "https://as.example", "--client-id", "x"];
  const mistakes = [
    [],
    ["--issuer", "https://as.example"],
    ["--client-id", "x"],
    ["--issuer", "as.example", "--client-id", "x"],
    [...some, "--eiam", "a/b/c"],
    ["--eiam", "cn-hangzhou/idaas_x"],
    [...some, "--portal", "x.example"],
    [...some, "--grant", "implicit"],
    [...some, "--grant", "password"],
    [...some, "--grant", "refresh_token"],
    [...some, "--auth-method", "none"],
    [...some, "--key-id", "x"],
    [...some, "--private-key", "x", "--client-secret-file", "y"],
    [...some, "--redirect-uri", "https://app.example/cb"],
    [...some, "--redirect-uri", "http://192.0.2.1/cb"],
    [...some, "--redirect-uri", "http://127.0.0.1/cb?x"],
    [...some, "--json", "--json"],
    [...some, "SECRET-positional"],
    [...some, "--secret=SECRET-value"],
    [...some, "--scope"],
  ];
  for (const args of mistakes) {
    test(`"${args.join(" ")}" is a mistake`, async () => {
      const { code, stdout, stderr } = await runCommand(["token", ...args]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^eiam-token: .+; see "eiam-token token --help"\.\n$/);
      assert.doesNotMatch(stderr, /SECRET/);
    });
  }

  for (const option of ["--client-secret", "--password", "--refresh-token"]) {
    test(`${option} is refused, with why and what instead`, async () => {
      for (const given of [[option, "SECRET-value"], [`${option}=SECRET-value`], [option]]) {
        const { code, stdout, stderr } = await runCommand(["token", ...some, ...given]);
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, /^eiam-token: --\S+ is not accepted, because [^\n]+; [^\n]+\.\n$/);
        assert.doesNotMatch(stderr, /SECRET-value/);
      }
    });
  }
});

const run = promisify(execFile);
const hasScript = await run("script", ["--version"]).then(
  ({ stdout }) => stdout.includes("util-linux"),
  () => false,
);

describe("on a terminal", { skip: !hasScript && "script (util-linux) is missing" }, () => {
  const COMMAND = new URL("../bin/eiam-token.js", import.meta.url).pathname;

  /** Runs the command with a terminal of its own, and types when it says something. */
  async function onTerminal(args, env, said, typed) {
    const { spawn } = await import("node:child_process");
    const line = [process.execPath, COMMAND, "token", ...args].map((word) => `'${word}'`).join(" ");
    const child = spawn("script", ["-qec", line, "/dev/null"], { env: { ...process.env, ...env } });
    let output = "";
    let isTyped = false;
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (isTyped || !said.test(output)) return;
      isTyped = true;
      child.stdin.write(typed);
    });
    const [code] = await once(child, "close");
    return { code, output };
  }

  test("the password is asked for, and not shown", async () => {
    const args = [...of("app_web"), "--grant", "password", "--username", "alice"];
    const env = { EIAM_TOKEN_CLIENT_SECRET: WEB_SECRET };
    const { code, output } = await onTerminal(args, env, /Password of alice: $/, `${PASSWORD}\r`);
    assert.equal(code, 0, output);
    assert.match(output, /^AT\w+\r$/m);
    assert.ok(!output.includes(PASSWORD), output);
  });

  test("Ctrl+C at the password", async () => {
    const args = [...of("app_web"), "--grant", "password", "--username", "alice"];
    const { code, output } = await onTerminal(args, {}, /Password of alice: $/, "\u0003");
    assert.equal(code, 130, output);
  });

  test("a QR code in black and white and a spinner, until Ctrl+C", async () => {
    const args = [...of("app_device"), "--grant", "device_code"];
    const { code, output } = await onTerminal(args, {}, /⠙ waiting for you/, "\u0003");
    assert.equal(code, 130, output);
    assert.match(output, /\u001b\[30;107m[ ▀▄█]+\u001b\[0m/);
    assert.match(output, /⠙ waiting for you; next try in \d+ s/);
    assert.match(output, /\r\u001b\[2K[^⠙]*$/, "the spinner is wiped away");
  });
});
