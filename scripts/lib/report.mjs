import { pathToFileURL } from "node:url";
import { CommandFailed } from "./process.mjs";

/** A failure whose output is on the screen already. */
export class StepFailed extends Error {}

/**
 * Prints what is being done, does it, and prints how long it took.
 *
 * @template T
 * @param {string} label
 * @param {() => T | Promise<T>} action
 * @returns {Promise<T>}
 */
export async function step(label, action) {
  process.stdout.write(`${label} ... `);
  const seconds = stopwatch();
  try {
    const result = await action();
    console.log(seconds());
    return result;
  } catch (error) {
    if (error instanceof StepFailed) throw error;
    console.log(`FAILED after ${seconds()}`);
    console.log(describe(error));
    throw new StepFailed(label, { cause: error });
  }
}

/**
 * The same for a step beside which others run: each of its two lines stands for itself.
 *
 * @template T
 * @param {string} label
 * @param {() => T | Promise<T>} action
 * @returns {Promise<T>}
 */
export async function stepBeside(label, action) {
  console.log(`${label} ...`);
  const seconds = stopwatch();
  try {
    const result = await action();
    console.log(`${label}: ${seconds()}`);
    return result;
  } catch (error) {
    if (error instanceof StepFailed) throw error;
    console.log(`${label} FAILED after ${seconds()}`);
    console.log(describe(error));
    throw new StepFailed(label, { cause: error });
  }
}

/**
 * Waits for all of them, and then throws what the first one that failed threw: nothing goes on in the
 * background after a failure was told.
 *
 * @template {readonly unknown[]} T
 * @param {readonly [...T]} promises
 */
export async function all(promises) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** Starts a stopwatch; call the result for the time since, as text. */
export function stopwatch() {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/**
 * Runs the body of a command: a step that failed has been told, anything else is told here, and
 * both end with exit code 1.
 *
 * @param {() => Promise<void>} body
 */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof StepFailed)) console.error(describe(error));
    process.exitCode = 1;
  }
}

/**
 * The same, for a file that is a command and is imported by others as well.
 *
 * @param {string} url the file's `import.meta.url`
 * @param {() => Promise<void>} body
 */
export async function mainOf(url, body) {
  if (url === pathToFileURL(process.argv[1] ?? "").href) await main(body);
}

/** A failure that one sentence explains: no stack is printed for it. */
export class Sentence extends Error {}

/** @param {unknown} error */
function describe(error) {
  if (error instanceof CommandFailed) return `${withoutProgress(error.output)}\n${error.message}`;
  if (error instanceof Sentence) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Drops cargo's lines about the crates that it compiled on the way.
 * @param {string} output
 */
function withoutProgress(output) {
  return output.replace(/^ +(Checking|Compiling|Downloaded|Downloading|Locking) .*\n/gm, "").trimEnd();
}
