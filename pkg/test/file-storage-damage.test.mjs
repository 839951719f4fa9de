import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { after, afterEach, describe, test } from "node:test";
import { FileStorageError, fileStorage } from "eiam-token/file-storage";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import fc from "fast-check";
import { hostError, watchFiles } from "./support/faulty-files.mjs";
import { door, poster } from "./support/issuer-browser.mjs";
import { Folder, HEAD, HEADER, MARK, MARKS, change, contents, forgedLock, texts } from "./support/storage-file.mjs";

// Thousands of files are opened, and no disk has a part in what is tested.
const folder = new Folder(existsSync("/dev/shm") ? "/dev/shm" : undefined);
afterEach(() => folder.empty());
after(() => folder.remove());
const path = folder.file();

/** Writes one after the other, and gives the file's bytes, their length and its contents after each. */
async function log(writes, options) {
  const storage = fileStorage(path, options);
  await storage.load();
  const state = (records) => ({ length: statSync(path).size, bytes: readFileSync(path), records });
  const states = [state({})];
  for (const changes of writes) {
    await storage.write(changes);
    states.push(state(texts(await storage.load())));
  }
  await storage.close();
  return states;
}

/** Waits for a compaction that is under way. */
async function settle(storage) {
  await storage.close();
  await storage.load();
}

/** What is another one after each compaction. */
function salt() {
  return readFileSync(path).subarray(26, 42).toString("hex");
}

/** Where the frames of a file begin. */
function framesOf(bytes) {
  const starts = [];
  for (let at = HEADER; at < bytes.length; at += 24 + bytes.readUInt32LE(at + 4)) starts.push(at);
  return starts;
}

const WRITES = [
  [change("a", "1"), change("b", "2", 5n)],
  [change("a", undefined)],
  [change("c", new Uint8Array(50)), change("b", "two")],
  [change("a", "uno")],
];

/** What a file holds, or the byte that it says is damaged. */
async function outcome(bytes) {
  writeFileSync(path, bytes);
  try {
    return { records: await contents(path), bytes: readFileSync(path) };
  } catch (error) {
    assert.ok(error instanceof FileStorageError, error.stack);
    assert.deepEqual(readFileSync(path), bytes, "a file that is refused is not touched");
    return { problem: error.problem, position: error.position };
  }
}

/** What a crash leaves of a write that nobody was told of: as many of its bytes as came to the disk. */
function torn(before, after, length) {
  return Buffer.concat([before.bytes, after.bytes.subarray(before.length, length)]);
}

describe("a write that was cut off before it was answered", () => {
  test("at any byte is as if it had not begun, and the log goes on from there", async () => {
    const states = await log(WRITES);
    for (const [i, after] of states.slice(1).entries()) {
      const before = states[i];
      for (let length = before.length; length <= after.length; length++) {
        const { records, length: whole } = length === after.length ? after : before;
        const found = await outcome(torn(before, after, length));
        assert.deepEqual(found.records, records, `${i} ${length}`);
        assert.deepEqual(found.bytes.subarray(HEADER), after.bytes.subarray(HEADER, whole));
        const storage = fileStorage(path);
        await storage.write([change("next", "n")]);
        await storage.close();
        assert.deepEqual(await contents(path), { ...records, next: "n" });
      }
    }
  });

  test("may be followed by what was never written: zeros, garbage, the frames of another file", async () => {
    const states = await log(WRITES);
    folder.empty();
    await log(WRITES);
    const other = readFileSync(path);
    const [before, after] = states.slice(-2);
    for (const length of [0, 1, 10, 24, 30]) {
      const beginning = torn(before, after, before.length + length);
      for (const tail of [
        new Uint8Array(5000),
        Buffer.from("garbage ".repeat(20_000)),
        // Markers that belong to nothing, also where a piece of the search ends.
        Buffer.from("fffe460a".repeat(40_000), "hex"),
        Buffer.concat([Buffer.alloc(65_534 - length), Buffer.from("fffe460a00000000", "hex")]),
        other.subarray(HEADER),
      ]) {
        const found = await outcome(Buffer.concat([beginning, tail]));
        assert.deepEqual(found, { records: before.records, bytes: before.bytes });
      }
    }
  });

  test("but was whole is there, and from then on it is answered", async () => {
    const [before, after] = (await log(WRITES)).slice(-2);
    const { records, bytes } = await outcome(torn(before, after, after.length));
    assert.deepEqual(records, after.records);
    bytes[before.length + 30] ^= 1;
    assert.deepEqual(await outcome(bytes), { problem: "damaged", position: before.length });
  });

  test("with the mark of an answer, or the page that has it, is as if that were not there", async () => {
    const states = await log(WRITES);
    const [before, after] = states.slice(-2);
    const changed = MARKS.find((at) => before.bytes[at] !== after.bytes[at]);
    for (let length = 0; length <= MARK; length++) {
      for (const filler of [0x00, 0xff]) {
        const bytes = Buffer.from(after.bytes);
        bytes.fill(filler, changed + length, changed + 4096);
        assert.deepEqual((await outcome(bytes)).records, after.records, `${length}`);
      }
    }
  });
});

describe("a file that is shorter than what was answered", () => {
  test("is refused with the byte from which it is missing", async () => {
    const states = await log(WRITES);
    const { bytes } = states.at(-1);
    const starts = states.map(({ length }) => length);
    for (let length = HEADER; length < bytes.length; length++) {
      const position = starts.findLast((start) => start <= length);
      assert.deepEqual(await outcome(bytes.subarray(0, length)), { problem: "damaged", position });
    }
  });

  test("within what comes before the first write is refused", async () => {
    await log(WRITES);
    const bytes = readFileSync(path);
    const lengths = Array.from({ length: HEAD + 2 }, (_, i) => i);
    for (const at of [...MARKS, HEADER]) lengths.push(at - 1, at, at + 1);
    for (const length of lengths.filter((length) => length < HEADER)) {
      const { problem } = await outcome(bytes.subarray(0, length));
      assert.equal(problem, length < 26 ? "not_a_store" : "damaged", `${length}`);
    }
  });

  test("below what a compaction had made safe is refused", async () => {
    const storage = fileStorage(path, { slack: 0 });
    for (let i = 0; i < 20; i++) await storage.write([change("a", `${i}`.repeat(50)), change("b", "b")]);
    await storage.close();
    const bytes = readFileSync(path);
    const base = Number(bytes.readBigUInt64LE(42));
    assert.ok(base > HEADER && base <= bytes.length);
    const starts = framesOf(bytes);
    for (let length = HEADER; length < base; length++) {
      const { problem, position } = await outcome(bytes.subarray(0, length));
      assert.deepEqual([problem, position], ["damaged", starts.findLast((start) => start <= length)]);
    }
    assert.ok((await outcome(bytes)).records);
  });
});

/** Every bit of some bytes. */
function* bitsOf(start, end) {
  for (let i = start; i < end; i++) for (let bit = 1; bit < 256; bit <<= 1) yield [i, bit];
}

/** Of every byte one bit, another one each time. */
function* bitOfEach(start, end) {
  for (let i = start; i < end; i++) yield [i, 1 << ((i * 5) % 8)];
}

function flipped(bytes, [i, bit]) {
  const copy = Buffer.from(bytes);
  copy[i] ^= bit;
  return copy;
}

describe("a bit that was flipped", () => {
  test("in what was written is found, in the last write too, with the byte", async () => {
    const states = await log(WRITES);
    const { bytes } = states.at(-1);
    const starts = states.map(({ length }) => length);
    for (const place of bitsOf(HEADER, bytes.length)) {
      const position = starts.findLast((start) => start <= place[0]);
      assert.deepEqual(await outcome(flipped(bytes, place)), { problem: "damaged", position }, `${place}`);
    }
  });

  test("in the header is found", async () => {
    await log(WRITES);
    const bytes = readFileSync(path);
    for (const place of bitsOf(0, HEAD)) {
      const { problem } = await outcome(flipped(bytes, place));
      assert.ok(["damaged", "not_a_store", "unknown_version"].includes(problem), `${place}`);
    }
  });

  test("in a mark, or where nothing stands, costs nothing", async () => {
    const [before, after] = (await log(WRITES)).slice(-2);
    for (const bytes of [before.bytes, after.bytes]) {
      const { records } = bytes === before.bytes ? before : after;
      const places = MARKS.flatMap((at) => [...bitsOf(at, at + MARK)]);
      places.push([HEAD, 1], [MARKS[0] - 1, 1], [MARKS[0] + MARK, 1], [MARKS[1] + MARK, 1], [HEADER - 1, 1]);
      for (const place of places) {
        assert.deepEqual((await outcome(flipped(bytes, place))).records, records, `${place}`);
      }
    }
  });

  test("in both marks is found: no crash leaves that", async () => {
    await log(WRITES);
    const bytes = flipped(flipped(readFileSync(path), [MARKS[0] + 3, 1]), [MARKS[1] + MARK - 1, 1]);
    assert.deepEqual(await outcome(bytes), { problem: "damaged", position: MARKS[0] });
  });

  test("is found in all that a compaction wrote, the last frame too", async () => {
    const storage = fileStorage(path, { slack: 0 });
    let bytes = Buffer.alloc(HEADER);
    // Until nothing was appended since.
    while (Number(bytes.readBigUInt64LE(42)) !== bytes.length) {
      await storage.write([change("a", "x".repeat(5000)), change("b", "b")]);
      await settle(storage);
      bytes = readFileSync(path);
    }
    await storage.close();
    const starts = framesOf(bytes);
    for (let i = HEADER; i < bytes.length; i += i < HEADER + 100 || i > bytes.length - 100 ? 1 : 97) {
      assert.deepEqual(await outcome(flipped(bytes, [i, 0x10])), {
        problem: "damaged",
        position: starts.findLast((start) => start <= i),
      });
    }
  });

  test("never brings back a token that was revoked", async () => {
    const base = "http://127.0.0.1:9400/v2/idaas_example/app_web/oauth2";
    const config = { ...exampleConfig("http://127.0.0.1:9400"), signing: "ES256" };
    const { clientSecrets } = config.applications.find(({ applicationId }) => applicationId === "app_web");
    const web = { client_id: "app_web", client_secret: clientSecrets[0] };
    const { username, password } = config.users[0];
    let revoked;
    /** Runs a step with an issuer on the file. */
    const withIssuer = async (step) => {
      const storage = fileStorage(path);
      try {
        const issuer = await Issuer.create(config, { storage });
        try {
          const post = poster(door(issuer, "handle"));
          await step((name, fields) => post(`${base}/${name}`, { ...web, ...fields }));
        } finally {
          issuer.free();
        }
      } finally {
        await storage.close();
      }
    };
    await withIssuer(async (post) => {
      const { json } = await post("token", { grant_type: "password", username, password, scope: "openid" });
      revoked = json.refresh_token;
      assert.equal((await post("revoke", { token: revoked })).status, 200);
    });
    const bytes = readFileSync(path);
    const last = framesOf(bytes).at(-1);
    const places = [...bitOfEach(0, HEAD), ...MARKS.flatMap((at) => [...bitsOf(at, at + MARK)])];
    places.push(...bitOfEach(HEADER, last), ...bitsOf(last, bytes.length));
    let opened = 0;
    const { records } = await outcome(bytes);
    for (const place of places) {
      const found = await outcome(flipped(bytes, place));
      if (found.problem !== undefined) continue;
      assert.deepEqual(found.records, records, `${place}`);
      opened += 1;
    }
    // Those of the marks.
    assert.equal(opened, 2 * MARK * 8);
    writeFileSync(path, bytes);
    await withIssuer(async (post) => {
      const { status, json } = await post("token", { grant_type: "refresh_token", refresh_token: revoked });
      assert.deepEqual([status, json.error], [400, "invalid_grant"]);
    });
  });
});

test("a value that looks like a frame does not pass for one", async () => {
  await log([[change("a", "1")]]);
  const frame = readFileSync(path).subarray(HEADER);
  folder.empty();
  const [, before, after] = await log([[change("a", "1")], [change("b", frame)]]);
  // The second write was cut off behind that value, so to say.
  const bytes = torn(before, after, after.length);
  bytes[before.length + 4] ^= 1;
  assert.deepEqual((await outcome(bytes)).records, { a: "1" });
});

describe("killed", () => {
  /** Runs a step and opens what the folder had before each change of a file. */
  async function atEachStep(run, check) {
    const states = [];
    const gone = await forgedLock({ start: "1" });
    await watchFiles((operation) => void states.push({ operation, files: folder.files }), run);
    states.push({ operation: "end", files: folder.files });
    for (const { operation, files } of states) {
      folder.files = files;
      // As another process would have left it.
      if (files.has("issuer.store.lock")) writeFileSync(`${path}.lock`, gone, { mode: 0o600 });
      await check(await contents(path), operation);
      const names = [...folder.files.keys()];
      assert.deepEqual(names, ["issuer.store"], `left behind before ${operation}`);
    }
    return states.map(({ operation }) => operation);
  }

  test("at any step of a compaction it has everything", async () => {
    const storage = fileStorage(path, { slack: 1000 });
    const expected = {};
    for (let i = 0; i < 12; i++) {
      expected[`a${i}`] = "x".repeat(50);
      await storage.write([change(`a${i}`, "x".repeat(50)), change("b", `${i}`)]);
      expected.b = `${i}`;
    }
    await settle(storage);
    const before = salt();
    const steps = await atEachStep(
      async () => {
        for (let i = 0; before === salt() && i < 100; i++) await storage.write([change("b", expected.b)]);
        await storage.close();
      },
      (found, step) => assert.deepEqual(found, expected, `before ${step}`),
    );
    const rename = steps.indexOf("rename");
    assert.deepEqual(steps.slice(rename - 2, rename + 3), [
      ...["handle.write", "handle.sync", "rename", "open", "handle.sync"],
    ]);
    // Writes went on while it copied.
    assert.ok(steps.indexOf("open") < steps.lastIndexOf("handle.datasync", rename), `${steps}`);
  });

  test("at any step of its making it is empty", async () => {
    await atEachStep(
      () => contents(path),
      (found) => assert.deepEqual(found, {}),
    );
  });

  test("at any step of a recovery it has everything", async () => {
    const [before, after] = (await log(WRITES)).slice(-2);
    for (const missing of [0, 1]) {
      const { records } = missing === 0 ? after : before;
      writeFileSync(path, torn(before, after, after.length - missing));
      writeFileSync(`${path}.new`, "what a compaction left");
      await atEachStep(
        () => contents(path),
        (found) => assert.deepEqual(found, records),
      );
    }
  });
});

describe("a write that fails", () => {
  /** Whether a mark is written. */
  const ofMark = ([, , , , position]) => MARKS.includes(position);
  const cases = {
    "no room for it": ["handle.write", hostError("ENOSPC")],
    "no room for all of it": [
      "handle.write",
      {
        async instead(write, bytes, offset, length, position) {
          await write.call(this, bytes, offset, length >> 1, position);
          throw hostError("ENOSPC");
        },
      },
    ],
    "not on the disk": ["handle.datasync", hostError("EIO")],
    "without the mark of its answer": ["writeSync", hostError("EIO"), ofMark],
    "with half of that mark": [
      "writeSync",
      {
        instead(write, descriptor, bytes, offset, _length, position) {
          write(descriptor, bytes, offset, 12, position);
          throw hostError("EIO");
        },
      },
      ofMark,
    ],
    "with all of that mark": [
      "writeSync",
      {
        instead(write, ...args) {
          write(...args);
          throw hostError("EIO");
        },
      },
      ofMark,
    ],
  };
  for (const [name, [operation, fault, isMeant = () => true]] of Object.entries(cases)) {
    for (const truncates of [true, false]) {
      test(`${name}${truncates ? "" : ", nor can it be cut off"}: the log is as it was`, async () => {
        const storage = fileStorage(path);
        await storage.write([change("a", "1")]);
        const before = readFileSync(path);
        await watchFiles(
          (current, args) => {
            if (current === "handle.truncate" && !truncates) throw hostError("EIO");
            if (current !== operation || !isMeant(args)) return undefined;
            if (fault instanceof Error) throw fault;
            return fault;
          },
          async () => {
            await assert.rejects(storage.write([change("a", "2"), change("b", "2")]), { code: /ENOSPC|EIO/ });
            // Where marks cannot be written, nor can it be cut off.
            if (truncates && isMeant !== ofMark) assert.deepEqual(readFileSync(path), before);
            await assert.rejects(storage.write([change("c", "2")]));
          },
        );
        assert.deepEqual(texts(await storage.load()), { a: "1" });
        // A shorter one, so that anything left behind it would show.
        await storage.write([change("b", "3")]);
        await storage.close();
        assert.deepEqual(await contents(path), { a: "1", b: "3" });
      });
    }
  }

  test("though its mark is there: a kill after that leaves the log as it was", async () => {
    const storage = fileStorage(path);
    await storage.write([change("a", "1")]);
    let isOver = false;
    await watchFiles(
      (operation, args) => {
        if (operation !== "writeSync" || isOver || !ofMark(args)) return undefined;
        isOver = true;
        return {
          instead(write, ...args) {
            write(...args);
            throw hostError("EIO");
          },
        };
      },
      () => assert.rejects(storage.write([change("b", "2")]), { code: "EIO" }),
    );
    const bytes = readFileSync(path);
    await storage.close();
    assert.deepEqual((await outcome(bytes)).records, { a: "1" });
  });

  test("short writes are gone on with", async () => {
    const storage = fileStorage(path);
    let pieces = 0;
    const piecemeal = {
      instead(write, bytes, offset, length, position) {
        pieces++;
        return write.call(this, bytes, offset, Math.min(length, 7), position);
      },
    };
    await watchFiles(
      (operation) => (operation === "handle.write" ? piecemeal : undefined),
      () => storage.write([change("a", "a long value that takes several")]),
    );
    assert.ok(pieces > 5);
    await storage.close();
    assert.deepEqual(await contents(path), { a: "a long value that takes several" });
  });
});

describe("a compaction", () => {
  test("that fails at any step costs no write, and is tried again", async () => {
    for (let failing = 0; ; failing++) {
      folder.empty();
      const storage = fileStorage(path, { slack: 1000 });
      await storage.load();
      let steps = -1;
      let failed = false;
      const expected = {};
      await watchFiles(
        (operation, [name]) => {
          if (operation === "open" && `${name}`.endsWith(".new")) steps = 0;
          if (steps < 0 || failed) return;
          if (steps++ === failing) {
            failed = true;
            throw hostError("EIO");
          }
        },
        async () => {
          for (let i = 0; i < 40; i++) {
            const changes = [change("a", `${i}`.repeat(40)), change(`b${i % 3}`, `${i}`)];
            // The step after a compaction that failed may be this write's.
            await storage.write(changes).catch(() => storage.write(changes));
            for (const { key, value } of changes) expected[key] = new TextDecoder().decode(value);
          }
        },
      );
      assert.deepEqual(texts(await storage.load()), expected, `${failing}`);
      const before = salt();
      for (let i = 0; salt() === before; i++) {
        assert.ok(i < 40, `step ${failing}: it is not tried again`);
        await storage.write([change("a", expected.a)]);
        await settle(storage);
      }
      await storage.close();
      assert.deepEqual([...folder.files.keys()], ["issuer.store"]);
      assert.deepEqual(await contents(path), expected);
      if (!failed) break;
      if (failing > 200) break;
    }
  });

  test("whose folder may not have it holds writes back until it has", async () => {
    const storage = fileStorage(path, { slack: 0 });
    await storage.load();
    let renamed = false;
    await watchFiles(
      (operation) => {
        if (operation === "rename") renamed = true;
        // Of all files the folder alone is synchronised after that.
        if (operation === "handle.sync" && renamed) throw hostError("EIO");
      },
      async () => {
        await storage.write([change("a", "x".repeat(200))]);
        while (!renamed) await new Promise((resolve) => setTimeout(resolve, 1));
        await assert.rejects(storage.write([change("b", "1")]), { code: "EIO" });
        await assert.rejects(storage.write([change("b", "1")]), { code: "EIO" });
      },
    );
    await storage.write([change("b", "2")]);
    await storage.close();
    assert.deepEqual(await contents(path), { a: "x".repeat(200), b: "2" });
  });

  test("leaves out what has expired by the clock that it is given", async () => {
    let now = 1000n;
    const storage = fileStorage(path, { slack: 500, clock: () => now });
    await storage.write([change("old", "o", 1000n), change("new", "n", 1001n), change("ever", "e")]);
    assert.deepEqual(Object.keys(texts(await storage.load())), ["ever", "new", "old"]);
    for (let i = 0; i < 10; i++) await storage.write([change("a", "x".repeat(100))]);
    await settle(storage);
    assert.deepEqual(Object.keys(texts(await storage.load())), ["a", "ever", "new"]);
    now = 1001n;
    for (let i = 0; i < 20; i++) await storage.write([change("a", "x".repeat(100))]);
    await settle(storage);
    assert.deepEqual(Object.keys(texts(await storage.load())), ["a", "ever"]);
    await storage.close();
  });

  test("is of what has grown to more than twice its size and the slack, and of nothing less", async () => {
    const storage = fileStorage(path, { slack: 10_000 });
    await storage.load();
    let largest = 0;
    for (let i = 0; i < 400; i++) {
      await storage.write([change(`a${i % 50}`, "x".repeat(100))]);
      await settle(storage);
      largest = Math.max(largest, statSync(path).size);
    }
    const live = 50 * 110;
    const grown = largest - HEADER;
    assert.ok(grown > 2 * live + 9_000 && grown < 2 * live + 12_000, `${largest}`);
    await storage.close();
  });

  test("writes more than one frame for much", async () => {
    const storage = fileStorage(path, { slack: 0 });
    const expected = {};
    for (let i = 0; i < 60; i++) {
      const value = `${i} `.repeat(5000);
      await storage.write([change(`a${i % 40}`, value)]);
      expected[`a${i % 40}`] = value;
    }
    await storage.close();
    assert.deepEqual(await contents(path), expected);
  });
});

test("any writes, openings and ends are as those of a map", async () => {
  const key = fc.constantFrom("a", "b", "c", "d-1", "E2");
  const value = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined, freq: 3 });
  const changes = fc.array(fc.record({ key, value, expires: fc.constant(undefined) }), { maxLength: 4 });
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ write: changes }) },
    { weight: 2, arbitrary: fc.constant({ reopen: true }) },
    { weight: 2, arbitrary: fc.record({ cut: fc.nat({ max: 60 }), write: changes }) },
    { weight: 1, arbitrary: fc.record({ fails: fc.nat({ max: 40 }), write: changes }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.constantFrom(0, 200, 5000), async (steps, slack) => {
      folder.empty();
      let storage = fileStorage(path, { slack });
      const model = new Map();
      const apply = (list) => {
        for (const { key, value } of list) {
          if (value) model.set(key, value);
          else model.delete(key);
        }
      };
      const compare = async () => {
        const records = Array.from(model, ([key, value]) => ({ key, value }));
        assert.deepEqual(texts(await storage.load()), texts(records));
      };
      await storage.load();
      for (const { write = [], reopen, cut, fails } of steps) {
        if (cut !== undefined) {
          // As if killed in the middle of a write: all of it is there, or nothing.
          await settle(storage);
          const before = readFileSync(path);
          await storage.write(write);
          await storage.close();
          const after = readFileSync(path);
          const isAppended = after.length > before.length && after.subarray(0, HEAD).equals(before.subarray(0, HEAD));
          if (isAppended && cut < after.length - before.length) {
            writeFileSync(path, Buffer.concat([before, after.subarray(before.length, before.length + cut)]));
          } else apply(write);
          storage = fileStorage(path, { slack });
        } else if (fails !== undefined) {
          // Nothing may be under way when files begin to fail.
          await storage.load();
          let isOver = false;
          await watchFiles(
            (operation) => {
              if (operation !== "handle.write" || isOver) return undefined;
              isOver = true;
              return {
                async instead(original, bytes, offset, length, position) {
                  await original.call(this, bytes, offset, Math.min(fails, length), position);
                  throw hostError("ENOSPC");
                },
              };
            },
            () => storage.write(write).catch(() => storage.write(write)),
          );
          apply(write);
        } else {
          await storage.write(write);
          apply(write);
        }
        if (reopen) {
          await storage.close();
          storage = fileStorage(path, { slack });
        }
        await compare();
      }
      await storage.close();
    }),
    { numRuns: 60 },
  );
});
