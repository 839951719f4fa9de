import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { after, afterEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EiamTokenError, FileStorageError, fileStorage } from "eiam-token/file-storage";
import { runtimes } from "./support/runtimes.mjs";
import { Folder, HEADER, change, contents, texts } from "./support/storage-file.mjs";

const folder = new Folder();
afterEach(() => folder.empty());
after(() => folder.remove());
const path = folder.file();
const isWindows = process.platform === "win32";

/** That a file is refused for this reason, and not touched. */
async function refused(file, problem, sentence, use = (storage) => storage.load()) {
  const before = folder.files;
  await assert.rejects(use(fileStorage(file)), (error) => {
    assert.ok(error instanceof FileStorageError && error instanceof EiamTokenError, error.stack);
    assert.deepEqual([error.problem, error.code, error.name], [problem, "storage_error", "FileStorageError"]);
    assert.equal(error.message, `${error.path} ${sentence}`);
    return true;
  });
  assert.deepEqual(folder.files, before);
}

describe("a store", () => {
  test("has what was written and not removed", async () => {
    const storage = fileStorage(path);
    assert.equal(storage.structuredClone, false);
    assert.deepEqual(await storage.load(), []);
    await storage.write([change("a", "1"), change("b-2", ""), change("C", "3", 2n ** 62n)]);
    await storage.write([change("a", "one"), change("C", undefined)]);
    await storage.write([]);
    await storage.write([change("a", "uno"), change("a", "eins"), change("nobody", undefined)]);
    assert.deepEqual(texts(await storage.load()), { a: "eins", "b-2": "" });
    await storage.close();
    assert.deepEqual(await contents(path), { a: "eins", "b-2": "" });
  });

  test("keeps every byte of a value, and a value that is longer than its reader's window", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const long = new Uint8Array(3_000_000).map((_, i) => i * 7);
    const key = "k".repeat(64);
    const storage = fileStorage(path);
    await storage.write([change("bytes", bytes), change(key, long), change("last", "z")]);
    await storage.close();
    const reopened = fileStorage(path);
    const records = new Map((await reopened.load()).map(({ key, value }) => [key, value]));
    assert.deepEqual([...records.keys()].sort(), ["bytes", key, "last"]);
    assert.deepEqual(records.get("bytes"), bytes);
    assert.deepEqual(records.get(key), long);
    await reopened.close();
  });

  test("takes writes before it was loaded", async () => {
    for (const [key, value] of Object.entries({ a: "1", b: "2" })) {
      const storage = fileStorage(path);
      await storage.write([change(key, value)]);
      await storage.close();
    }
    assert.deepEqual(await contents(path), { a: "1", b: "2" });
  });

  test("is of a file that nobody else can read", { skip: isWindows }, async () => {
    const before = process.umask(0);
    try {
      await contents(path);
      assert.equal(statSync(path).mode & 0o777, 0o600);
      // A program that does not care who reads it may have copied it.
      chmodSync(path, 0o644);
      const storage = fileStorage(path, { slack: 0 });
      await storage.load();
      assert.equal(statSync(path).mode & 0o777, 0o600);
      assert.equal(statSync(`${path}.lock`).mode & 0o777, 0o600);
      // Three times the same: it is written anew.
      for (let i = 0; i < 5; i++) await storage.write([change("a", "x".repeat(100))]);
      await storage.close();
      assert.equal(statSync(path).mode & 0o777, 0o600);
    } finally {
      process.umask(before);
    }
  });

  test("refuses what no issuer writes, and stays as it was", async () => {
    const storage = fileStorage(path);
    await storage.write([change("a", "1")]);
    const before = readFileSync(path);
    for (const wrong of [
      change("", "x"),
      change("k".repeat(65), "x"),
      change("ä", "x"),
      change("a_b", "x"),
      { key: "pair", value: { publicKey: {}, privateKey: {} }, expires: undefined },
    ]) {
      await assert.rejects(storage.write([change("a", "2"), wrong]), TypeError);
    }
    assert.deepEqual(readFileSync(path), before);
    await storage.close();
  });

  test("is closed once, and opened again by load alone", async () => {
    const storage = fileStorage(path);
    await storage.write([change("a", "1")]);
    await Promise.all([storage.close(), storage.close()]);
    await refused(path, "closed", "was closed", async () => storage.write([change("a", "2")]));
    assert.deepEqual(texts(await storage.load()), { a: "1" });
    await storage.write([change("a", "2")]);
    await storage.close();
    assert.deepEqual([...folder.files.keys()], ["issuer.store"]);
  });

  test("is closed after the writes under way", async () => {
    const storage = fileStorage(path);
    const writes = [1, 2, 3].map((i) => storage.write([change(`a${i}`, "x")]));
    await storage.close();
    await Promise.all(writes);
    assert.deepEqual(Object.keys(await contents(path)), ["a1", "a2", "a3"]);
  });
});

describe("a file", () => {
  test("that is no store is refused", async () => {
    for (const text of ["{}", "eiam-token issuer store", "eiam-token issuer store x\n", "\0".repeat(4096)]) {
      writeFileSync(path, text);
      await refused(path, "not_a_store", "is not a store of an issuer");
    }
    writeFileSync(path, "");
    await refused(path, "not_a_store", "is empty, so it is not a store of an issuer");
  });

  test("of another version is refused, with its number", async () => {
    writeFileSync(path, "eiam-token issuer store 1\nwhatever that has");
    await refused(path, "unknown_version", "is a store of version 1, which this version of eiam-token does not know");
  });

  test("that is a folder, or in none, is refused", async () => {
    const inner = folder.file("inner");
    mkdirSync(inner);
    await assert.rejects(fileStorage(inner).load(), { problem: "not_a_store", message: `${inner} is a folder` });
    folder.empty();
    await refused(folder.file("none/store"), "inaccessible", "cannot be used (ENOENT)");
    writeFileSync(path, "text");
    await refused(`${path}/store`, "inaccessible", "cannot be used (ENOTDIR)");
  });

  test("that is a pipe or a device is refused, and not opened", { skip: isWindows }, async () => {
    const pipe = folder.file("pipe");
    await promisify(execFile)("mkfifo", [pipe]);
    for (const file of [pipe, "/dev/null"]) {
      const loaded = fileStorage(file).load();
      await assert.rejects(loaded, { problem: "not_a_store", message: `${file} is not a regular file` });
    }
  });

  test("is the one that a link leads to, also after it was written anew", { skip: isWindows }, async () => {
    const link = folder.file("link");
    symlinkSync(path, link);
    await assert.rejects(fileStorage(link).load(), { problem: "inaccessible" }, "a link to nothing");
    await contents(path);
    const storage = fileStorage(link, { slack: 0 });
    for (let i = 0; i < 9; i++) await storage.write([change("a", `${i}`.repeat(100))]);
    await assert.rejects(fileStorage(path).load(), { problem: "in_use" });
    await storage.close();
    assert.deepEqual(await contents(path), { a: "8".repeat(100) });
  });
});

for (const [name, program] of Object.entries(runtimes)) {
  test(`${name} keeps a store, and leaves it to others`, {
    skip: program === undefined && "not installed",
  }, async () => {
    const script = fileURLToPath(new URL("support/keeps-a-store.mjs", import.meta.url));
    const env = { ...process.env, DENO_NO_UPDATE_CHECK: "1" };
    const keep = (end) => {
      const args = name === "Deno" ? ["run", "--no-lock", "--allow-all"] : [];
      return promisify(execFile)(program, [...args, script, path, end], { env });
    };
    const expected = { a0: "n", a1: "n", a2: "n", a3: "n" };
    for (const end of ["close", "exit", "kill", "close"]) {
      await keep(end).catch((error) => assert.equal(end === "kill" && error.signal, "SIGKILL", error.stderr));
      assert.equal(existsSync(`${path}.lock`), end === "kill", end);
      assert.deepEqual(await contents(path), expected, end);
    }
    const storage = fileStorage(path);
    await storage.load();
    await assert.rejects(keep("close"), (error) => {
      assert.match(error.stderr, new RegExp(`is in use by process ${process.pid}`));
      return true;
    });
    await storage.close();
  });
}

test("what is written takes the change and some tens of bytes", async () => {
  const storage = fileStorage(path);
  await storage.load();
  assert.equal(statSync(path).size, HEADER);
  await storage.write([change("grant-1", "x".repeat(100), 1n)]);
  assert.equal(statSync(path).size, HEADER + 24 + 1 + 7 + 1 + 8 + 4 + 100);
  await storage.close();
});
