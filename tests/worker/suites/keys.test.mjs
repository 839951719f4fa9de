// The script that makes a deployment's secrets: nobody else can read them, and none is replaced.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { parseEnv } from "node:util";

const SCRIPT = `${process.cwd()}/examples/worker/keys.mjs`;
const folders = [];
let cwd;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "eiam-token-keys-"));
  folders.push(cwd);
});
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const make = (...args) => spawnSync(process.execPath, [SCRIPT, ...args], { cwd, encoding: "utf8" });
const read = (name) => parseEnv(readFileSync(join(cwd, name), "utf8"));
const mode = (name) => statSync(join(cwd, name)).mode & 0o777;

describe("keys.mjs", () => {
  test("writes .dev.vars, for its owner alone, and prints no secret", () => {
    const { status, stdout, stderr } = make();
    assert.deepEqual([status, stderr], [0, ""]);
    const env = read(".dev.vars");
    assert.equal(Buffer.from(env.SEALING_KEY, "base64url").length, 32);
    assert.equal(JSON.parse(env.SIGNING_KEY).crv, "P-256");
    assert.equal(env.BASE_URL, "http://localhost:8787");
    if (process.platform !== "win32") assert.equal(mode(".dev.vars"), 0o600);
    for (const [name, value] of Object.entries(env)) {
      assert.ok(stdout.includes(name));
      assert.ok(name === "BASE_URL" || !stdout.includes(value), name);
    }
    assert.deepEqual(readdirSync(cwd), [".dev.vars"]);
  });

  test("writes another file without what is no secret, each time with other values", () => {
    for (const name of ["a.vars", "b.vars"]) assert.equal(make(name).status, 0);
    const [a, b] = ["a.vars", "b.vars"].map(read);
    const names = ["ALICE_PASSWORD", "MACHINE_SECRET", "SEALING_KEY", "SIGNING_KEY", "WEB_SECRET"];
    assert.deepEqual(Object.keys(a).sort(), names);
    for (const name of Object.keys(a)) assert.notEqual(a[name], b[name], name);
  });

  test("leaves what is there as it is, and says how to replace it", () => {
    const there = { ".dev.vars": "SEALING_KEY=old\n", "empty.vars": "" };
    for (const [name, text] of Object.entries(there)) writeFileSync(join(cwd, name), text);
    symlinkSync("nowhere", join(cwd, "link.vars"));
    for (const name of [".dev.vars", "empty.vars", "link.vars", "."]) {
      const { status, stdout, stderr } = make(name);
      assert.deepEqual([status, stdout], [1, ""], name);
      assert.match(stderr, /^keys\.mjs: \S+ is there already, and was left as it is\. .*remove it/);
      assert.equal(/without ">"/.test(stderr), name === "empty.vars");
    }
    for (const [name, text] of Object.entries(there)) {
      assert.equal(readFileSync(join(cwd, name), "utf8"), text);
    }
    assert.deepEqual(readdirSync(cwd).sort(), [".dev.vars", "empty.vars", "link.vars"]);
  });

  test("refuses what it does not understand, and a folder that is not there", () => {
    for (const args of [["a", "b"], ["--help"], [""]]) {
      const { status, stderr } = make(...args);
      assert.equal(status, 2);
      assert.match(stderr, /node keys\.mjs \[FILE\]/);
    }
    const { status, stderr } = make("none/a.vars");
    assert.equal(status, 1);
    assert.match(stderr, /^keys\.mjs: none\/a\.vars cannot be written: ENOENT/);
    assert.doesNotMatch(stderr, /\n\s+at /);
    assert.deepEqual(readdirSync(cwd), []);
  });

  test("of many at once one writes, and all of its file", async () => {
    const all = Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, [SCRIPT], { cwd, stdio: "ignore" });
      return (await once(child, "close"))[0];
    });
    assert.deepEqual((await Promise.all(all)).sort(), [0, 1, 1, 1, 1, 1]);
    assert.equal(Object.keys(read(".dev.vars")).length, 6);
    assert.deepEqual(readdirSync(cwd), [".dev.vars"]);
  });

  test("the mode does not depend on the umask", { skip: process.platform === "win32" }, () => {
    const command = `umask 000; "${process.execPath}" "${SCRIPT}"`;
    assert.equal(spawnSync("sh", ["-c", command], { cwd }).status, 0);
    assert.equal(mode(".dev.vars"), 0o600);
  });
});
