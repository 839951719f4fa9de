/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {() => unknown} run one piece of work; a promise is awaited
 * @property {string} [without] the name of a contender whose work is a part of this one's and not its
 *   own, such as making requests: what that costs is taken off
 *
 * @typedef {object} Result
 * @property {string} name
 * @property {number} perSecond the median of all rounds
 * @property {number} spread how far the middle half of the rounds lies apart, as a part of the median
 * @property {number} ratio how often it goes into the first: the median of each round's own ratio
 */

const ROUNDS = 25;
const ROUND_MS = 60;
const WARM_UP_MS = 400;

// biome-ignore lint/correctness/noUnusedVariables: what is computed goes here, so that no engine leaves it out
let sink = 0;

/**
 * Measures contenders in this process, in turns: a round of each, then the next round, so that a
 * machine that becomes slower becomes so for all.
 *
 * @param {readonly Contender[]} contenders
 * @returns {Promise<Result[]>}
 */
export async function sideBySide(contenders) {
  for (const { run } of contenders) await spend(run, WARM_UP_MS);
  const rounds = contenders.map(() => /** @type {number[]} */ ([]));
  for (let round = 0; round < ROUNDS; round++) {
    // Not always after the same neighbour, who leaves garbage behind.
    for (let i = 0; i < contenders.length; i++) {
      const at = (i + round) % contenders.length;
      rounds[at].push(await spend(contenders[at].run, ROUND_MS));
    }
  }
  contenders.forEach(({ without }, i) => {
    const other = contenders.findIndex(({ name }) => name === without);
    if (other < 0) return;
    rounds[i] = rounds[i].map((all, round) => 1 / (1 / all - 1 / rounds[other][round]));
  });
  return contenders.map(({ name }, i) => {
    const perSecond = part(rounds[i], 0.5);
    const spread = (part(rounds[i], 0.75) - part(rounds[i], 0.25)) / perSecond;
    const ratio = part(
      rounds[i].map((theirs, round) => rounds[0][round] / theirs),
      0.5,
    );
    return { name, perSecond, spread, ratio };
  });
}

/**
 * The value below which this share of all lies: 0.5 is the median.
 *
 * @param {readonly number[]} values
 * @param {number} share
 */
export function part(values, share) {
  return [...values].sort((a, b) => a - b)[Math.round((values.length - 1) * share)];
}

/**
 * Runs for so long, and gives how often in a second of CPU time.
 *
 * @param {() => unknown} run
 * @param {number} milliseconds
 */
async function spend(run, milliseconds) {
  const first = run();
  const isAsync = first instanceof Promise;
  await first;
  let done = 0;
  let batch = 1;
  const start = cpuTime();
  let elapsed = 0;
  while (elapsed < milliseconds) {
    if (isAsync) {
      for (let i = 0; i < batch; i++) sink ^= Number(await run());
    } else {
      for (let i = 0; i < batch; i++) sink ^= Number(run());
    }
    done += batch;
    elapsed = cpuTime() - start;
    // The clock is read every millisecond or so.
    if (elapsed < done / batch) batch *= 2;
  }
  return (done / elapsed) * 1000;
}

/** What this process has computed, in milliseconds: other processes of the machine do not count. */
export function cpuTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Prints results under a title, each with how often it goes into the first.
 *
 * @param {string} title
 * @param {readonly Result[]} results ours first
 * @param {Readonly<Record<string, { must: number, goal: number }>>} [targets] by the other's name
 */
export function printResults(title, results, targets = {}) {
  const [ours] = results;
  const rows = results.map((result) => {
    const { ratio } = result;
    const target = targets[result.name];
    return {
      "": result.name,
      "per CPU second": Math.round(result.perSecond).toLocaleString("en"),
      spread: `${Math.round(result.spread * 100)} %`,
      "ours/theirs": result === ours ? "" : ratio.toFixed(2),
      must: target ? `${target.must} ${ratio >= target.must ? "met" : "MISSED"}` : "",
      goal: target?.goal ? `${target.goal} ${ratio >= target.goal ? "met" : "missed"}` : "",
    };
  });
  printTable(title, rows);
}

/**
 * @param {string} title
 * @param {readonly Record<string, string>[]} rows
 */
export function printTable(title, rows) {
  const columns = Object.keys(rows[0]);
  const widths = columns.map((name) => {
    return Math.max(name.length, ...rows.map((row) => row[name].length));
  });
  const line = (cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  console.log(`\n${title}`);
  for (const cells of [columns, ...rows.map((row) => columns.map((name) => row[name]))]) {
    console.log(`  ${line(cells)}`.trimEnd());
  }
}
