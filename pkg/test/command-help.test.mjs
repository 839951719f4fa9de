import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { runCommand, startCommand, startToken } from "./support/command-process.mjs";

const folder = mkdtempSync(join(tmpdir(), "eiam-token-"));
after(() => rmSync(folder, { recursive: true }));
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

describe("--version", () => {
  for (const args of [
    ["--version"],
    ["-V"],
    ["-v"],
    ["version"],
    ["issuer", "--version"],
    ["token", "-V"],
    ["config", "--version"],
    ["worker", "--version"],
  ]) {
    test(`${args.join(" ")} prints the package's version alone`, async () => {
      assert.deepEqual(await runCommand(args), { code: 0, stdout: `${version}\n`, stderr: "" });
    });
  }

  test("every help has it", async () => {
    for (const args of [[], ["issuer"], ["token"], ["config"], ["worker"]]) {
      assert.match((await runCommand([...args, "--help"])).stdout, /--version/);
    }
  });
});

describe("help", () => {
  test("of each command, however it is asked for", async () => {
    for (const [asked, same] of [
      [["help"], ["--help"]],
      [
        ["help", "issuer"],
        ["issuer", "--help"],
      ],
      [
        ["help", "token"],
        ["token", "-h"],
      ],
      [["help", "--help"], ["--help"]],
    ]) {
      const wanted = await runCommand(same);
      assert.equal(wanted.code, 0);
      assert.deepEqual(await runCommand(asked), wanted);
    }
    assert.match((await runCommand(["help", "isuer"])).stderr, /unknown command "isuer" \(did you mean "issuer"\?\)/);
  });

  test("whoever gives no command is told which there are", async () => {
    const { stdout: help } = await runCommand(["--help"]);
    assert.deepEqual(await runCommand([]), { code: 2, stdout: "", stderr: help });
  });
});

describe("a word that is not known is repeated, with the one that was meant", () => {
  const cases = [
    [["isuer"], /unknown command "isuer" \(did you mean "issuer"\?\); see "eiam-token --help"/],
    [["tokne"], /"tokne" \(did you mean "token"\?\)/],
    [["serve"], /unknown command "serve"; /],
    [["--versoin"], /unknown option "--versoin" \(did you mean "--version"\?\)/],
    [["issuer", "--prot", "1"], /unknown option "--prot" \(did you mean "--port"\?\)/],
    [["issuer", "--redirect-url=http://x/"], /"--redirect-url" \(did you mean "--redirect-uri"\?\)/],
    [["issuer", "port", "1"], /"port" belongs to no option \(did you mean "--port"\?\)/],
    [["issuer", "--profile", "rfc970"], /takes eiam, rfc9700 or fapi2, not "rfc970" \(did you mean "rfc9700"\?\)/],
    [["token", "--grant", "client_credential"], /not "client_credential" \(did you mean "client_credentials"\?\)/],
    [["token", "--isuer", "https://as.example"], /"--isuer" \(did you mean "--issuer"\?\)/],
    [["token", "issuer", "https://as.example"], /an argument belongs to no option \(did you mean "--issuer"\?\)/],
    [["config", "-x"], /unknown option "-x"; /],
    [["issuer", "-p", "9400"], /unknown option "-p" \(did you mean "--port"\?\)/],
    [["token", "-i", "https://as.example"], /unknown option "-i" \(did you mean "--issuer"\?\)/],
    [["issuer", "9400"], /"9400" belongs to no option \(did you mean "--port 9400"\?\)/],
    [["token", "https://as.example"], /an argument belongs to no option \(did you mean "--issuer"\?\)/],
    [["issuer", "--port"], /: --port needs a value; /],
    [["issuer", "--port", "--log", "json"], /: --port needs a value; /],
    [["issuer", "--port", "-1"], /: --port needs a value; /],
    [["token", "--json=yes"], /: --json takes no value; /],
    [
      ["token", "--issuer", "as.example", "--client-id", "x"],
      /--issuer needs an http or https URL, such as https:\/\/as\.example; /,
    ],
    [["x".repeat(100)], /"x{40}…"/],
  ];
  for (const [args, expected] of cases) {
    test(args.join(" ").slice(0, 60), async () => {
      const { code, stdout, stderr } = await runCommand(args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, expected);
    });
  }

  test("but no value, which may be a secret", async () => {
    for (const args of [
      ["--client-secert=SECRET"],
      ["token", "--clientsecret=SECRET"],
      ["token", "SECRET"],
      ["issuer", "--passwort=SECRET"],
    ]) {
      const { code, stderr } = await runCommand(args);
      assert.equal(code, 2);
      assert.doesNotMatch(stderr, /SECRET/);
    }
  });
});

test("a file that cannot be read is named, with why", async () => {
  for (const [args, why] of [
    [
      ["issuer", "--port", "0", "--config", join(folder, "none.jsonc")],
      /none\.jsonc cannot be read: the file does not exist\.$/m,
    ],
    [["issuer", "--port", "0", "--config", folder], /cannot be read: it is a folder\.$/m],
    [
      ["token", "--issuer", "http://127.0.0.1:1", "--client-id", "x", "--client-secret-file", join(folder, "none")],
      /none cannot be read: the file does not exist\.$/m,
    ],
    [
      [
        "token",
        "--issuer",
        "http://127.0.0.1:1",
        "--client-id",
        "x",
        "--client-secret-file",
        join(process.execPath, "x"),
      ],
      /cannot be read \(ENOTDIR\)\.$/m,
    ],
  ]) {
    const { code, stderr } = await runCommand(args);
    assert.equal(code, 1);
    assert.match(stderr, why);
  }
});

test("a key of a configuration with a slip in it", async () => {
  const path = join(folder, "slip.json");
  const application = { applicationId: "app_x", public: true, redirectUris: ["https://x.example/cb"] };
  for (const [config, meant] of [
    [{ instanceId: "idaas_x", applications: [application], profil: "eiam" }, "profile"],
    [{ instanceId: "idaas_x", applications: [{ ...application, redirectUri: [] }] }, "redirectUris"],
    [{ instanceId: "idaas_x", applications: [application], zzz: 1 }, undefined],
  ]) {
    writeFileSync(path, JSON.stringify(config));
    const { code, stderr } = await runCommand(["issuer", "--port", "0", "--config", path]);
    assert.equal(code, 1);
    assert.ok(
      stderr.endsWith(meant === undefined ? "is unknown\n" : `is unknown (did you mean "${meant}"?)\n`),
      stderr,
    );
  }
});

describe("what the ready example says of itself", () => {
  let command;
  before(async () => {
    command = await startCommand(["--port", "0", "--redirect-uri", "https://app.example/cb"]);
  });
  after(() => command.stop());

  test("where every address of this machine works, none of them is listed", () => {
    const [, list] = /\nRegistered redirect URIs[^\n]*\n([\s\S]*?)\n\n/.exec(command.greeting);
    assert.deepEqual(list.split("\n").sort(), [
      "  app_spa: any http or https URL of localhost, 127.0.0.1 and [::1]",
      "  app_spa: https://app.example/cb",
      "  app_web: any http or https URL of localhost, 127.0.0.1 and [::1]",
      "  app_web: https://app.example/cb",
    ]);
  });

  test("a line to sign in with, which works as it stands", async () => {
    const [, line] = /# authorization_code, in a browser\n {2}npx eiam-token (.*)\n/.exec(command.greeting);
    const [subcommand, ...args] = line.split(" ");
    assert.equal(subcommand, "token");
    const token = startToken(args.filter((arg) => arg !== "--open"));
    await token.says(/oauth2\/authorize\?\S*client_id=app_spa/);
    token.child.kill("SIGINT");
    assert.equal((await token.ended).code, 130);
  });

  test("why a redirect URI never works", async () => {
    const command = await startCommand(["--port", "0"]);
    const reasons = [];
    for (const [uri, why] of [
      [
        "http://localhost:5173/#/callback",
        /: the redirect_uri "http:\/\/localhost:5173\/…" has a fragment \(#…\), which redirect URIs must not have; send it without the fragment/,
      ],
      [
        "/callback",
        /: the redirect_uri "\/callback" is not absolute; send the whole URI, such as http:\/\/localhost:3000\/callback/,
      ],
      ["localhost:5173/callback", /: the redirect_uri "localhost:5173\/callback" is not absolute/],
    ]) {
      const query = new URLSearchParams({
        client_id: "app_spa",
        redirect_uri: uri,
        response_type: "code",
        scope: "openid",
      });
      const { status } = await fetch(`${command.address}/login/app/app_spa/oauth2/authorize?${query}`, {
        redirect: "manual",
      });
      assert.equal(status, 400);
      reasons.push(why);
    }
    await command.stop();
    for (const why of reasons) assert.match(command.log(), why);
  });
});

describe("issuer --redirect-uri", () => {
  const [first, second] = ["http://localhost:5173/callback?x=1", "com.example.app:/signed-in"];
  const config = {
    instanceId: "idaas_x",
    applications: [
      {
        applicationId: "app_one",
        clientSecrets: ["s"],
        grants: ["authorization_code"],
        redirectUris: ["https://one.example/cb"],
        scopes: ["openid"],
      },
      {
        applicationId: "app_two",
        clientSecrets: ["s"],
        grants: ["authorization_code"],
        redirectUris: ["https://two.example/cb", first],
        scopes: ["openid"],
      },
      {
        applicationId: "app_any",
        clientSecrets: ["s"],
        grants: ["authorization_code"],
        anyLoopbackRedirectUri: true,
        scopes: ["openid"],
      },
      { applicationId: "app_none", clientSecrets: ["s"], grants: ["client_credentials"], scopes: ["api://a|read"] },
    ],
  };
  let command;
  before(async () => {
    const path = join(folder, "issuer.json");
    writeFileSync(path, JSON.stringify(config));
    command = await startCommand([
      "--port",
      "0",
      "--config",
      path,
      "--redirect-uri",
      first,
      `--redirect-uri=${second}`,
    ]);
  });
  after(() => command.stop());

  const authorize = (client, redirectUri) => {
    const query = {
      client_id: client,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid",
      code_challenge: "A".repeat(43),
      code_challenge_method: "S256",
      state: "s".repeat(20),
      nonce: "n".repeat(20),
    };
    return fetch(`${command.address}/login/app/${client}/oauth2/authorize?${new URLSearchParams(query)}`, {
      redirect: "manual",
    });
  };
  const logout = (client, uri) =>
    fetch(
      `${command.address}/login/app/${client}/oauth2/logout?${new URLSearchParams({ client_id: client, post_logout_redirect_uri: uri })}`,
      { redirect: "manual" },
    );

  test("every client that has redirect URIs has these, too, and after signing out", async () => {
    for (const client of ["app_one", "app_two", "app_any"]) {
      for (const uri of [first, second]) {
        assert.ok((await authorize(client, uri)).status < 400, `${client} ${uri}`);
        assert.ok((await logout(client, uri)).status < 400, `${client} ${uri}`);
        // Where every loopback URI works, none of them is listed.
        const listed = client !== "app_any" || uri === second;
        assert.equal(command.greeting.includes(`  ${client}: ${uri}\n`), listed, `${client} ${uri}`);
      }
    }
    assert.ok((await authorize("app_one", "https://one.example/cb")).status < 400);
    assert.doesNotMatch(command.greeting, /app_none: /);
  });

  test("one that was not given is refused, and the log says what was sent and what to do", async () => {
    assert.equal((await authorize("app_one", "https://user:pass@evil.example/cb?token=SECRET")).status, 400);
    assert.equal((await logout("app_two", "https://evil.example/out")).status, 400);
    await command.stop();
    assert.match(
      command.log(),
      /authorize\S* 400 .*: the redirect_uri "https:\/\/…@evil\.example\/cb…" is not registered for "app_one"; start the issuer with --redirect-uri, or add the URI to "redirectUris" in the configuration$/m,
    );
    assert.match(
      command.log(),
      /logout\S* 400 .*: the post_logout_redirect_uri "https:\/\/evil\.example\/out" .*"postLogoutRedirectUris"/m,
    );
    assert.doesNotMatch(command.log(), /SECRET|user:pass/);
  });

  for (const uri of [
    "",
    "x",
    "/cb",
    "http://",
    "http://a@b/cb",
    "https://app.example/cb#x",
    "javascript:alert(1)",
    "data:text/html,x",
    "app:/cb",
    "http://localhost/ü",
    "http://localhost/a b",
  ]) {
    test(`"${uri}" is refused with why`, async () => {
      const { code, stdout, stderr } = await runCommand(["issuer", "--port", "0", "--redirect-uri", uri]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /--redirect-uri ".*" cannot work: a redirect URI .*--help/);
    });
  }
});

test("issuer --base-url goes before the configuration's, and must be one", async () => {
  const command = await startCommand(["--port", "0", "--base-url", "https://as.example/x/"]);
  await command.stop();
  assert.match(command.greeting, /^Its base URL is https:\/\/as\.example\/x$/m);
  assert.doesNotMatch(command.greeting, /an index/, "nobody is shown one there");
  for (const url of [
    "",
    "as.example",
    "ftp://as.example",
    "https://as.example/?x",
    "https://as.example/#x",
    "https://u@as.example",
  ]) {
    const { code, stderr } = await runCommand(["issuer", "--port", "0", "--base-url", url]);
    assert.equal(code, 2, url);
    assert.match(stderr, /--base-url needs a URL/);
  }
});

describe("token --issuer where there is none", () => {
  /** A server whose metadata are nowhere. */
  async function ask(path, answer) {
    const server = createServer((_, response) => {
      const [status, body] = answer;
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    server.unref();
    const origin = `http://127.0.0.1:${server.address().port}`;
    const result = await runCommand(["token", "--issuer", `${origin}${path}`, "--client-id", "x"]);
    server.close();
    server.closeAllConnections();
    assert.deepEqual([result.code, result.stdout], [1, ""]);
    assert.match(result.stderr, /^eiam-token: http_error: [^\n]+\.\n$/);
    assert.ok(result.stderr.length < 5000);
    return result.stderr.replaceAll(origin, "ORIGIN");
  }

  test("an issuer has a path, and those that the server names are listed", async () => {
    const issuers = [
      "http://h/v2/i/app_a/oidc",
      "http://h/\u202e\u001b[31m",
      ...Array.from({ length: 50 }, (_, i) => `http://h/${i}/${"x".repeat(1000)}`),
      5,
    ];
    const said = await ask("", [
      404,
      JSON.stringify({ error: "not_found", error_description: "an issuer has a path", issuers }),
    ]);
    assert.match(
      said,
      /there is no issuer at ORIGIN .*the server has the following issuers; give one of them to --issuer: http:\/\/h\/v2\/i\/app_a\/oidc, http:\/\/h\/\\u\{202e\}\\u\{1b\}\[31m, /,
    );
    assert.match(said, /, and 42 more\.$/m);
  });

  test("issuer says which issuers it has, and shows them at its index", async () => {
    const command = await startCommand(["--port", "0"]);
    const { code, stderr } = await runCommand(["token", "--issuer", command.address, "--client-id", "x"]);
    const [, index] = /^Open (\S+) in a browser/m.exec(command.greeting);
    const page = await (await fetch(index, { headers: { accept: "text/html" } })).text();
    await command.stop();
    assert.equal(code, 1);
    for (const issuer of [
      "api/v2/iauths_system/oauth2",
      "v2/idaas_example/app_spa/oidc",
      "v2/idaas_example/app_machine/oidc",
    ]) {
      assert.ok(stderr.includes(` ${command.address}/${issuer}`), stderr);
      assert.ok(page.includes(`${command.address}/${issuer}`), page);
    }
  });

  test("what says nothing of issuers", async () => {
    for (const body of [
      "",
      "no",
      "[]",
      "{}",
      "null",
      '{"issuers":"x"}',
      '{"issuers":[]}',
      '{"issuers":[1,{}]}',
      "x".repeat(200_000),
    ]) {
      assert.match(
        await ask("/", [404, body]),
        /have a path, such as ORIGIN\/realms\/NAME or, at EIAM, ORIGIN\/v2\/INSTANCE\/APPLICATION\/oidc/,
      );
      assert.match(
        await ask("/tenant", [404, body]),
        /there is no issuer at ORIGIN\/tenant .*"issuer" of the server's metadata/,
      );
    }
  });

  test("an issuer under another name is told the right one", async () => {
    const command = await startCommand(["--port", "0"]);
    const issuer = `${command.address}/v2/idaas_example/app_spa/oidc`;
    for (const other of [`${issuer}/`, issuer.replace("127.0.0.1", "localhost")]) {
      const { code, stderr } = await runCommand(["token", "--issuer", other, "--client-id", "app_spa"]);
      assert.equal(code, 1);
      assert.equal(
        stderr,
        `eiam-token: malformed_response: ${other} is not exactly the server's issuer; give --issuer ${issuer}.\n`,
      );
    }
    await command.stop();
  });

  test("a server that lies about its issuer cannot write what it likes", async () => {
    for (const [issuer, said] of [
      ["http://h/\u202e\u001b[31m", /give --issuer http:\/\/h\/\\u\{202e\}\\u\{1b\}\[31m\.$/m],
      [`http://h/${"x".repeat(10_000)}`, /give --issuer http:\/\/h\/x{200,300}…\.$/m],
      [5, /malformed_response: .*\$\.issuer/],
    ]) {
      const server = createServer((_, response) => response.end(JSON.stringify({ issuer }))).listen(0, "127.0.0.1");
      await once(server, "listening");
      const asked = `http://127.0.0.1:${server.address().port}`;
      const { code, stderr } = await runCommand(["token", "--issuer", asked, "--client-id", "x"]);
      server.close();
      assert.equal(code, 1);
      assert.match(stderr, said);
    }
  });

  test("the address of the metadata is no issuer", async () => {
    for (const [address, meant] of [
      ["https://as.example/.well-known/openid-configuration", "https://as.example"],
      ["https://as.example/a/.well-known/openid-configuration", "https://as.example/a"],
      ["https://as.example/.well-known/oauth-authorization-server/a", "https://as.example/a"],
    ]) {
      const { code, stderr } = await runCommand(["token", "--issuer", address, "--client-id", "x"]);
      assert.equal(code, 2);
      assert.ok(stderr.includes(`(did you mean "${meant}"?)`), stderr);
    }
  });
});

describe("token says what is missing on its command line", () => {
  let command;
  before(async () => {
    command = await startCommand(["--port", "0"]);
  });
  after(() => command.stop());
  const token = (client, ...args) =>
    runCommand([
      "token",
      "--issuer",
      `${command.address}/v2/idaas_example/${client}/oidc`,
      "--client-id",
      client,
      ...args,
    ]);

  test("a client that has another grant", async () => {
    const { code, stderr } = await token("app_machine");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /not_supported: the server has no authorization_endpoint, which --grant authorization_code needs; choose another --grant\.$/m,
    );
  });

  test("the host of EIAM's pages", async () => {
    const { code, stderr } = await runCommand(["token", "--eiam", "cn-hangzhou/idaas_x/app_x"]);
    assert.equal(code, 1);
    assert.match(stderr, /portal is missing, such as example\.aliyunidaas\.com; add --portal\.$/m);
  });

  test("a client that must show a secret", async () => {
    const { code, stderr } = await token("app_machine", "--grant", "client_credentials");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /invalid_client: .* \(status 401, request id \S+\); no secret was sent: give --client-secret-file, or set EIAM_TOKEN_CLIENT_SECRET\.$/m,
    );
  });
});
