import assert from "node:assert/strict";
import { test } from "node:test";
import { add, countCargoTests, countNodeTests, format } from "../../scripts/lib/counts.mjs";

test("cargo's results are added up", () => {
  const output = [
    "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
    "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
  ].join("\n");
  assert.deepEqual(countCargoTests(output), { passed: 15, failed: 2, skipped: 1 });
});

test("the wasm test runner's results are read, too", () => {
  const output = "test result: ok. 4 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.02s\n";
  assert.deepEqual(countCargoTests(output), { passed: 4, failed: 0, skipped: 0 });
});

test("node's summary is read", () => {
  const summary = { tests: 9, suites: 1, pass: 5, fail: 1, cancelled: 1, skipped: 1, todo: 1 };
  const output = Object.entries(summary)
    .map(([name, count]) => `ℹ ${name} ${count}\n`)
    .join("");
  assert.deepEqual(countNodeTests(output), { passed: 5, failed: 2, skipped: 2 });
});

test("skipped tests are mentioned only if there are any", () => {
  const none = { passed: 1, failed: 0, skipped: 0 };
  assert.equal(format(none), "1 passed, 0 failed");
  assert.equal(format(add(none, { passed: 2, failed: 1, skipped: 3 })), "3 passed, 1 failed, 3 skipped");
});
