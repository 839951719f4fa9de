import assert from "node:assert/strict";
import { test } from "node:test";
import { StepFailed, all, stepBeside } from "../../scripts/lib/report.mjs";

test("of steps beside each other, a failure is thrown when all have ended", async () => {
  let ended = false;
  /** @type {() => void} */
  let end = () => {};
  const slow = new Promise((resolve) => {
    end = () => {
      ended = true;
      resolve(undefined);
    };
  });
  const failing = stepBeside("a step that fails", () => {
    setImmediate(end);
    throw new Error("on purpose");
  });
  await assert.rejects(all([failing, stepBeside("a step that goes on", () => slow)]), StepFailed);
  assert.ok(ended);
});

test("what steps beside each other give comes in their order", async () => {
  const later = Promise.resolve().then(() => 1);
  assert.deepEqual(await all([stepBeside("one", () => later), stepBeside("two", () => 2)]), [1, 2]);
});
