/**
 * How many tests passed, failed and were skipped.
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/** @type {Readonly<Counts>} What a check that has no tests inside counts for. */
export const ONE_PASSED = { passed: 1, failed: 0, skipped: 0 };

/**
 * @param {Counts} a
 * @param {Counts} b
 * @returns {Counts}
 */
export function add(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

/**
 * As people read it: skipped tests are mentioned only if there are any.
 * @param {Counts} counts
 */
export function format({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

/**
 * Adds up the result lines of "cargo test", one for each test program.
 * @param {string} output
 */
export function countCargoTests(output) {
  const results = output.matchAll(/^test result: .*? (\d+) passed; (\d+) failed; (\d+) ignored/gm);
  return [...results]
    .map(([, passed, failed, ignored]) => ({
      passed: Number(passed),
      failed: Number(failed),
      skipped: Number(ignored),
    }))
    .reduce(add, { passed: 0, failed: 0, skipped: 0 });
}

/**
 * Reads the summary of "node --test" with its reporter "spec".
 * @param {string} output
 */
export function countNodeTests(output) {
  /** @param {string} name */
  const read = (name) => Number(new RegExp(`^\\S+ ${name} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  return {
    passed: read("pass"),
    failed: read("fail") + read("cancelled"),
    skipped: read("skipped") + read("todo"),
  };
}
