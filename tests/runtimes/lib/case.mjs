import assert from "node:assert/strict";
import { test } from "node:test";
import { namesFor, total } from "../checks.mjs";
import { addRow } from "../report.mjs";

/** How long a row may take, in milliseconds: several times what the longest does on a busy machine. */
const LONGEST = 480_000;

/**
 * @typedef {import("../checks.mjs").Result} Result
 * @typedef {object} Case
 * @property {string} where
 * @property {string} how
 * @property {string | undefined} [missing] why it cannot be run here
 * @property {readonly import("../checks.mjs").Part[]} [parts] what of the shared list it must run
 * @property {readonly string[]} [more] names of what it must run beside
 * @property {string} [note]
 */

/**
 * A test that is a row of the report: every check that belongs to it must have been run, and none may
 * have failed.
 *
 * @param {Case} about
 * @param {() => Promise<{ results: Result[], version?: string, note?: string }>} body
 */
export function testCase({ where, how, missing, parts, more = [], note = "" }, body) {
  test(`${where}: ${how}`, { timeout: LONGEST }, async (context) => {
    const wanted = [...(parts ? namesFor(parts) : []), ...more];
    if (missing !== undefined) {
      const isFatal = process.env["CI"] === "true";
      const failed = isFatal ? wanted.length : 0;
      addRow({ where, version: "", how, passed: 0, failed, note: `${missing} is missing`, seconds: 0 });
      if (isFatal) assert.fail(`${missing} is missing`);
      context.skip(`${missing} is missing`);
      return;
    }
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    let outcome;
    try {
      outcome = await body();
    } catch (error) {
      const note = "did not run to its end";
      addRow({ where, version: "", how, passed: 0, failed: wanted.length, note, seconds: seconds() });
      throw error;
    }
    const { results, version = "" } = outcome;
    const failed = results.filter(({ error }) => error !== undefined);
    const ran = new Set(results.map(({ name }) => name));
    const absent = wanted.filter((name) => !ran.has(name));
    const notes = [note, outcome.note ?? ""];
    if (parts) notes.push(...notApplicable(parts));
    addRow({
      where,
      version,
      how,
      passed: results.length - failed.length,
      failed: failed.length + absent.length,
      note: notes.filter(Boolean).join("; "),
      seconds: seconds(),
    });
    assert.deepEqual(
      failed.map(({ name, error }) => `${name}: ${error}`),
      [],
    );
    assert.deepEqual(absent, [], "not run");
  });
}

/** @param {readonly import("../checks.mjs").Part[]} parts */
function notApplicable(parts) {
  const names = {
    issuer: "without issuer",
    testing: "without the test issuer",
    remote: "no issuer elsewhere",
    indexedDB: "no IndexedDB",
    file: "no files",
    object: "no Durable Object",
  };
  const lacking = Object.entries(names).filter(([part]) => !parts.includes(/** @type {any} */ (part)));
  return lacking.length > 0
    ? [`${lacking.map(([, text]) => text).join(", ")}: ${total - namesFor(parts).length} of the list are not for it`]
    : [];
}
