import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { NONE, add, format } from "../../scripts/test/counts.mjs";
import { outcomeOf } from "../../scripts/test/outcome.mjs";
import { TestsFailed } from "../../scripts/test/run.mjs";

const environment = { ...process.env };
afterEach(() => {
  for (const name of ["CI", "PATH", "CHROMIUM"]) {
    const value = environment[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const named = { name: "some", label: "Some step of a test" };
const never = () => assert.fail("it must not run");

describe("a step", () => {
  test("counts its tests", async () => {
    const counts = { passed: 3, failed: 0, skipped: 1 };
    assert.deepEqual((await outcomeOf({ ...named, tests: async () => counts }, [])).counts, counts);
  });

  test("that is one check counts for one", async () => {
    assert.deepEqual((await outcomeOf({ ...named, check: async () => {} }, [])).counts, { ...NONE, passed: 1 });
    const check = () => Promise.reject(new Error("it does not hold"));
    assert.deepEqual((await outcomeOf({ ...named, check }, [])).counts, { ...NONE, failed: 1 });
  });

  test("that fails counts what it had counted, and one failure at least", async () => {
    for (const failed of [0, 1, 7]) {
      const error = new TestsFailed("it failed", "output", { passed: 2, failed, skipped: 1 });
      const { counts } = await outcomeOf({ ...named, tests: () => Promise.reject(error) }, []);
      assert.deepEqual(counts, { passed: 2, failed: Math.max(1, failed), skipped: 1 });
    }
  });

  test("that needs one that failed has failed", async () => {
    const build = { name: "build", counts: { ...NONE, failed: 1 }, note: "" };
    const { counts, note } = await outcomeOf({ ...named, needs: ["build"], tests: never }, [build]);
    assert.deepEqual(counts, { ...NONE, failed: 1 });
    assert.equal(note, 'not run, because "build" failed');
  });

  test("that lacks a program is skipped, and fails in continuous integration", async () => {
    delete process.env["CHROMIUM"];
    process.env["PATH"] = "";
    const step = /** @type {const} */ ({ ...named, programs: ["Chromium"], tests: never });
    delete process.env["CI"];
    const here = await outcomeOf(step, []);
    assert.deepEqual(here.counts, { ...NONE, skipped: 1 });
    assert.equal(here.note, "skipped, because Chromium is missing");
    process.env["CI"] = "true";
    const there = await outcomeOf(step, []);
    assert.deepEqual(there.counts, { ...NONE, failed: 1 });
    assert.equal(there.note, "Chromium is missing");
  });
});

test("skipped tests are mentioned only if there are any", () => {
  const none = { passed: 1, failed: 0, skipped: 0 };
  assert.equal(format(none), "1 passed, 0 failed");
  assert.equal(format(add(none, { passed: 2, failed: 1, skipped: 3 })), "3 passed, 1 failed, 3 skipped");
});
