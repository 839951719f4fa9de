import { missingOf } from "../lib/programs.mjs";
import { StepFailed, step, stopwatch } from "../lib/report.mjs";
import { NONE } from "./counts.mjs";
import { TestsFailed } from "./run.mjs";

/**
 * @typedef {import("./counts.mjs").Counts} Counts
 * @typedef {import("./steps.mjs").TestStep} TestStep
 * @typedef {{ name: string, counts: Counts, note: string }} Outcome of a step, and what is said beside it
 */

/**
 * Runs one step, unless something that it needs is not there: a step that failed, or a program. A step that
 * lacks a program counts as skipped, and as failed in continuous integration.
 *
 * @param {TestStep} test
 * @param {readonly Outcome[]} earlier
 * @returns {Promise<Outcome>}
 */
export async function outcomeOf(test, earlier) {
  const { name, needs = [], programs = [] } = test;
  const broken = earlier.find(({ name, counts }) => needs.includes(name) && counts.failed > 0);
  if (broken) return notRun(name, "failed", `not run, because "${broken.name}" failed`);

  const missing = missingOf(programs);
  if (missing && process.env["CI"] === "true") return notRun(name, "failed", `${missing} is missing`);
  if (missing) return notRun(name, "skipped", `skipped, because ${missing} is missing`);

  const elapsed = stopwatch();
  const counts = await countsOf(test);
  return { name, counts, note: elapsed() };
}

/**
 * @param {string} name
 * @param {"failed" | "skipped"} as
 * @param {string} note
 * @returns {Outcome}
 */
function notRun(name, as, note) {
  console.log(`${name}: ${note}`);
  return { name, counts: { ...NONE, [as]: 1 }, note };
}

/**
 * @param {TestStep} test
 * @returns {Promise<Counts>}
 */
async function countsOf(test) {
  const run = "tests" in test ? test.tests : () => passed(test.check);
  try {
    return await (test.speaks ? run() : step(test.label, run));
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return error.cause instanceof TestsFailed ? error.cause.counts : { ...NONE, failed: 1 };
  }
}

/**
 * A check that has no tests inside counts for one.
 * @param {() => Promise<unknown>} check
 */
async function passed(check) {
  await check();
  return { ...NONE, passed: 1 };
}
