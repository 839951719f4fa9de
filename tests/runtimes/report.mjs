import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inRoot } from "../../scripts/lib/paths.mjs";

/** Where the table is written. */
export const REPORT = inRoot("pkg/dist/runtimes.md");

/**
 * One line of the table.
 *
 * @typedef {object} Row
 * @property {string} where with its version
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

/** Writes what was run as a table of Markdown. */
export function writeReport() {
  const lines = ["| where | how | passed | failed | s | |", "|---|---|--:|--:|--:|---|"];
  const sorted = [...rows.values()].sort((a, b) => (a.where < b.where ? -1 : a.where > b.where ? 1 : 0));
  for (const { where, how, passed, failed, note, seconds } of sorted) {
    lines.push(`| ${where} | ${how} | ${passed} | ${failed} | ${seconds.toFixed(1)} | ${note} |`);
  }
  mkdirSync(dirname(REPORT), { recursive: true });
  writeFileSync(REPORT, `${lines.join("\n")}\n`);
}
