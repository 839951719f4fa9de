import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { runCommand, startCommand } from "./support/command-process.mjs";

const PATH = "/v2/idaas_example/app_spa/oidc/.well-known/openid-configuration";

/**
 * Asks under a name that needs no name server.
 *
 * @param {string} address
 * @param {Record<string, string>} headers
 * @returns {Promise<{ status: number | undefined, body: any }>}
 */
function ask(address, headers, path = PATH) {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, address), { headers }, async (response) => {
      let text = "";
      for await (const part of response.setEncoding("utf8")) text += part;
      resolve({ status: response.statusCode, body: JSON.parse(text) });
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("issuer --base-url request: each request says the name", () => {
  let command, own;
  before(async () => {
    const names = ["--allow-host", "issuer:9400", "--allow-host", "LOCALHOST:*"];
    command = await startCommand(["--port", "0", "--base-url", "request", ...names]);
    own = new URL(command.address).host;
  });
  after(() => command.stop());

  test("those of --allow-host and the address that it listens on, each with its own issuer", async () => {
    for (const host of ["issuer:9400", "localhost", "localhost:49153", own]) {
      const { status, body } = await ask(command.address, { host });
      assert.deepEqual([status, body.issuer], [200, `http://${host}/v2/idaas_example/app_spa/oidc`]);
      assert.ok(body.token_endpoint.startsWith(`http://${host}/`), body.token_endpoint);
    }
  });

  test("others are 421 without what was sent, which the log has, with what to do", async () => {
    for (const host of ["evil.example", "issuer", "issuer:9401"]) {
      const { status, body } = await ask(command.address, { host });
      assert.deepEqual([status, body.error], [421, "misdirected_request"], host);
      assert.match(body.error_description, /allowedHosts/);
      assert.ok(!JSON.stringify(body).includes("evil"));
    }
    await command.settled();
    assert.match(command.log(), / 421 .*"evil\.example".*--allow-host/);
  });

  test("what a proxy would say does not count", async () => {
    const { body } = await ask(command.address, { host: own, "x-forwarded-host": "issuer:9400" });
    assert.equal(body.issuer, `http://${own}/v2/idaas_example/app_spa/oidc`);
  });

  test("the greeting says the names, and shows the address for what is to be tried", () => {
    const { greeting, address } = command;
    assert.match(greeting, /that of each request, which may be for issuer:9400, localhost:\*, 127\.0\.0\.1:\d+\n/);
    assert.ok(greeting.includes(`${address}/v2/idaas_example/app_spa/oidc/.well-known/openid-configuration`));
    assert.ok(!greeting.includes("overview") && !greeting.includes("request/"), greeting);
  });
});

test("--trust-proxy: the proxy says the name, and its last word counts", async () => {
  const command = await startCommand([
    ...["--port", "0", "--base-url", "request", "--allow-host", "as.example", "--trust-proxy"],
  ]);
  try {
    const host = new URL(command.address).host;
    for (const fields of [
      { "x-forwarded-host": "evil.example, as.example", "x-forwarded-proto": "https" },
      { forwarded: "host=evil.example;proto=http, for=192.0.2.1;host=as.example;proto=https" },
    ]) {
      const { body } = await ask(command.address, { host, ...fields });
      assert.equal(body.issuer, "https://as.example/v2/idaas_example/app_spa/oidc");
    }
    const { status } = await ask(command.address, { host, "x-forwarded-host": "as.example, evil.example" });
    assert.equal(status, 421);
  } finally {
    await command.stop();
  }
});

test("names on loopback alone: the overview is shown", async () => {
  const command = await startCommand(["--port", "0", "--base-url", "request", "--allow-host", "localhost:*"]);
  try {
    assert.match(command.greeting, /Open http:\/\/127\.0\.0\.1:\d+\/ in a browser for an overview/);
  } finally {
    await command.stop();
  }
});

describe("what is wrong about names", () => {
  const folder = mkdtempSync(join(tmpdir(), "eiam-token-"));
  after(() => rmSync(folder, { recursive: true }));

  for (const [args, message] of [
    [["--allow-host", "issuer:9400"], /allowedHosts.*only of use if `baseUrl` is `request`/],
    [["--trust-proxy"], /trustProxy.*only of use if `baseUrl` is `request`/],
    [["--base-url", "request", "--allow-host", "http://issuer"], /allowedHosts\[0\].*issuer:9400/],
    [["--base-url", "requests"], /--base-url needs a URL .* or "request"/],
  ]) {
    test(args.join(" "), async () => {
      const { code, stderr } = await runCommand(["issuer", "--port", "0", ...args]);
      assert.notEqual(code, 0);
      assert.match(stderr, message);
    });
  }

  test("hosts in a file that are no list", async () => {
    const file = join(folder, "config.json");
    writeFileSync(file, '{"baseUrl":"request","allowedHosts":"issuer","instanceId":"i","applications":[]}');
    const { code, stderr } = await runCommand(["issuer", "--port", "0", "--config", file]);
    assert.equal(code, 1);
    assert.match(stderr, /allowedHosts/);
  });
});
