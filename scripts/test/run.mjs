import { CommandFailed, runApart } from "../lib/process.mjs";
import { NONE } from "./counts.mjs";

/**
 * @typedef {import("./counts.mjs").Counts} Counts
 *
 * @typedef {object} Report what a test runner says of its run
 * @property {Counts} counts
 * @property {readonly string[]} faults why the counts cannot be all that there was to count
 */

/** Tests failed, or did not run to their end. */
export class TestsFailed extends CommandFailed {
  /**
   * @param {string} reason
   * @param {string} output everything that the runner printed
   * @param {Counts} counts what it had counted before it ended
   */
  constructor(reason, output, counts) {
    super(reason, output);
    /** One failure at least. */
    this.counts = { ...counts, failed: Math.max(1, counts.failed) };
  }
}

/**
 * Runs a test runner to its end. Its exit code decides whether the tests passed, and its report how many
 * there were: one without the other is a failure, and so is a run without a test.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("../lib/process.mjs").RunOptions} options
 * @param {(stdout: string) => Report} read reads the report of a runner that has ended
 * @returns {Promise<Counts>}
 * @throws {TestsFailed} with the counts, and all that was printed
 */
export async function runTests(command, args, options, read) {
  const { stdout, all, failure } = await runApart(command, args, options);
  const { counts, faults } = report(read, stdout);
  const { passed, failed, skipped } = counts;
  const reasons = [
    ...(failure ? [failure] : []),
    ...faults,
    ...(passed + failed + skipped === 0 ? ["it ran no test"] : []),
    ...(failed > 0 && !failure ? [`${failed} failed, and yet it ended well`] : []),
  ];
  if (reasons.length === 0) return counts;
  throw new TestsFailed(`${[command, ...args].join(" ")}: ${reasons.join("; ")}`, all, counts);
}

/**
 * A report that cannot be read is a fault as well: what was printed is to be seen all the same.
 *
 * @param {(stdout: string) => Report} read
 * @param {string} stdout
 * @returns {Report}
 */
function report(read, stdout) {
  try {
    return read(stdout);
  } catch (error) {
    return { counts: NONE, faults: [`its report cannot be read: ${error instanceof Error ? error.message : error}`] };
  }
}
