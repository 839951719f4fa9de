import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runCommand, startCommand } from "./support/command-process.mjs";

const run = promisify(execFile);
const hasCurl = await run("curl", ["--version"]).then(
  () => true,
  () => false,
);
const folder = mkdtempSync(join(tmpdir(), "eiam-token-"));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
/** @param {string} text */
function configFile(text) {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, text);
  return path;
}

// What it writes there is refused as on a full disk.
const FULL = "/dev/full";

describe("output that cannot be written", { skip: !existsSync(FULL) && `${FULL} is missing` }, () => {
  const command = fileURLToPath(new URL("../bin/eiam-token.js", import.meta.url));
  /** @param {string} line of a shell, with the command as `$0 $1` */
  const shell = (line) =>
    run("sh", ["-c", line, process.execPath, command]).then(
      ({ stderr }) => ({ code: 0, stderr }),
      ({ code, stderr }) => ({ code, stderr }),
    );

  test("is a failure", async () => {
    for (const words of ["config", "--help", "--version", "issuer --help"]) {
      const { code, stderr } = await shell(`"$0" "$1" ${words} > ${FULL}`);
      assert.deepEqual([code, stderr], [1, "eiam-token: the output cannot be written (ENOSPC).\n"], words);
    }
  });

  test("a token that went nowhere is one, too", async () => {
    const issuer = await startCommand(["--port", "0"]);
    try {
      const [, secret] = /^ {2}app_machine +(CS\w+)/m.exec(issuer.greeting) ?? [];
      const url = `${issuer.address}/v2/idaas_example/app_machine/oidc`;
      const words = `token --issuer ${url} --client-id app_machine --grant client_credentials`;
      for (const format of ["", "--json"]) {
        const { code, stderr } = await shell(
          `EIAM_TOKEN_CLIENT_SECRET=${secret} "$0" "$1" ${words} ${format} > ${FULL}`,
        );
        assert.equal(code, 1, stderr);
        assert.match(stderr, /^eiam-token: the output cannot be written \(ENOSPC\)\.$/m);
      }
    } finally {
      await issuer.stop();
    }
  });

  test("a reader that has enough is none", async () => {
    const { code, stderr } = await shell(`{ "$0" "$1" config; echo "code $?" >&2; } | true`);
    assert.deepEqual([code, stderr], [0, "code 0\n"]);
  });
});

describe("the ready example", () => {
  let command;
  before(async () => (command = await startCommand(["--port", "0"])));
  after(() => command.stop());

  test("prints endpoints, clients and users", async () => {
    const { greeting, address } = command;
    for (const id of ["app_spa", "app_web", "app_device", "app_machine"]) {
      assert.match(greeting, new RegExp(`^  ${id} `, "m"));
    }
    assert.match(greeting, /^ {2}app_machine +CS\w+ +client_credentials$/m);
    assert.match(greeting, /^ {2}alice +\S+$/m);
    assert.match(greeting, /^ {2}bob +\S+$/m);

    const endpoints = [...greeting.matchAll(/^ {2}(\w+) +(http\S+)$/gm)];
    assert.ok(endpoints.length >= 14, greeting);
    for (const [, name, url] of endpoints) {
      assert.ok(url.startsWith(`${address}/`), url);
      if (!["discovery", "keys"].includes(name)) continue;
      const response = await fetch(url);
      assert.equal(response.status, 200, url);
      assert.ok(await response.json());
    }
  });

  test("its curl lines work when pasted", { skip: !hasCurl && "curl is missing" }, async () => {
    const lines = command.greeting.split("\n").map((line) => line.trim());
    const answers = {};
    for (const [i, line] of lines.entries()) {
      if (!line.startsWith("curl ")) continue;
      const { stdout } = await run("sh", ["-c", line]);
      answers[lines[i - 1]] = JSON.parse(stdout);
    }
    assert.deepEqual(Object.keys(answers), ["# client_credentials", "# password", "# device code"]);
    assert.match(answers["# client_credentials"].access_token, /^AT/);
    assert.match(answers["# password"].id_token, /^ey[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.match(answers["# device code"].device_code, /^DC/);
  });

  test("logs requests without what is secret", async () => {
    const url = `${command.address}/v2/idaas_example/app_machine/oauth2/token`;
    await fetch(`${url}?client_secret=CSinTheQuery`, {
      method: "POST",
      body: new URLSearchParams({ client_secret: "CSinTheBody" }),
      headers: { authorization: "Bearer ATinAHeader" },
    });
    await command.settled();
    assert.match(
      command.output(),
      /^POST \/v2\/idaas_example\/app_machine\/oauth2\/token\?client_secret 4\d\d \d+ ms invalid_request [\dA-F-]{36}$/m,
    );
    assert.doesNotMatch(command.output(), /CSinThe|ATinA/);
  });

  test("survives what is no HTTP, and clients that go away", async () => {
    const { hostname, port } = new URL(command.address);
    const talk = async (text, { wait }) => {
      const socket = connect(Number(port), hostname);
      let answer = "";
      socket.on("data", (data) => (answer += data));
      socket.write(text);
      if (wait) await once(socket, "close");
      else await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
      return answer;
    };
    assert.match(await talk("GARBAGE\r\n\r\n", { wait: true }), /^HTTP\/1\.1 400 /);
    const start = "POST /v2/idaas_example/app_web/oauth2/token HTTP/1.1\r\nHost: localhost\r\n";
    await talk(`${start}Content-Length: 1000\r\n\r\ngrant_type=`, { wait: false });
    await talk(`${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, { wait: true });
    assert.match(
      await talk("GET http://localhost/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", { wait: true }),
      /^HTTP\/1\.1 404 /,
    );
    assert.match(
      await talk("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", { wait: true }),
      /^HTTP\/1\.1 [245]\d\d /,
    );
    const body = new Uint8Array(1 << 20).fill(0x61);
    const url = `${command.address}/v2/idaas_example/app_web/oauth2/token`;
    assert.equal((await fetch(url, { method: "POST", body })).status, 413);
    assert.equal(command.child.exitCode, null);
    assert.match(command.output(), /^POST \S+ aborted \d+ ms$/m);
    assert.equal(command.stderr(), "");
  });
});

describe("a configuration file", () => {
  const application = {
    applicationId: "app_file",
    clientSecrets: ["CSof the file"],
    grants: ["client_credentials"],
    scopes: ["api://a|read"],
  };
  const config = { instanceId: "idaas_file", applications: [application] };

  test("is served, and its secrets are not shown", async () => {
    const text = JSON.stringify({
      ...config,
      applications: [{ ...application, lifetimes: { accessToken: 1 } }],
    }).replace('"accessToken":1', '"accessToken":9007199254740993');
    const command = await startCommand(["--port", "0", "--config", configFile(text)]);
    try {
      assert.doesNotMatch(command.greeting, /CSof/);
      const response = await fetch(`${command.address}/v2/idaas_file/app_file/oauth2/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: "app_file",
          client_secret: "CSof the file",
        }),
      });
      assert.match(await response.text(), /"expires_in":9007199254740993,/);
    } finally {
      await command.stop();
    }
  });

  test("is refused with the key that is wrong", async () => {
    const path = configFile(JSON.stringify({ ...config, applications: [{ ...application, scopes: 5 }] }));
    const { code, stdout, stderr } = await runCommand(["issuer", "--port", "0", "--config", path]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.ok(stderr.startsWith(`eiam-token: ${path}: applications[0].scopes: `), stderr);
    assert.equal(stderr.trim().split("\n").length, 1);
  });

  test("is refused if it is no JSON, with line and column", async () => {
    const path = configFile('{\n  "instanceId": oops\n}');
    const { code, stderr } = await runCommand(["issuer", "--port", "0", "--config", path]);
    assert.equal(code, 1);
    assert.match(stderr, /line 2 column 17/);
  });

  test("is refused if it is not there", async () => {
    const path = join(folder, "missing.json");
    const { code, stderr } = await runCommand(["issuer", "--port", "0", "--config", path]);
    assert.equal(code, 1);
    assert.equal(stderr, `eiam-token: ${path} cannot be read: the file does not exist.\n`);
  });
});

test("a port that is taken is not replaced by another", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address();
  const { code, stdout, stderr } = await runCommand(["issuer", "--port", String(port)]);
  other.close();
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, new RegExp(`^eiam-token: Port ${port} on 127\\.0\\.0\\.1 is in use; .*\\.\n$`));
});

test("--profile goes before the example's", async () => {
  const command = await startCommand(["--port", "0", "--profile", "rfc9700"]);
  assert.match(command.greeting, /profile rfc9700/);
  assert.doesNotMatch(command.greeting, /grant_type=password/);
  await command.stop();
});

describe("the command line", () => {
  test("--help lists the commands", async () => {
    const { code, stdout, stderr } = await runCommand(["--help"]);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const word of ["issuer", "config", "token", "Exit codes"]) assert.ok(stdout.includes(word));
  });

  const options = {
    issuer: ["--port", "--host", "--config", "--profile", "--tls", "--log"],
    config: ["--plain", "--profile", "--base-url"],
    token: [
      ...["--issuer", "--eiam", "--portal", "--client-id", "--client-secret-file", "--auth-method"],
      ...["--private-key", "--key-id", "--grant", "--scope", "--redirect-uri", "--open", "--qr"],
      ...["--username", "--refresh-token-file", "--json"],
    ],
  };
  for (const [command, names] of Object.entries(options)) {
    test(`${command} --help lists its options and exit codes`, async () => {
      const { code, stdout, stderr } = await runCommand([command, "--help"]);
      assert.deepEqual([code, stderr], [0, ""]);
      for (const name of names) assert.ok(stdout.includes(`  ${name} `), name);
      assert.match(stdout, /^Exit codes:/m);
    });
  }

  const mistakes = [
    ["serve"],
    ["issuer", "more"],
    ["issuer", "--prot", "1"],
    ["issuer", "--port"],
    ["issuer", "--port", "65536"],
    ["issuer", "--port", "http"],
    ["issuer", "--port", "0", "--port", "0"],
    ["issuer", "--profile", "oauth"],
    ["issuer", "--log", "xml"],
    ["issuer", "--tls", "only-one.pem"],
    ["issuer", "--tls", "cert.pem", "--port"],
    ["config", "--profile", "oauth"],
    ["config", "more"],
  ];
  for (const args of mistakes) {
    test(`"${args.join(" ")}" is a mistake`, async () => {
      const { code, stdout, stderr } = await runCommand(args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^eiam-token: .+; see "eiam-token.* --help"\.\n$/);
    });
  }
});
