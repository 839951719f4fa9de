import assert from "node:assert/strict";
import fs, {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, describe, mock, test } from "node:test";
import { Worker } from "node:worker_threads";
import { FileStorageError, fileStorage } from "eiam-token/file-storage";
import { watchFiles } from "./support/faulty-files.mjs";
import { Folder, change, contents, forgedLock, lockHolder, lockText, texts } from "./support/storage-file.mjs";
import { Holder, container } from "./support/store-holder.mjs";

const folder = new Folder();
afterEach(() => folder.empty());
after(() => folder.remove());
const path = folder.file();
const lock = `${path}.lock`;
const isLinux = process.platform === "linux";

/** That a file is refused for this reason, and not touched. */
async function refused(problem, sentence, file = path, options = {}) {
  const before = folder.files;
  await assert.rejects(fileStorage(file, options).load(), (error) => {
    assert.ok(error instanceof FileStorageError, error.stack);
    assert.equal(error.problem, problem);
    if (typeof sentence === "string") assert.equal(error.message, `${error.path} ${sentence}`);
    else assert.match(error.message, sentence);
    return true;
  });
  assert.deepEqual(folder.files, before);
}

/** Leaves this as the lock of a store. @param {string} text */
function leave(text) {
  writeFileSync(lock, text, { mode: 0o600 });
}

/** What says where somebody is who cannot be watched, and what to do. */
const ELSEWHERE =
  /which cannot be watched from here; stop it, or, if it is certain that it no longer runs, remove \S+\.lock$/;

describe("a lock", () => {
  test("keeps another process out, and names it", async () => {
    const holder = await Holder.start(path);
    assert.equal(holder.opened, "done");
    await refused("in_use", `is in use by process ${holder.pid}`);
    await refused("in_use", `is in use by process ${holder.pid}`, path, { takeOver: true });
    await holder.end();
    assert.ok(!existsSync(lock), "released at the exit");
    await contents(path);
  });

  test("of a process that was killed is taken over", async () => {
    const holder = await Holder.start(path);
    await holder.kill();
    assert.ok(existsSync(lock));
    await contents(path);
    assert.ok(!existsSync(lock));
  });

  test("keeps this process out a second time, by whatever name", async () => {
    const storage = fileStorage(path);
    await storage.load();
    await refused("in_use", "is in use by this process");
    const name = folder.path.split("/").at(-1);
    await refused("in_use", "is in use by this process", `${folder.path}/../${name}/issuer.store`);
    await storage.close();
    await contents(path);
  });

  test("keeps another thread of this process out", async () => {
    const storage = fileStorage(path);
    await storage.load();
    const script = `
      const { parentPort, workerData } = require("node:worker_threads");
      import(workerData.library).then(async ({ fileStorage }) => {
        const done = fileStorage(workerData.path).load();
        parentPort.postMessage(await done.then(() => "open", ({ message }) => message));
      });
    `;
    const worker = new Worker(script, {
      eval: true,
      workerData: { library: import.meta.resolve("eiam-token/file-storage"), path },
    });
    const [message] = await new Promise((resolve, reject) => {
      worker.once("message", (...args) => resolve(args)).once("error", reject);
    });
    await worker.terminate();
    assert.equal(message, `${path} is in use by this process`);
    await storage.close();
  });

  test("of another process with this one's number, or another one's, is taken over", { skip: !isLinux }, async () => {
    await contents(path);
    for (const pid of [process.pid, process.ppid]) {
      leave(await forgedLock({ pid, start: "1" }));
      await contents(path);
      // Without the time of its start, the process counts as the one that has it.
      leave(await forgedLock({ pid, start: "-" }));
      await refused("in_use", pid === process.pid ? "is in use by this process" : `is in use by process ${pid}`);
      rmSync(lock);
    }
  });

  test("that was left without a name is taken over after a while", async () => {
    await contents(path);
    for (const text of ["", "12", (await forgedLock({})).slice(0, -1)]) {
      leave(text);
      await contents(path);
      assert.deepEqual([...folder.files.keys()], ["issuer.store"]);
    }
  });

  test("that says what no version does is not taken over, but if that is asked for", async () => {
    await contents(path);
    const whole = await forgedLock({});
    for (const text of [
      "\n",
      "12 34\n",
      `x${whole}`,
      `${whole}${whole}`,
      "x".repeat(100_000),
      `\0${"x".repeat(5000)}`,
    ]) {
      leave(text);
      await refused("in_use", /is in use as its lock says, .*; stop that, or, if .* no longer runs, remove \S+\.lock$/);
      await contents(path, { takeOver: true });
      assert.deepEqual([...folder.files.keys()], ["issuer.store"]);
    }
  });

  test("that somebody else has by now is not removed", async () => {
    const storage = fileStorage(path);
    await storage.load();
    rmSync(lock);
    leave("somebody else's\n");
    await storage.close();
    assert.equal(readFileSync(lock, "utf8"), "somebody else's\n");
  });

  test("is released when the file is refused", async () => {
    writeFileSync(path, "no store");
    for (let i = 0; i < 2; i++) await refused("not_a_store", "is not a store of an issuer");
    assert.ok(!existsSync(lock));
  });

  test("is had by one of many that want it at once", async () => {
    await contents(path);
    leave(await forgedLock({ start: "1" }));
    const storages = Array.from({ length: 20 }, () => fileStorage(path));
    const outcomes = await Promise.allSettled(storages.map((storage) => storage.load()));
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    for (const storage of storages) await storage.close();
    assert.deepEqual([...folder.files.keys()], ["issuer.store"]);
  });

  test("is had by one of many processes that find a stale one", async () => {
    await contents(path);
    leave(await forgedLock({ start: "1" }));
    const holders = await Promise.all(Array.from({ length: 6 }, () => Holder.start(path)));
    const said = holders.map(({ opened }) => opened.problem ?? opened);
    for (const holder of holders) await holder.end();
    assert.deepEqual(said.sort(), ["done", "in_use", "in_use", "in_use", "in_use", "in_use"]);
  });
});

describe("a lock of somewhere else", { skip: !isLinux && "its signs are Linux's" }, () => {
  const BOOT = "00000000-1111-2222-3333-444444444444";

  test("is not taken over: of another container, another machine, somebody who does not say", async () => {
    await contents(path);
    for (const [other, where] of [
      [{ namespaces: "4026532999+4026531834" }, "in another container of this machine"],
      [{ namespaces: "-" }, "in another container of this machine"],
      [{ namespaces: "4026532999+4026531834", host: "other" }, "in another container of this machine"],
      [{ boot: BOOT, host: "other" }, "of another machine, or of this one before its last start"],
      [{ boot: BOOT, host: "-" }, "of another machine, or of this one before its last start"],
      [{ boot: "-" }, "of another machine, or of this one before its last start"],
      [
        { boot: "-", namespaces: "-", start: "-", host: "-" },
        "of another machine, or of this one before its last start",
      ],
    ]) {
      // Such a number may be taken here: it means something else there.
      for (const pid of [1, process.pid, 2 ** 22 + 1]) {
        const text = await forgedLock({ ...other, pid });
        leave(text);
        await refused("in_use", ELSEWHERE);
        const { host } = lockHolder(text);
        const name = host === "-" ? "a host without a name" : `host ${host}`;
        const who = `is in use by process ${pid} of ${name} (${where})`;
        await assert.rejects(fileStorage(path).load(), ({ message, pid }) => {
          assert.ok(message.startsWith(`${path} ${who}, which`), message);
          assert.equal(pid, undefined, "no number that means something here");
          return true;
        });
      }
    }
  });

  test("is taken over if that is asked for, or if its file was removed", async () => {
    const storage = fileStorage(path);
    await storage.write([change("a", "1")]);
    await storage.close();
    leave(await forgedLock({ namespaces: "1+1" }));
    assert.deepEqual(await contents(path, { takeOver: true }), { a: "1" });
    leave(await forgedLock({ boot: BOOT, host: "other" }));
    await refused("in_use", ELSEWHERE);
    rmSync(lock);
    assert.deepEqual(await contents(path), { a: "1" });
  });

  test("is taken over where the machine was restarted: it has the name, and the disk", async () => {
    await contents(path);
    for (const namespaces of ["4026531836+4026531834", "4026532999+4026531834"]) {
      leave(await forgedLock({ boot: BOOT, namespaces }));
      await contents(path);
      assert.deepEqual([...folder.files.keys()], ["issuer.store"]);
    }
  });

  const { inside, skip } = container();

  test("is not taken over where others may have the same files", { skip }, async () => {
    await contents(path);
    const text = await forgedLock({ boot: BOOT });
    // Memory that is no tmpfs stands for a volume of a network.
    const script = `mount -t ramfs none "$1" && cp "$0" "$1/issuer.store" && chmod 600 "$1/issuer.store" &&
      printf '%s' "$2" > "$1/issuer.store.lock" && chmod 600 "$1/issuer.store.lock" && shift 2 && exec "$@"`;
    const volume = new Folder();
    try {
      const shell = [...inside, "sh", "-c", script, path, volume.path, text];
      const holder = await Holder.start(volume.file(), { inside: shell });
      await holder.end();
      assert.equal(holder.opened.problem, "in_use");
      assert.match(holder.opened.message, ELSEWHERE);
    } finally {
      volume.remove();
    }
  });

  describe("by processes in namespaces", { skip }, () => {
    for (const [name, one, other] of [
      ["a container, which has it, from outside", inside, []],
      ["what is outside from a container", [], inside],
      ["one container from another", inside, inside],
      ["a container that sees the processes outside", [], inside.filter((word) => word !== "--mount-proc")],
    ]) {
      test(`keeps apart: ${name}`, async () => {
        const first = await Holder.start(path, { inside: one });
        assert.equal(first.opened, "done");
        assert.equal(await first.ask("write a"), "done");
        const second = await Holder.start(path, { inside: other });
        assert.equal(second.opened.problem, "in_use");
        assert.match(second.opened.message, ELSEWHERE);
        assert.match(second.opened.message, /\(in another container of this machine\)/);
        await second.end();
        assert.equal(await first.ask("write b"), "done");
        await first.end();
        assert.deepEqual(Object.keys(await contents(path)), ["a", "b"]);
      });
    }

    test("is not passed by who has the file mounted and not its folder", { skip }, async () => {
      const held = fileStorage(path);
      await held.write([change("a", "1")]);
      // Beside the second name, which has a space in it, there is another lock or none.
      const there = mkdtempSync(join(tmpdir(), "eiam token-"));
      try {
        const place = join(there, "issuer.store");
        writeFileSync(place, "");
        const script = 'mount --bind "$0" "$1" && shift && exec "$@"';
        const mounted = [...inside, "--mount", "sh", "-c", script, path, place];
        const holder = await Holder.start(place, { inside: mounted });
        await holder.end();
        assert.equal(holder.opened.problem, "unsafe", `${holder.opened}`);
        assert.match(holder.opened.message, /issuer\.store is mounted by itself, .+; mount its folder instead$/);
      } finally {
        rmSync(there, { recursive: true });
      }
      await held.write([change("b", "2")]);
      await held.close();
      assert.deepEqual(await contents(path), { a: "1", b: "2" });
    });

    test("a container that was killed keeps it until somebody says that it is gone", async () => {
      const first = await Holder.start(path, { inside });
      assert.equal(await first.ask("write a"), "done");
      await first.kill();
      await refused("in_use", ELSEWHERE);
      assert.deepEqual(Object.keys(await contents(path, { takeOver: true })), ["a"]);
    });

    test("who is taken over, and still runs, writes nothing more", async () => {
      const first = await Holder.start(path, { inside });
      assert.equal(await first.ask("write a"), "done");
      const second = await Holder.start(path, { options: { takeOver: true } });
      assert.equal(second.opened, "done");
      const before = readFileSync(path);
      for (let i = 0; i < 2; i++) {
        const { problem, message } = await first.ask("write b");
        assert.equal(problem, "changed");
        assert.match(
          message,
          /issuer\.store is no longer this process's: its lock \S+\.lock was removed or taken over$/,
        );
      }
      assert.deepEqual(readFileSync(path), before);
      assert.equal(await second.ask("write c"), "done");
      await first.end();
      assert.ok(existsSync(lock), "it is the second one's");
      await second.end();
      assert.deepEqual(Object.keys(await contents(path)), ["a", "c"]);
    });
  });
});

describe("a file that something else changed while it was open", () => {
  const changes = {
    "it has grown": [() => appendFileSync(path, "x"), /: it has \d+ bytes, but \d+ were written$/],
    "it is shorter": [() => truncateSync(path, readFileSync(path).length - 1), /: it has \d+ bytes, but/],
    "another one took its place": [
      () => {
        writeFileSync(`${path}.other`, readFileSync(path));
        renameSync(`${path}.other`, path);
      },
      /was changed while this process had it open: another file took its place$/,
    ],
    "it is gone": [() => rmSync(path), /: it was removed$/],
    "its lock is gone": [() => rmSync(lock), /its lock \S+ was removed or taken over$/],
    "its lock is another one's": [
      () => {
        renameSync(lock, `${lock}.old`);
        writeFileSync(lock, lockText({ pid: 1, start: "1", boot: "-", namespaces: "-", host: "-" }));
      },
      /its lock \S+ was removed or taken over$/,
    ],
  };
  for (const [name, [meddle, sentence]] of Object.entries(changes)) {
    test(`${name}: nothing is written any more, nor answered`, async () => {
      const storage = fileStorage(path, { slack: 0 });
      await storage.load();
      await storage.write([change("a", "1")]);
      await storage.close();
      await storage.load();
      meddle();
      const before = folder.files;
      const isSo = (error) => {
        assert.ok(error instanceof FileStorageError, error.stack);
        assert.deepEqual([error.problem, error.path], ["changed", path]);
        assert.match(error.message, sentence);
        return true;
      };
      for (let i = 0; i < 3; i++) await assert.rejects(storage.write([change("b", "x".repeat(500))]), isSo);
      await assert.rejects(storage.load(), isSo);
      await storage.close();
      const after = folder.files;
      // What it had of its own is released.
      if (!name.startsWith("its lock")) before.delete("issuer.store.lock");
      assert.deepEqual(after, before);
    });
  }

  test("in the middle of a write: that is not answered", async () => {
    for (const [meddle, sentence] of Object.values(changes)) {
      folder.empty();
      const storage = fileStorage(path);
      await storage.load();
      const onDisk = {
        async instead(datasync) {
          await datasync.call(this);
          meddle();
        },
      };
      await watchFiles(
        (operation) => (operation === "handle.datasync" ? onDisk : undefined),
        () => assert.rejects(storage.write([change("a", "1")]), { problem: "changed", message: sentence }),
      );
      await storage.close();
    }
  });

  test("is told from another one by every bit of its number", async () => {
    // As file systems number files that use all 64 bits: one after the other, and from far above 2^53 on.
    const numbers = new Map();
    const large = (ino) => {
      if (!numbers.has(ino)) numbers.set(ino, 2n ** 62n + BigInt(numbers.size));
      return numbers.get(ino);
    };
    const mocks = ["lstatSync", "fstatSync"].map((name) => {
      const original = fs[name];
      return mock.method(fs, name, (file, options) => {
        const found = original(file, options);
        const ino = large(original(file, { bigint: true }).ino);
        return Object.assign(found, { ino: options?.bigint ? ino : Number(ino) });
      });
    });
    syncBuiltinESMExports();
    try {
      const storage = fileStorage(path);
      await storage.write([change("a", "1")]);
      renameSync(lock, `${lock}.former`);
      leave(readFileSync(`${lock}.former`, "latin1"));
      await assert.rejects(storage.write([change("b", "2")]), { problem: "changed" });
      await storage.close();
    } finally {
      for (const one of mocks) one.mock.restore();
      syncBuiltinESMExports();
    }
  });

  test("is not replaced by what a compaction made", async () => {
    for (const [meddle] of Object.values(changes)) {
      folder.empty();
      const storage = fileStorage(path, { slack: 0 });
      await storage.load();
      // The copy is begun when this has ended, and is under way when the next step is.
      await storage.write([change("a", "x".repeat(50_000))]);
      meddle();
      const before = folder.files;
      before.delete("issuer.store.new");
      await storage.close();
      const after = folder.files;
      for (const files of [before, after]) files.delete("issuer.store.lock");
      assert.deepEqual(after, before);
    }
  });

  test("is not replaced by what another one's compaction makes", async () => {
    const storage = fileStorage(path, { slack: 0 });
    await storage.load();
    const onDisk = {
      async instead(sync) {
        await sync.call(this);
        rmSync(`${path}.new`);
        writeFileSync(`${path}.new`, "half of a store", { mode: 0o600 });
      },
    };
    await watchFiles(
      (operation) => (operation === "handle.sync" ? onDisk : undefined),
      async () => {
        await storage.write([change("a", "x".repeat(50_000))]);
        await storage.close();
      },
    );
    assert.equal(readFileSync(`${path}.new`, "utf8"), "half of a store");
    assert.deepEqual(await contents(path), { a: "x".repeat(50_000) });
  });

  test("by two that both think it theirs: each answer is true, or the file says that it is not", async () => {
    const first = await Holder.start(path, { options: { slack: 0 } });
    // As if the lock had not been there.
    rmSync(lock);
    const second = await Holder.start(path, { options: { slack: 0 } });
    const answered = [];
    for (let i = 0; i < 20; i++) {
      for (const holder of [first, second]) {
        const key = `k${i}${holder === first ? "a" : "b"}`;
        if ((await holder.ask(`write ${key}`)) === "done") answered.push(key);
      }
    }
    await first.end();
    await second.end();
    assert.equal(answered.length, 20);
    assert.deepEqual(Object.keys(await contents(path)).sort(), answered.sort());
  });

  test("may be opened anew, and has what was answered", async () => {
    const storage = fileStorage(path);
    await storage.write([change("a", "1")]);
    rmSync(lock);
    await assert.rejects(storage.write([change("b", "2")]), { problem: "changed" });
    await storage.close();
    assert.deepEqual(texts(await storage.load()), { a: "1" });
    await storage.write([change("c", "3")]);
    await storage.close();
    assert.deepEqual(await contents(path), { a: "1", c: "3" });
  });
});
