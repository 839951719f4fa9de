import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inRoot } from "../../scripts/lib/paths.mjs";

/** Where the table is written, for people and for programs. */
const REPORT = inRoot("pkg/dist/runtimes.md");
const ROWS = inRoot("pkg/dist/runtimes.json");

/**
 * One line of the table.
 *
 * @typedef {object} Row
 * @property {string} where
 * @property {string} version
 * @property {string} how
 * @property {number} passed
 * @property {number} failed
 * @property {string} note
 * @property {number} seconds
 */

/** @type {Map<string, Row>} */
const rows = new Map();

/** @param {Row} row */
export function addRow(row) {
  rows.set(`${row.where} ${row.how}`, row);
}

/** What the last run wrote is no longer what is known. */
export function forgetReport() {
  for (const file of [REPORT, ROWS]) rmSync(file, { force: true });
}

/** Writes what was run. */
export function writeReport() {
  const lines = ["| where | how | passed | failed | s | |", "|---|---|--:|--:|--:|---|"];
  const sorted = [...rows.values()].sort(byPlace);
  for (const { where, version, how, passed, failed, note, seconds } of sorted) {
    lines.push(`| ${where} ${version} | ${how} | ${passed} | ${failed} | ${seconds.toFixed(1)} | ${note} |`);
  }
  mkdirSync(dirname(REPORT), { recursive: true });
  writeFileSync(REPORT, `${lines.join("\n")}\n`);
  writeFileSync(ROWS, JSON.stringify(sorted, null, 2));
}

/** @returns {Row[]} what the last run wrote */
export function readReport() {
  return JSON.parse(readFileSync(ROWS, "utf8"));
}

/**
 * @param {Row} a
 * @param {Row} b
 */
function byPlace(a, b) {
  const [first, second] = [a, b].map(({ where, version, how }) => `${where} ${version} ${how}`.toLowerCase());
  return first === second ? 0 : String(first) < String(second) ? -1 : 1;
}
