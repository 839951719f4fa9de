import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const pkg = fileURLToPath(new URL("../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "eiam-token-npx-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The variables of an npm that runs these tests are not those of the npm that is tried. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
const npm = (...args) =>
  run("npm", [...args, "--no-audit", "--no-fund", "--cache", join(folder, "cache")], { cwd: folder, env });

/** Whether somebody listens. @param {string} address */
function answers(address) {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/**
 * Starts a program whose descendant is the issuer.
 *
 * @param {string} program
 * @param {string[]} args
 */
async function start(program, args) {
  const child = spawn(program, args, { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  after(() => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // All of them are gone.
    }
  });
  let said = "";
  const address = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
        const match = /listening on (\S+)\n/.exec(said);
        if (match) resolve(match[1]);
      });
    }
    child.once("error", reject);
    child.once("exit", () => reject(new Error(said)));
  });
  return { child, address, /** All who could write have ended. */ silent: once(child.stdout, "close") };
}

describe("started by npm", { skip: process.platform === "win32" && "there are no signals" }, () => {
  before(async () => {
    const { stdout } = await run(
      "npm",
      ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, "--cache", join(folder, "cache")],
      { cwd: pkg, env },
    );
    const [{ filename }] = JSON.parse(stdout);
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "x", version: "1.0.0", private: true, scripts: { issuer: "eiam-token issuer --port 0" } }),
    );
    await npm("install", "--offline", join(folder, filename));
  });

  const ways = {
    npx: ["npx", ["eiam-token", "issuer", "--port", "0"]],
    "npm exec": ["npm", ["exec", "--", "eiam-token", "issuer", "--port", "0"]],
    "npm run": ["npm", ["run", "issuer"]],
  };
  for (const [name, [program, args]] of Object.entries(ways)) {
    test(`${name}: a SIGTERM for npm ends the server, and its port is free`, async () => {
      const { child, address, silent } = await start(program, args);
      assert.ok(await answers(address));
      child.kill("SIGTERM");
      await silent;
      assert.equal(await answers(address), false);
    });
  }

  test("node_modules/.bin/eiam-token takes the signal itself", async () => {
    const { child, address, silent } = await start("node_modules/.bin/eiam-token", ["issuer", "--port", "0"]);
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
    await silent;
    assert.equal(await answers(address), false);
  });

  test("without npm it outlives the shell that started it in the background", async () => {
    const { child, address } = await start("sh", ["-c", "node_modules/.bin/eiam-token issuer --port 0 & read end"]);
    child.stdin.end();
    await once(child, "exit");
    // It would look twice a second for a parent that it follows.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.ok(await answers(address));
  });
});
