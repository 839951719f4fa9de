import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { unreadable, unwritable } from "../bin/files.js";
import { runCommand } from "./support/command-process.mjs";

const parent = mkdtempSync(join(tmpdir(), "eiam-token-worker-"));
after(() => rmSync(parent, { recursive: true }));
/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(parent, "site-"));
});

/** @param {string} name */
const shipped = (name) => readFileSync(new URL(`../dist/${name}`, import.meta.url), "utf8");
/** @param {string} name */
const written = (name) => readFileSync(join(folder, name), "utf8");

describe("worker", () => {
  test("writes the worker, and says what is next", async () => {
    const { code, stdout, stderr } = await runCommand(["worker", folder]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /issuer-worker\.js is written\.\n\nIn the page[\s\S]*"eiam-token\/testing\/worker"/);
    assert.deepEqual(readdirSync(folder), ["issuer-worker.js"]);
    assert.equal(written("issuer-worker.js"), shipped("issuer-worker.js"));
  });

  test("writes what pages without a bundler import as well, wherever the option stands", async () => {
    for (const args of [
      [folder, "--page"],
      ["--page", folder],
    ]) {
      const { code, stdout } = await runCommand(["worker", ...args]);
      assert.equal(code, 0);
      assert.match(stdout, /from "\/testing-worker\.js"/);
      assert.deepEqual(readdirSync(folder).sort(), ["issuer-worker.js", "testing-worker.js"]);
    }
  });

  test("replaces what another version of it has written", async () => {
    writeFileSync(join(folder, "issuer-worker.js"), "/* eiam-token issuer-worker.js 0.0.1-abc. */ old();");
    assert.equal((await runCommand(["worker", folder])).code, 0);
    assert.equal(written("issuer-worker.js"), shipped("issuer-worker.js"));
  });

  test("refuses to replace what it has not written, and then writes nothing", async () => {
    writeFileSync(join(folder, "testing-worker.js"), "/* mine */");
    const { code, stdout, stderr } = await runCommand(["worker", folder, "--page"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /testing-worker\.js was not written by this command: move it, or name another folder\.\n$/);
    assert.deepEqual(readdirSync(folder), ["testing-worker.js"]);
    assert.equal(written("testing-worker.js"), "/* mine */");
  });

  test("follows no link to what somebody else has", { skip: process.platform === "win32" }, async () => {
    const target = join(folder, "target.js");
    writeFileSync(target, "/* eiam-token issuer-worker.js */");
    symlinkSync(target, join(folder, "issuer-worker.js"));
    const { code, stderr } = await runCommand(["worker", folder]);
    assert.equal(code, 1);
    assert.match(stderr, /issuer-worker\.js is no file: remove it, or name another folder\.\n$/);
    assert.equal(written("target.js"), "/* eiam-token issuer-worker.js */");
  });

  test("says what is wrong with the command line", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const link = join(folder, "nowhere");
    symlinkSync(join(folder, "none"), link);
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    for (const [args, code, problem] of /** @type {const} */ ([
      [[], 2, /the name of a folder is needed, such as public; see "eiam-token worker --help"/],
      [["", "--page"], 2, /the name of a folder is needed/],
      [[folder, "more"], 2, /"more" belongs to no option/],
      [[folder, "--pge"], 2, /unknown option "--pge" \(did you mean "--page"\?\)/],
      [[join(folder, "none")], 1, /none is no folder: make it/],
      [[file], 1, /file is no folder: name the one that the site serves/],
      [[join(file, "below")], 1, /below is no folder: make it/],
      [[link], 1, /nowhere is no folder: make it/],
      [[pipe], 1, /pipe is no folder: name the one that the site serves/],
    ])) {
      const answer = await runCommand(["worker", ...args]);
      assert.deepEqual([answer.code, answer.stdout], [code, ""], args.join(" "));
      assert.match(answer.stderr, problem);
    }
    assert.deepEqual(readdirSync(folder).sort(), ["file", "nowhere", "pipe"]);
  });
});

test("a file that cannot be written is named, with why in words", { skip: !existsSync("/proc/self") }, async () => {
  const { code, stdout, stderr } = await runCommand(["worker", "/proc/self"]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^eiam-token: \/proc\/self\/issuer-worker\.js cannot be written: [a-z]/);
});

test("files that are read and written have the same words for the system's codes", () => {
  for (const [code, reason] of [
    ["ENOENT", ": its folder does not exist; create it first"],
    ["ENOTDIR", ": its folder is no folder"],
    ["EACCES", ": you have no permission to write there"],
    ["EPERM", ": you have no permission to write there"],
    ["EROFS", ": the file system is read-only"],
    ["ENOSPC", ": the disk is full"],
    ["EDQUOT", ": you have no space left on the disk"],
    ["EISDIR", ": it is a folder"],
    ["EBUSY", " (EBUSY)"],
  ]) {
    const { message, exitCode } = unwritable("a.js", Object.assign(new Error("x"), { code }));
    assert.deepEqual([message, exitCode], [`a.js cannot be written${reason}.`, 1]);
  }
  const denied = Object.assign(new Error("x"), { code: "EACCES" });
  assert.equal(unreadable("a.js", denied).message, "a.js cannot be read: you have no permission to read it.");
});

test("both files and the package have one stamp", () => {
  const [, stamp = ""] = /^\/\* eiam-token issuer-worker\.js (\S+)\. /.exec(shipped("issuer-worker.js")) ?? [];
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.match(stamp, new RegExp(`^${version.replaceAll(".", "\\.")}-[0-9a-f]{12}$`));
  for (const name of ["issuer-worker.js", "testing-worker.js"]) {
    assert.equal(shipped(name).split(stamp).length, 3, `${name} has it at its head and in its code`);
  }
});
