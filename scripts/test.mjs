import "./lib/require-node.mjs";
import { add, countCargoTests, countNodeTests, format } from "./lib/counts.mjs";
import { prepare } from "./lib/prepare.mjs";
import { CommandFailed } from "./lib/process.mjs";
import { Sentence, StepFailed, main, step, stopwatch } from "./lib/report.mjs";
import { select, testSteps } from "./lib/test-steps.mjs";

/**
 * @typedef {import("./lib/counts.mjs").Counts} Counts
 * @typedef {import("./lib/test-steps.mjs").TestStep} TestStep
 * @typedef {{ name: string, counts: Counts, note: string }} Outcome
 */

await main(async () => {
  const steps = select(namesAsked());
  const elapsed = stopwatch();
  await prepare();

  /** @type {Outcome[]} */
  const outcomes = [];
  for (const each of steps) outcomes.push(await outcomeOf(each, outcomes));
  const total = summarise(outcomes, elapsed());
  if (total.failed > 0) process.exitCode = 1;
});

/** The steps named on the command line. */
function namesAsked() {
  const names = process.argv.slice(2);
  const known = testSteps.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw new Sentence(`There is no test step "${unknown}"; there are ${known.join(", ")}.`);
  return names;
}

/**
 * Runs one step, unless something that it needs is not there.
 *
 * @param {TestStep} test
 * @param {readonly Outcome[]} earlier
 * @returns {Promise<Outcome>}
 */
async function outcomeOf(test, earlier) {
  const { name } = test;
  const broken = earlier.find(({ name, counts }) => test.needs?.includes(name) && counts.failed > 0);
  if (broken) return notRun(name, "failed", `not run, because "${broken.name}" failed`);

  const missing = test.missing?.();
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
  return { name, counts: { passed: 0, failed: 0, skipped: 0, [as]: 1 }, note };
}

/**
 * @param {TestStep} test
 * @returns {Promise<Counts>}
 */
async function countsOf({ label, builds, run }) {
  try {
    return builds ? await run() : await step(label, run);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return countsOfFailure(error.cause);
  }
}

/**
 * What a failed step had counted before it ended, with one failure at least.
 * @param {unknown} cause
 */
function countsOfFailure(cause) {
  const output = cause instanceof CommandFailed ? cause.output : "";
  const counts = add(countCargoTests(output), countNodeTests(output));
  return { ...counts, failed: Math.max(1, counts.failed) };
}

/**
 * @param {readonly Outcome[]} outcomes
 * @param {string} elapsed
 */
function summarise(outcomes, elapsed) {
  console.log("\nSummary");
  for (const { name, counts, note } of outcomes) {
    console.log(`  ${name.padEnd(14)}${format(counts).padEnd(28)}${note}`);
  }
  const total = outcomes.map(({ counts }) => counts).reduce(add);
  console.log(`\n${format(total)}`);
  console.log(`Total time: ${elapsed}`);
  return total;
}
