import "./lib/require-node.mjs";
import { existsSync } from "node:fs";
import { buildTargets, fuzzTarget, lintTargets, targets } from "./lib/fuzz.mjs";
import { inRoot } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { run } from "./lib/process.mjs";
import { Sentence, mainOf, step } from "./lib/report.mjs";

/**
 * @typedef {import("./lib/fuzz.mjs").Outcome} Outcome
 * @typedef {import("./lib/fuzz.mjs").Target} Target
 */

const SECONDS = 60;

/** The target that is no program of libFuzzer: what the command listens on. */
const COMMAND = "command";

/** Runs {@link COMMAND}, which needs what "npm run build" makes. */
const COMMAND_FUZZER = inRoot("pkg/test/support/command-fuzz.mjs");

/**
 * Builds the fuzz targets and runs them, two at a time; then the command.
 *
 * @param {object} [options]
 * @param {readonly Target[]} [options.chosen]
 * @param {boolean} [options.command] whether the command is fuzzed, too
 * @param {number} [options.seconds] how long each of them runs
 */
export async function fuzz({ chosen = targets, command = true, seconds = SECONDS } = {}) {
  const failures = chosen.length > 0 ? await fuzzTargets(chosen, seconds) : 0;
  if (command) await step(`Fuzzing the command, ${seconds} s`, () => fuzzCommand(seconds));
  const all = chosen.length + (command ? 1 : 0);
  return { passed: all - failures, failed: failures, skipped: 0 };
}

/** @param {number} seconds */
async function fuzzCommand(seconds) {
  if (!existsSync(inRoot("pkg/dist/issuer.js")))
    throw new Sentence('There is no build yet: run "npm run build" first.');
  const options = ["--seconds", `${seconds}`];
  const output = await run(process.execPath, [COMMAND_FUZZER, ...options], { minutes: seconds / 60 + 5 });
  process.stdout.write(`${output.trim()} ... `);
}

/**
 * @param {readonly Target[]} chosen
 * @param {number} seconds
 */
async function fuzzTargets(chosen, seconds) {
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
  return failed.length;
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
 * What is named on the command line, all for none, and the value of --seconds.
 * @param {readonly string[]} args
 */
function read(args) {
  /** @type {Target[]} */
  const chosen = [];
  let command = false;
  let seconds = SECONDS;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === "--seconds") {
      index += 1;
      seconds = Number(args[index]);
      const isCount = Number.isSafeInteger(seconds) && seconds > 0;
      if (!isCount) throw new Sentence("--seconds needs a whole number that is at least 1.");
      continue;
    }
    if (arg === COMMAND) {
      command = true;
      continue;
    }
    const target = targets.find(({ name }) => name === arg);
    if (!target) {
      const names = [...targets.map(({ name }) => name), COMMAND].join(", ");
      throw new Sentence(`There is no fuzz target "${arg}"; there are ${names}.`);
    }
    chosen.push(target);
  }
  return chosen.length > 0 || command ? { chosen, command, seconds } : { chosen: targets, command: true, seconds };
}

await mainOf(import.meta.url, async () => {
  const options = read(process.argv.slice(2));
  if (options.chosen.length > 0) await prepare();
  const { failed } = await fuzz(options);
  if (failed > 0) process.exitCode = 1;
});
