// The example as its README says: keys, "wrangler dev", and what "wrangler deploy" would send.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { after, describe, test } from "node:test";
import { parseEnv } from "node:util";

const FOLDER = "examples/worker";
const WRANGLER = `${process.cwd()}/node_modules/wrangler/bin/wrangler.js`;
const ENV = {
  ...process.env,
  NO_COLOR: "1",
  CI: "true",
  WRANGLER_SEND_METRICS: "false",
  // What it keeps for itself.
  XDG_CONFIG_HOME: `${process.cwd()}/config`,
};

const wrangler = (...args) =>
  spawnSync(process.execPath, [WRANGLER, ...args], { cwd: FOLDER, env: ENV, encoding: "utf8", timeout: 180_000 });

assert.equal(spawnSync(process.execPath, ["keys.mjs"], { cwd: FOLDER }).status, 0);
const env = parseEnv(readFileSync(`${FOLDER}/.dev.vars`, "utf8"));

test("the file has every secret that the example says", () => {
  const example = parseEnv(readFileSync(`${FOLDER}/.dev.vars.example`, "utf8"));
  assert.deepEqual(Object.keys(env), Object.keys(example));
});

test("what would be deployed has the module as a file", () => {
  const { status, stdout, stderr } = wrangler("deploy", "--dry-run", "--outdir", "out");
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, /APPLICATIONS/);
  const files = readdirSync(`${FOLDER}/out`);
  assert.ok(files.includes("worker.js"));
  assert.equal(files.filter((name) => name.endsWith(".wasm")).length, 1);
});

describe("wrangler dev", async () => {
  const port = await freePort();
  const args = [WRANGLER, "dev", "--ip", "127.0.0.1", "--port", `${port}`, "--show-interactive-dev-session=false"];
  const child = spawn(process.execPath, args, {
    cwd: FOLDER,
    env: ENV,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  after(async () => {
    // It has children of its own.
    process.kill(-child.pid, "SIGTERM");
    await closed;
  });
  const base = `http://127.0.0.1:${port}`;

  test("serves metadata, tokens, and the resource", async () => {
    await answers(base);
    const token = `${base}/v2/idaas_example/app_machine/oauth2/token`;
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "app_machine",
      client_secret: env.MACHINE_SECRET,
    });
    const response = await fetch(token, { method: "POST", body });
    assert.equal(response.status, 200, output);
    const { access_token } = await response.json();
    const me = await fetch(`${base}/api/whoami`, { headers: { authorization: `Bearer ${access_token}` } });
    assert.equal((await me.json()).clientId, "app_machine");
    for (const secret of [env.MACHINE_SECRET, env.SEALING_KEY, access_token]) {
      assert.ok(!output.includes(secret));
    }
  });
});

async function answers(base) {
  const url = `${base}/v2/idaas_example/app_machine/oidc/.well-known/openid-configuration`;
  for (let i = 0; i < 200; i++) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("it does not answer");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}
