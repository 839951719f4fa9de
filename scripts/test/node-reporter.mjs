import { resolve } from "node:path";

/**
 * A reporter of "node --test" that writes one JSON document when all is over: what passed, failed and was
 * skipped, and the files whose tests cannot have been all.
 *
 * Suites are not counted, as Node does not count them; a test that has others in it is.
 *
 * @param {AsyncIterable<{ type: string, data: Event }>} events
 * @typedef {object} Event what is used of the runner's events
 * @property {string} name
 * @property {number} nesting
 * @property {string} [file]
 * @property {string | boolean} [skip]
 * @property {string | boolean} [todo]
 * @property {{ type?: string }} [details]
 */
export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  /** How many tests and suites of a file were begun and have not ended. @type {Map<string, number>} */
  const open = new Map();
  /** @type {string[]} */
  const faults = [];
  for await (const { type, data } of events) {
    const isEnd = type === "test:pass" || type === "test:fail";
    if (!isEnd && type !== "test:enqueue") continue;
    const { file = "", skip, todo, details } = data;
    if (isFile(data)) {
      // A file ends as a test only if it failed beside its tests, or has none.
      if (type === "test:pass") faults.push(`${file} ran no test`);
      if (isEnd) counts.failed += 1;
      continue;
    }
    open.set(file, (open.get(file) ?? 0) + (isEnd ? -1 : 1));
    if (!isEnd || details?.type === "suite") continue;
    if (skip !== undefined || todo !== undefined) counts.skipped += 1;
    else if (type === "test:pass") counts.passed += 1;
    else counts.failed += 1;
  }
  for (const [file, count] of open) {
    if (count > 0) faults.push(`${file} ended before ${count} of its tests`);
  }
  yield JSON.stringify({ counts, faults });
}

/**
 * Whether an event is about a whole file, which the runner takes for a test with the file's name.
 * @param {Event} event
 */
function isFile({ name, nesting, file }) {
  return nesting === 0 && file !== undefined && resolve(name) === resolve(file);
}
