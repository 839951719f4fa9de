import "./lib/require-node.mjs";
import { buildTargets, fuzzTarget, lintTargets, targets } from "./lib/fuzz.mjs";
import { prepare } from "./lib/prepare.mjs";
import { mainOf, Sentence, step } from "./lib/report.mjs";

/**
 * @typedef {import("./lib/fuzz.mjs").Outcome} Outcome
 * @typedef {import("./lib/fuzz.mjs").Target} Target
 */

const SECONDS = 60;

/**
 * Builds the fuzz targets and runs them, two at a time.
 *
 * @param {object} [options]
 * @param {readonly Target[]} [options.chosen]
 * @param {number} [options.seconds] how long each of them runs
 */
export async function fuzz({ chosen = targets, seconds = SECONDS } = {}) {
  await step("Linting the fuzz targets", lintTargets);
  await step("Building the fuzz targets", buildTargets);
  const outcomes = await step(`Fuzzing, ${seconds} s each`, () =>
    twoAtATime(chosen, (target) => fuzzTarget(target, seconds)),
  );
  for (const outcome of outcomes) console.log(lineOf(outcome));
  const failed = outcomes.filter(({ failure }) => failure);
  for (const { target, failure } of failed) {
    console.log(`\n${target.name} FAILED: ${failure?.reason}`);
    const input = failure?.input;
    if (input) console.log(`Input, ${input.length} bytes in hex:\n${input.toString("hex")}`);
  }
  return { passed: outcomes.length - failed.length, failed: failed.length, skipped: 0 };
}

/** @param {Outcome} outcome */
function lineOf({ target, progress, failure }) {
  const { runs, perSecond, seeds, reached, counters, inputs } = progress;
  return [
    `  ${failure ? "FAILED" : "ok    "} ${target.name.padEnd(14)}`,
    `${runs} runs, ${perSecond} a second; `,
    `edges: ${seeds} by the seeds, ${reached} in the end, of ${counters}; `,
    `${inputs} inputs kept`,
  ].join("");
}

/**
 * @template T, R
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<R>} work
 */
async function twoAtATime(items, work) {
  /** @type {R[]} */
  const results = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, item] = next;
      results[index] = await work(item);
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}

/**
 * The targets named on the command line, all for none, and the value of --seconds.
 * @param {readonly string[]} args
 */
function read(args) {
  /** @type {Target[]} */
  const chosen = [];
  let seconds = SECONDS;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === "--seconds") {
      index += 1;
      seconds = Number(args[index]);
      const isCount = Number.isSafeInteger(seconds) && seconds > 0;
      if (!isCount) throw new Sentence("--seconds takes a whole number from 1 on.");
      continue;
    }
    const target = targets.find(({ name }) => name === arg);
    if (!target) {
      const names = targets.map(({ name }) => name).join(", ");
      throw new Sentence(`There is no fuzz target "${arg}"; there are ${names}.`);
    }
    chosen.push(target);
  }
  return { chosen: chosen.length > 0 ? chosen : targets, seconds };
}

await mainOf(import.meta.url, async () => {
  const options = read(process.argv.slice(2));
  await prepare();
  const { failed } = await fuzz(options);
  if (failed > 0) process.exitCode = 1;
});
