// durableObjectStorage over a storage as the documentation describes it, and over that of workerd.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { durableObjectStorage } from "eiam-token/issuer";
import { startCluster } from "../lib/cluster.mjs";

/** What is put without an await in between is stored at once, and what breaks a limit not at all. */
function documented({ sqlite = true } = {}) {
  const limit = sqlite ? 2_000_000 : 131_072;
  const storage = {
    records: new Map(),
    commits: 0,
    calls: /** @type {string[]} */ ([]),
    alarm: /** @type {number | null} */ (null),
    alarms: /** @type {number[]} */ ([]),
    get sql() {
      if (!sqlite) throw new Error("SQL is not enabled for this Durable Object class");
      return {};
    },
    async list({ prefix = "", startAfter = "", limit = Infinity }) {
      storage.calls.push("list");
      const keys = [...storage.records.keys()].sort();
      const found = keys.filter((key) => key.startsWith(prefix) && key > startAfter).slice(0, limit);
      return new Map(found.map((key) => [key, storage.records.get(key)]));
    },
    put: (entries) => {
      assert.ok(Object.keys(entries).length <= 128, "too many");
      for (const [key, value] of Object.entries(entries)) {
        assert.ok((sqlite ? key.length : 0) + value.length <= limit, "too large");
      }
      return change("put", () => {
        for (const [key, value] of Object.entries(entries)) storage.records.set(key, value.slice());
      });
    },
    delete: (keys) => {
      assert.ok(keys.length <= 128, "too many");
      return change("delete", () => keys.forEach((key) => storage.records.delete(key)));
    },
    getAlarm: async () => storage.alarm,
    setAlarm: (time) => {
      storage.alarms.push(time);
      return change("setAlarm", () => (storage.alarm = time));
    },
  };
  /** @type {Promise<void> | undefined} */
  let turn;
  function change(name, body) {
    storage.calls.push(name);
    if (!turn) {
      storage.commits += 1;
      turn = Promise.resolve().then(() => void (turn = undefined));
    }
    body();
    return turn;
  }
  return storage;
}

const record = (key, value, expires) => ({ key, value, expires });
const bytes = (length, first = 0) => new Uint8Array(length).fill(first);
const seconds = () => BigInt(Math.floor(Date.now() / 1000));

describe("durableObjectStorage", () => {
  test("writes many changes at once, in calls that take 128", async () => {
    const storage = documented();
    const adapter = durableObjectStorage(storage);
    const many = Array.from({ length: 300 }, (_, i) => record(`g${i}`, bytes(3, i), undefined));
    await adapter.write(many);
    assert.deepEqual([storage.commits, storage.calls], [1, ["put", "put", "put"]]);
    const changes = many.map(({ key }, i) => record(key, i % 2 ? bytes(1) : undefined, seconds() + 600n));
    await adapter.write(changes);
    assert.equal(storage.commits, 2);
    assert.deepEqual(storage.calls.slice(3), ["put", "put", "delete", "delete", "setAlarm"]);
    assert.equal(storage.records.size, 150);
  });

  test("loads in pages, under its prefix alone", async () => {
    const storage = documented();
    storage.records.set("issuer", "the object's own").set("issues", 7);
    const adapter = durableObjectStorage(storage);
    const other = durableObjectStorage(storage, { prefix: "other-" });
    await other.write([record("k0", bytes(1), undefined)]);
    for (const count of [0, 1, 999, 1000, 1001, 2500]) {
      const keys = Array.from({ length: count }, (_, i) => `g${i}`);
      await adapter.write(keys.map((key) => record(key, bytes(2), undefined)));
      storage.calls.length = 0;
      const loaded = await adapter.load();
      assert.deepEqual(Array.from(loaded, ({ key }) => key).sort(), keys.sort());
      assert.equal(storage.calls.length, Math.floor(count / 1000) + 1);
    }
    assert.deepEqual(await other.load(), [{ key: "k0", value: bytes(1) }]);
  });

  test("refuses what the platform would, before anything is written", async () => {
    for (const [sqlite, most] of /** @type {const} */ ([
      [true, 1_999_000],
      [false, 131_072],
    ])) {
      const storage = documented({ sqlite });
      const adapter = durableObjectStorage(storage);
      await adapter.write([record("a1", bytes(most), undefined)]);
      const changes = [record("a2", bytes(1), undefined), record("a3", bytes(most + 1), undefined)];
      await assert.rejects(adapter.write(changes), (error) => {
        assert.equal(error.code, "storage_error");
        assert.match(error.message, new RegExp(`^record issuer:a3 has ${most + 1} bytes.* ${most}$`));
        return true;
      });
      assert.deepEqual([...storage.records.keys()], ["issuer:a1"]);
    }
  });

  test("sets the alarm for what expires first, a minute ahead at least, and no more often", async () => {
    const storage = documented();
    const adapter = durableObjectStorage(storage);
    const now = seconds();
    await adapter.write([record("k0", bytes(1), undefined), record("g1", undefined, now + 5n)]);
    assert.equal(storage.alarm, null);
    await adapter.write([record("g1", bytes(1), now + 900n), record("g2", bytes(1), now + 600n)]);
    assert.equal(storage.alarm, Number(now + 600n) * 1000);
    for (let i = 0; i < 50; i++) await adapter.write([record(`g${i}`, bytes(1), now + 700n)]);
    assert.equal(storage.alarms.length, 1);
    const before = Date.now();
    for (let i = 0; i < 50; i++) await adapter.write([record(`d${i}`, bytes(1), now + 2n)]);
    assert.ok(storage.alarm >= before + 60_000 && storage.alarm <= Date.now() + 60_000);
    assert.equal(storage.alarms.length, 2);
    for (const never of [8_640_000_000_001n, 2n ** 63n - 1n]) {
      const other = documented();
      await durableObjectStorage(other).write([record("g1", bytes(1), never)]);
      assert.equal(other.alarm, null);
    }
  });

  test("leaves an earlier alarm as it is, also somebody else's", async () => {
    const storage = documented();
    storage.alarm = Date.now() + 30_000;
    const theirs = storage.alarm;
    await durableObjectStorage(storage).write([record("g1", bytes(1), seconds() + 600n)]);
    assert.equal(storage.alarm, theirs);
  });

  test("sweeps when the alarm goes off, and sets the next", async () => {
    const storage = documented();
    const adapter = durableObjectStorage(storage);
    const next = seconds() + 3600n;
    await adapter.write([record("g1", bytes(1), seconds() + 600n)]);
    storage.alarm = null;
    await adapter.onAlarm({
      sweep: async () => {
        await adapter.write([record("g1", undefined, undefined)]);
        return next;
      },
    });
    assert.equal(storage.alarm, Number(next) * 1000);
    storage.alarm = null;
    await adapter.onAlarm({ sweep: async () => undefined });
    assert.equal(storage.alarm, null);
    // The next write does not rely on the alarm that went off.
    await adapter.write([record("g1", bytes(1), next + 600n)]);
    assert.equal(storage.alarm, Number(next + 600n) * 1000);
  });

  test("leaves the alarm alone where it is told to", async () => {
    const storage = documented();
    const adapter = durableObjectStorage(storage, { alarm: false });
    await adapter.write([record("g1", bytes(1), seconds() + 600n)]);
    await adapter.onAlarm({ sweep: async () => seconds() + 600n });
    assert.deepEqual(storage.alarms, []);
  });
});

describe("durableObjectStorage in workerd", async () => {
  const cluster = await startCluster();
  after(() => cluster.stop());

  test("writes and loads more than a page, byte by byte", async () => {
    const changes = Array.from({ length: 2500 }, (_, i) => ({
      key: `g${String(i).padStart(4, "0")}`,
      value: { length: 1 + (i % 90), first: i % 256 },
      expires: Number(seconds()) + 600,
    }));
    const { records, alarm } = await cluster.records("many", changes);
    const expected = changes.map(({ key, value }) => [key, value.length, value.first]);
    assert.deepEqual(records, expected);
    assert.ok(Math.abs(alarm - changes[0].expires * 1000) < 1000);
    const gone = changes.map(({ key }) => ({ key }));
    assert.deepEqual((await cluster.records("many", gone)).records, []);
  });

  test("takes the largest value, and nothing of a write with a larger one", async () => {
    const most = 1_999_000;
    const large = { key: "a1", value: { length: most, first: 1 } };
    assert.deepEqual((await cluster.records("large", [large])).records, [["a1", most, 1]]);
    const { records, error } = await cluster.records("large", [
      { key: "a2", value: { length: 1, first: 1 } },
      { key: "a3", value: { length: most + 1, first: 1 } },
    ]);
    assert.match(error, /record issuer:a3 has 1999001 bytes/);
    assert.deepEqual(records, [["a1", most, 1]]);
  });
});
