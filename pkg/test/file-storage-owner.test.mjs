import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { after, afterEach, describe, test } from "node:test";
import { FileStorageError, fileStorage } from "eiam-token/file-storage";
import { Folder, change, contents, texts } from "./support/storage-file.mjs";
import { Holder } from "./support/store-holder.mjs";

const folder = new Folder();
after(() => folder.remove());
const path = folder.file();
const lock = `${path}.lock`;
const next = `${path}.new`;
const isWindows = process.platform === "win32";
const own = process.geteuid?.();
/** A user who is neither this one nor root. */
const other = own === 12345 ? 12346 : 12345;
const notRoot = own !== 0 && "only root can give files away";

/** What lies about. A pipe is not read: it would be waited for. */
function state() {
  return folder.names.map((name) => {
    const found = lstatSync(folder.file(name));
    return [name, found.mode, found.uid, found.ino, found.isFile() && readFileSync(folder.file(name), "latin1")];
  });
}

/** That a store is refused for this reason, and nothing is touched. */
async function refused(problem, sentence, file = path) {
  const before = state();
  await assert.rejects(fileStorage(file).load(), (error) => {
    assert.ok(error instanceof FileStorageError, error.stack);
    assert.equal(error.problem, problem, error.message);
    assert.match(error.message, sentence);
    return true;
  });
  assert.deepEqual(state(), before);
}

async function makeStore() {
  const storage = fileStorage(path);
  await storage.write([change("a", "1")]);
  await storage.close();
}

/** What is no file: how it is made, and how it is called. */
const OTHERS = {
  "a pipe": [(file) => execFileSync("mkfifo", [file]), "is not a regular file"],
  "a socket": [
    async (file) => {
      const server = createServer().listen(file);
      await once(server, "listening");
      // Its name goes with it: another one has to stay.
      renameSync(file, `${file}.kept`);
      server.close();
      renameSync(`${file}.kept`, file);
    },
    "is not a regular file",
  ],
  "a link to a device": [(file) => symlinkSync("/dev/zero", file), "is not a regular file"],
  "a link to a pipe": [
    (file) => {
      execFileSync("mkfifo", [folder.file("pipe")]);
      symlinkSync("pipe", file);
    },
    "is not a regular file",
  ],
  "a folder": [(file) => mkdirSync(file), "is a folder"],
};

describe("what somebody put in the place", { skip: isWindows }, () => {
  afterEach(() => folder.empty());

  for (const [name, [make, is]] of Object.entries(OTHERS)) {
    test(`of a store, and is ${name}, is refused and not waited for`, async () => {
      await make(path);
      await refused("not_a_store", new RegExp(`${is}$`));
    });

    test(`of a lock, and is ${name}, is refused and not waited for`, async () => {
      await makeStore();
      await make(lock);
      const what = name === "a folder" ? "is a folder" : "is not a regular file";
      await refused("unsafe", new RegExp(`issuer\\.store cannot be locked: \\S+\\.lock ${what}; remove it$`));
    });

    test(`of a file that is written anew, and is ${name}, is refused`, async () => {
      await makeStore();
      await make(next);
      await refused("unsafe", /cannot be written anew: \S+\.new is not a regular file; remove it$/);
      rmSync(path);
      await refused("unsafe", /cannot be written anew: \S+\.new is not a regular file; remove it$/);
    });
  }

  test("of a lock, and is a link, is not followed", async () => {
    await makeStore();
    for (const target of ["issuer.store", "nothing"]) {
      symlinkSync(target, lock);
      await refused("unsafe", /cannot be locked: \S+\.lock is not a regular file; remove it$/);
      rmSync(lock);
    }
    assert.ok(!existsSync(folder.file("nothing")));
  });

  test("of its lock while it is open is neither waited for nor removed", async () => {
    const storage = fileStorage(path);
    await storage.load();
    rmSync(lock);
    execFileSync("mkfifo", [lock]);
    await assert.rejects(storage.write([change("a", "1")]), { problem: "changed" });
    await storage.close();
    assert.ok(lstatSync(lock).isFIFO());
  });

  test("of its lock is not waited for at the end of a process", async () => {
    const holder = await Holder.start(path);
    rmSync(lock);
    execFileSync("mkfifo", [lock]);
    await holder.end();
    assert.ok(lstatSync(lock).isFIFO());
  });
});

describe("a file of another user", { skip: isWindows || notRoot }, () => {
  afterEach(() => folder.empty());
  const belongs = `belongs to user ${other}, and this process runs as user ${own}; run it as user ${other}, or`;

  test("is refused as store", async () => {
    await makeStore();
    chownSync(path, other, 0);
    await refused("unsafe", new RegExp(`issuer\\.store ${belongs} change the owner if the file is trusted$`));
    chownSync(path, own, 0);
    assert.deepEqual(await contents(path), { a: "1" });
  });

  test("is refused as lock", async () => {
    await makeStore();
    writeFileSync(lock, "", { mode: 0o600 });
    chownSync(lock, other, 0);
    await refused("unsafe", new RegExp(`issuer\\.store cannot be locked: \\S+\\.lock ${belongs}`));
  });

  test("is refused as what is written anew", async () => {
    await makeStore();
    writeFileSync(next, "", { mode: 0o600 });
    chownSync(next, other, 0);
    await refused("unsafe", new RegExp(`cannot be written anew: \\S+\\.new ${belongs}`));
  });

  test("is refused as link that leads to a store; root's is followed", async () => {
    await makeStore();
    const link = folder.file("link");
    symlinkSync("issuer.store", link);
    assert.deepEqual(await contents(link), { a: "1" });
    lchownSync(link, other, 0);
    await refused("unsafe", new RegExp(`link is a link that ${belongs}`), link);
  });

  test("is refused by a user who is not root too", async () => {
    const asOther = { uid: other };
    chmodSync(folder.path, 0o777);
    try {
      await makeStore();
      const mine = await Holder.start(path, { options: asOther });
      await mine.end();
      assert.equal(mine.opened.problem, "unsafe");
      assert.match(mine.opened.message, /belongs to user 0, and this process runs as user \d+; run it as user 0/);
      // Its own it has.
      const theirs = folder.file("theirs.store");
      const holder = await Holder.start(theirs, { options: asOther });
      assert.equal(holder.opened, "done");
      assert.equal(await holder.ask("write a"), "done");
      assert.equal(statSync(theirs).uid, other);
      await refused("unsafe", new RegExp(belongs), theirs);
      await holder.end();
    } finally {
      chmodSync(folder.path, 0o700);
    }
  });
});

describe("the rights of a store", { skip: isWindows }, () => {
  afterEach(() => folder.empty());

  for (const mode of [0o620, 0o602, 0o666, 0o660, 0o777]) {
    test(`are refused where others can write: ${mode.toString(8)}`, async () => {
      await makeStore();
      chmodSync(path, mode);
      const sentence = `can be written by other users \\(mode ${mode.toString(8)}\\); if none of them has written it, remove that permission \\(chmod 600\\)$`;
      await refused("unsafe", new RegExp(`issuer\\.store ${sentence}`));
      chmodSync(path, 0o600);
      writeFileSync(lock, "");
      chmodSync(lock, mode);
      await refused("unsafe", new RegExp(`issuer\\.store cannot be locked: \\S+\\.lock ${sentence}`));
    });
  }

  for (const mode of [0o640, 0o604, 0o644, 0o755]) {
    test(`are taken away where others can read: ${mode.toString(8)}`, async () => {
      await makeStore();
      chmodSync(path, mode);
      assert.deepEqual(await contents(path), { a: "1" });
      assert.equal(statSync(path).mode & 0o777, 0o600);
    });
  }

  test("are left as they are where it is refused for something else", async () => {
    writeFileSync(path, "no store");
    chmodSync(path, 0o644);
    await refused("not_a_store", /is not a store of an issuer$/);
  });
});

test("a store with a second name is refused: each would have a lock of its own", { skip: isWindows }, async () => {
  const second = folder.file("second.store");
  const storage = fileStorage(path);
  await storage.write([change("a", "1")]);
  linkSync(path, second);
  await refused("unsafe", /second\.store has 2 names \(hard links\); remove the other names$/, second);
  assert.deepEqual(texts(await storage.load()), { a: "1" });
  await storage.close();
  await refused("unsafe", /issuer\.store has 2 names \(hard links\); remove the other names$/);
  rmSync(second);
  assert.deepEqual(await contents(path), { a: "1" });
});
