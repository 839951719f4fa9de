import "./lib/require-node.mjs";
import { prepare } from "./lib/prepare.mjs";
import { Sentence, main, stopwatch } from "./lib/report.mjs";
import { add, format } from "./test/counts.mjs";
import { outcomeOf } from "./test/outcome.mjs";
import { select, testSteps } from "./test/steps.mjs";

/** @typedef {import("./test/outcome.mjs").Outcome} Outcome */

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
 * @param {readonly Outcome[]} outcomes
 * @param {string} elapsed
 */
function summarise(outcomes, elapsed) {
  console.log("\nSummary");
  for (const { name, counts, note } of outcomes) {
    console.log(`  ${name.padEnd(14)}${format(counts).padEnd(32)}${note}`);
  }
  const total = outcomes.map(({ counts }) => counts).reduce(add);
  console.log(`\n${format(total)}`);
  console.log(`Total time: ${elapsed}`);
  return total;
}
