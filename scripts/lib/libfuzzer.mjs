/**
 * How far a run of libFuzzer came.
 *
 * @typedef {object} Progress
 * @property {number} counters the edges that are counted
 * @property {number} seeds how many of them the seeds reach
 * @property {number} reached how many of them were reached in the end
 * @property {number} inputs the inputs that reach something of their own
 * @property {number} runs
 * @property {number} perSecond
 */

/**
 * @param {string} output what libFuzzer printed, with its final statistics
 * @returns {Progress}
 */
export function readProgress(output) {
  /** @param {RegExp} pattern its last match counts */
  const last = (pattern) => Number([...output.matchAll(pattern)].at(-1)?.[1] ?? 0);
  return {
    counters: last(/^INFO: Loaded \d+ modules +\((\d+) inline 8-bit counters\)/gm),
    seeds: last(/^#\d+\s+INITED +cov: (\d+)/gm),
    reached: last(/^#\d+\s+\w+ +cov: (\d+)/gm),
    inputs: last(/^#\d+\s+\w+ .*? corp: (\d+)/gm),
    runs: last(/^stat::number_of_executed_units: (\d+)/gm),
    perSecond: last(/^stat::average_exec_per_sec: +(\d+)/gm),
  };
}

/**
 * Why a run ended badly: the panic with its message, or else what libFuzzer says.
 *
 * @param {string} output
 */
export function readReason(output) {
  const panic = /^thread .* panicked at (.*):\n((?:.*\n)*?)(?=note: |==\d+==)/m.exec(output);
  if (panic) return `${panic[2]?.trim()} (${panic[1]})`;
  return /^==\d+== ERROR: (libFuzzer: .*)$/m.exec(output)?.[1];
}
