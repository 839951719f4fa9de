import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { printable, printableJson } from "../bin/printable.js";
import { Secrets } from "../bin/token/secrets.js";
import { runCommand, startCommand, startToken } from "./support/command-process.mjs";

const folder = mkdtempSync(join(tmpdir(), "eiam-token-"));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
/** @param {string} text */
function file(text) {
  const path = join(folder, `${++files}`);
  writeFileSync(path, text);
  return path;
}

const privateKey = file(generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }));
const CLIENT_SECRET = 'client/secret+"& 1ä';
const PASSWORD = "the user's password/";
const REFRESH_TOKEN = "RT of the file";
const DEVICE_CODE = "DC of the device flow";

/**
 * What was sent that is a secret: parameters, and what is in the field Authorization.
 * @param {{ form: URLSearchParams, authorization: string | undefined }} request
 */
function secretsIn({ form, authorization }) {
  const names = [
    "code",
    "code_verifier",
    "refresh_token",
    "password",
    "client_secret",
    "client_assertion",
    "device_code",
  ];
  const secrets = names.map((name) => form.get(name));
  if (authorization)
    secrets.push(
      authorization,
      authorization.split(" ")[1],
      Buffer.from(authorization.split(" ")[1], "base64").toString(),
      CLIENT_SECRET,
    );
  return secrets.filter((secret) => secret);
}

/** How a server may repeat a secret. */
const FORMS = {
  "as it is": (secret) => secret,
  "in a form": (secret) => new URLSearchParams({ s: secret }).toString().slice(2),
  "in a URL": (secret) => encodeURIComponent(secret).replaceAll("%2F", "%2f"),
  "in JSON in JSON": (secret) => JSON.stringify(secret),
  "in HTML": (secret) => secret.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
  "in base64": (secret) => Buffer.from(secret).toString("base64"),
  "in base64url": (secret) => Buffer.from(secret).toString("base64url"),
  "in base64 behind others": (secret) => Buffer.from(`x:${secret}`).toString("base64"),
  "in hexadecimal": (secret) => Buffer.from(secret).toString("hex"),
  "in capital letters": (secret) => secret.toUpperCase(),
  "with what nobody sees between": (secret) => [...secret].join("\u200b"),
  "in lines": (secret) => secret.replace(/.{5}/g, "$&\r\n"),
  "in lines of base64": (secret) => Buffer.from(secret).toString("base64").replace(/.{4}/g, "$&\n"),
  "every byte of it as in a URL": (secret) => Buffer.from(secret).toString("hex").replace(/../g, "%$&"),
  "every byte of it as programs write it": (secret) => Buffer.from(secret).toString("hex").replace(/../g, "\\x$&"),
  "every unit of it as in JSON": (secret) =>
    secret.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  "every other character by its number in HTML": (secret) =>
    secret.replace(/(.)(.)/gu, (_, one, other) => `${one}&#${other.codePointAt(0)};`),
  "encoded three times": (secret) => encodeURIComponent(encodeURIComponent(encodeURIComponent(secret))),
  "in wide letters": (secret) => secret.replace(/[!-~]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) + 0xfee0)),
  "with marks on its letters": (secret) => [...secret].join("\u0301"),
};

/** The members of an answer that may be printed. */
const PLACES = {
  error_description: (text) => ({ error: "invalid_grant", error_description: text }),
  error: (text) => ({ error: text }),
  request_id: (text) => ({ error: "invalid_grant", request_id: text }),
  "the gateway's": (text) => ({ Code: text, Message: text, RequestId: text }),
  scope: (text) => ({ access_token: "AT", token_type: "Bearer", scope: text, expires_in: 60 }),
  token_type: (text) => ({ access_token: "AT", token_type: text }),
};

/** The ways of getting a token, each with what it sends. */
const WAYS = {
  authorization_code: ["--client-secret-file", file(CLIENT_SECRET)],
  device_code: [
    "--grant",
    "device_code",
    "--client-secret-file",
    file(CLIENT_SECRET),
    "--auth-method",
    "client_secret_post",
  ],
  refresh_token: [
    "--grant",
    "refresh_token",
    "--refresh-token-file",
    file(REFRESH_TOKEN),
    "--client-secret-file",
    file(CLIENT_SECRET),
  ],
  password: ["--grant", "password", "--username", "alice", "--private-key", privateKey],
  client_credentials: [
    "--grant",
    "client_credentials",
    "--client-secret-file",
    file(CLIENT_SECRET),
    "--auth-method",
    "client_secret_jwt",
  ],
};

/** What is left of a text where it is seen as it is. */
const visible = (text) => text.replace(/\\u\{[\da-f]+\}|\s|\ufffd/g, "").toLowerCase();

for (const [way, args] of Object.entries(WAYS)) {
  test(`${way}: nothing that was sent as a secret is printed, wherever the server repeats it and however`, async () => {
    /** @type {string[]} */
    let sent = [];
    let answerOf;
    const server = createServer(async (request, response) => {
      const url = `http://127.0.0.1:${server.address().port}`;
      let body = "";
      for await (const chunk of request) body += chunk;
      const say = (status, answer) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
      const [issuer, end] = [url, `${url}/e`];
      if (request.method === "GET") {
        return say(200, {
          issuer,
          token_endpoint: `${end}/t`,
          authorization_endpoint: `${end}/a`,
          device_authorization_endpoint: `${end}/d`,
        });
      }
      if (request.url === "/e/d") {
        const { client_secret: secret } = Object.fromEntries(new URLSearchParams(body));
        return say(200, {
          device_code: DEVICE_CODE,
          user_code: `U ${secret}`,
          verification_uri: `${url}/v?${encodeURIComponent(secret)}`,
          verification_uri_complete: `${url}/v?${encodeURIComponent(DEVICE_CODE)}`,
          expires_in: 60,
          interval: 1,
        });
      }
      sent = secretsIn({ form: new URLSearchParams(body), authorization: request.headers.authorization });
      say(...answerOf(sent));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    // One that a failed test leaves must not keep the others waiting.
    server.unref();
    // One run for each place; all forms of all secrets stand there, apart.
    for (const [place, answer] of Object.entries(PLACES)) {
      let repeated = [];
      answerOf = (secrets) => {
        repeated = Object.entries(FORMS).flatMap(([form, write]) => secrets.map((secret) => [form, write(secret)]));
        const isGood = place === "scope" || place === "token_type";
        return [isGood ? 200 : 400, answer(repeated.map(([, text]) => text).join(" | "))];
      };
      for (const json of place === "scope" ? [[], ["--json"]] : [[]]) {
        const options = { env: { EIAM_TOKEN_PASSWORD: PASSWORD } };
        const base = ["--issuer", `http://127.0.0.1:${server.address().port}`, "--client-id", "x", ...args, ...json];
        const token = startToken(base, options);
        if (way === "authorization_code") {
          const [, url] = await token.says(/Sign in at\n\n {2}(\S+)\n\n/);
          const { redirect_uri: back, state } = Object.fromEntries(new URL(url).searchParams);
          await (await fetch(`${back}?code=CO-of-the-browser&state=${state}`)).text();
        }
        const { stdout, stderr } = await token.ended;
        // The tokens themselves are printed, also one that stays as it was.
        const said = visible(stdout.replace(/"\w+_token": "[^"]*"/g, "") + stderr);
        assert.ok(repeated.length >= 12, stderr);
        // An unknown type of token is refused, and not repeated.
        if (place !== "token_type") assert.match(stdout + stderr, /\[redacted\]/, `${place}: ${stderr}`);
        for (const [form, text] of repeated)
          assert.ok(!said.includes(visible(text)), `${place}, ${form}: ${text} in ${said}`);
        assert.ok(!said.includes(visible(DEVICE_CODE)), said);
      }
    }
    server.close();
    server.closeAllConnections();
  });
}

test("a part of sixteen characters of a secret is masked, and no other words", () => {
  const secrets = new Secrets();
  secrets.add("0123456789abcdefghijklmnopqrstuvwxyz", "a");
  assert.equal(secrets.mask("x 456789abcdefghijkl y"), "x [redacted] y");
  assert.equal(secrets.mask("x 456789abcdefghi y"), "x 456789abcdefghi y");
  assert.equal(secrets.mask("invalid_grant: a is no password"), "invalid_grant: [redacted] is no password");
  assert.equal(new Secrets().mask("as it is"), "as it is");
  secrets.add("", undefined);
  assert.equal(secrets.mask(""), "");
});

describe("text of others", () => {
  const hostile =
    "\0\x07\x08\x1b[31m\x7f\x80\x9b31m\u200b\u200e\u202a\u202e\u2066\u2069\u061c\ufeff\u2028\u2029\ud800\udc00x\udfff\ue000\u3164\u{e0041}";
  const raw =
    /[\0-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000\u3164]|[\ud800-\udfff](?<![\ud800-\udbff][\udc00-\udfff])(?![\udc00-\udfff])/;

  test("is shown with the numbers of what a terminal would act on, hide or turn", () => {
    assert.equal(printable("a\u001b[31m\u202eb\n\ud800"), "a\\u{1b}[31m\\u{202e}b\\u{a}\\u{d800}");
    assert.doesNotMatch(printable(hostile), raw);
    assert.equal(printable("grün 中文 😀 \\"), "grün 中文 😀 \\");
    assert.equal(printable("😀😀😀", 2), "😀😀…");
    assert.equal(printable("x".repeat(501)), `${"x".repeat(500)}…`);
  });

  test("is the same JSON, escaped", () => {
    const json = JSON.stringify({ [hostile]: hostile }, null, 2);
    assert.doesNotMatch(printableJson(json), raw);
    assert.deepEqual(JSON.parse(printableJson(json)), { [hostile]: hostile });
  });

  test("of a server: every member that is printed", async () => {
    const places = { ...PLACES, "an access token": (text) => ({ access_token: text, token_type: "Bearer" }) };
    for (const answer of Object.values(places)) {
      const server = createServer((request, response) => {
        const url = `http://127.0.0.1:${server.address().port}`;
        const member = request.method === "GET" ? { issuer: url, token_endpoint: `${url}/t` } : answer(`x${hostile}x`);
        response.writeHead(request.method === "GET" || "access_token" in member ? 200 : 400, {
          "content-type": "application/json",
        });
        response.end(JSON.stringify(member));
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      // One that a failed test leaves must not keep the others waiting.
      server.unref();
      for (const json of "access_token" in answer("") ? [[], ["--json"]] : [[]]) {
        const args = [
          "token",
          "--issuer",
          `http://127.0.0.1:${server.address().port}`,
          "--client-id",
          "x",
          "--grant",
          "client_credentials",
          ...json,
        ];
        const { stdout, stderr } = await runCommand(args, { env: { EIAM_TOKEN_CLIENT_SECRET: "s3cr3t" } });
        assert.doesNotMatch((stdout + stderr).replaceAll("\n", ""), raw);
        assert.notEqual(stdout + stderr, "");
      }
      server.close();
      server.closeAllConnections();
    }
  });

  test("of a device authorization", async () => {
    const server = createServer((request, response) => {
      const url = `http://127.0.0.1:${server.address().port}`;
      if (request.method === "GET") {
        return response.end(
          JSON.stringify({ issuer: url, token_endpoint: `${url}/t`, device_authorization_endpoint: `${url}/d` }),
        );
      }
      response.setHeader("content-type", "application/json");
      if (request.url === "/t") return response.writeHead(400).end('{"error":"expired_token"}');
      const text = `${url}/${hostile}`;
      response.end(
        JSON.stringify({
          device_code: "d",
          user_code: hostile,
          verification_uri: text,
          verification_uri_complete: `${text}${"x".repeat(4000)}`,
          expires_in: 60,
          interval: 1,
        }),
      );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    // One that a failed test leaves must not keep the others waiting.
    server.unref();
    const args = [
      "token",
      "--issuer",
      `http://127.0.0.1:${server.address().port}`,
      "--client-id",
      "x",
      "--grant",
      "device_code",
      "--qr",
    ];
    const { code, stdout, stderr } = await runCommand(args);
    server.close();
    server.closeAllConnections();
    assert.deepEqual([code, stdout], [1, ""]);
    assert.doesNotMatch(stderr.replaceAll("\n", ""), raw);
    assert.doesNotMatch(stderr, /internal/);
  });

  test("of a command line and of files", async () => {
    const name = `${folder}/\u001b[31m\u202ex`;
    const cases = [
      ["issuer", "--port", "0", "--config", name],
      ["issuer", "--port", "\u001b[31m"],
      ["issuer", "--host", "\u202e.invalid", "--port", "0"],
      ["issuer", "--profile", "\u202e"],
      ["issuer", "--redirect-uri", "\u001b[31m:"],
      ["\u001b[31m"],
      ["issuer", "--\u001b[31m"],
      ["token", "--issuer", "https://as.example", "--client-id", "x", "--client-secret-file", name],
    ];
    for (const args of cases) {
      const { code, stdout, stderr } = await runCommand(args);
      assert.ok(code === 1 || code === 2);
      assert.equal(stdout, "");
      assert.match(stderr, /^eiam-token: [^\n]*\\u\{[\da-f]+\}[^\n]*\.\n$/);
      assert.doesNotMatch(stderr.trimEnd(), raw);
    }
  });

  test("of a configuration and of requests, in greeting and log", async () => {
    const user = { userId: "u", username: `al\u202eice\u001b[31m`, password: "p" };
    const application = {
      applicationId: "app_x",
      clientSecrets: ["s"],
      grants: ["authorization_code"],
      redirectUris: ["http://127.0.0.1/cb"],
      scopes: ["openid"],
    };
    const config = { instanceId: "idaas_x", applications: [application], users: [user] };
    for (const format of ["pretty", "json"]) {
      const command = await startCommand(["--port", "0", "--log", format, "--config", file(JSON.stringify(config))]);
      const query = new URLSearchParams({
        client_id: "app_x",
        redirect_uri: "http://x/\u202e\u001b\u009b",
        response_type: "code",
      });
      const response = await fetch(`${command.address}/login/app/app_x/oauth2/authorize?${query}`);
      assert.equal(response.status, 400);
      await response.arrayBuffer();
      await command.stop();
      assert.match(command.log(), /http:\/\/x\/\\{1,2}u\{?202e/, command.log());
      assert.doesNotMatch(command.output().replaceAll("\n", ""), raw);
    }
  });
});

test("--json has every digit of a claim", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { createSign } = await import("node:crypto");
  const server = createServer((request, response) => {
    const url = `http://127.0.0.1:${server.address().port}`;
    response.setHeader("content-type", "application/json");
    if (request.url === "/k")
      return response.end(
        JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k", alg: "RS256", use: "sig" }] }),
      );
    if (request.method === "GET")
      return response.end(JSON.stringify({ issuer: url, token_endpoint: `${url}/t`, jwks_uri: `${url}/k` }));
    const now = Math.floor(Date.now() / 1000);
    const claims = `{"iss":"${url}","aud":"x","sub":"u","exp":${now + 60},"iat":${now},"big":9007199254740993,"text":"\\u202e[\\"s3cr3t-of-this\\"]"}`;
    const head = ['{"alg":"RS256","kid":"k"}', claims].map((part) => Buffer.from(part).toString("base64url")).join(".");
    const signature = createSign("sha256").update(head).sign(privateKey).toString("base64url");
    response.end(
      `{"access_token":"AT","token_type":"Bearer","expires_in":9223372036854775807,"id_token":"${head}.${signature}"}`,
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // One that a failed test leaves must not keep the others waiting.
  server.unref();
  const args = [
    "token",
    "--issuer",
    `http://127.0.0.1:${server.address().port}`,
    "--client-id",
    "x",
    "--grant",
    "password",
    "--username",
    "u",
    "--scope",
    "openid",
    "--json",
  ];
  const { code, stdout, stderr } = await runCommand(args, { env: { EIAM_TOKEN_PASSWORD: "s3cr3t-of-this" } });
  server.close();
  server.closeAllConnections();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /"expires_in": 9223372036854775807,/);
  assert.match(stdout, /"big":9007199254740993,/);
  assert.equal(JSON.parse(stdout).claims.text, '\u202e["[redacted]"]');
});
