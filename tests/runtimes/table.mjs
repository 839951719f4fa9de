import { readPlaces, writePlaces } from "../docs/lib/places.mjs";

/** @typedef {import("./report.mjs").Row} Row */

const PAGE = "docs/runtimes.md";

/** What a machine brings, each in a version of its own: where another one passed, nothing is different. */
const BROUGHT = ["Chromium", "Firefox", "Node", "WebKitGTK"];

/** The table in docs/runtimes.md. */
export function readTable() {
  const { runtimes: found } = readPlaces(PAGE, ["runtimes"]);
  if (found === undefined) throw new Error("docs/runtimes.md has no <!-- runtimes:begin --> … <!-- runtimes:end -->");
  return found;
}

/** @param {readonly Row[]} rows */
export function writeTable(rows) {
  writePlaces(PAGE, { runtimes: tableOf(rows) });
}

/**
 * What docs/runtimes.md shows of a run in which everything passed.
 * @param {readonly Row[]} rows
 */
export function tableOf(rows) {
  const lines = ["| where | how | checks passed |", "|---|---|--:|", ...rows.map(lineOf)];
  return `${lines.join("\n")}\n`;
}

/** @param {Row} row */
function lineOf({ where, version, how, passed }) {
  return `| ${where}${version && ` ${version}`} | ${how} | ${passed} |`;
}

/**
 * The first line in which a table and a run say different things. A line for what this machine lacks is
 * believed, and so is the version of what machines bring.
 *
 * @param {string} table
 * @param {readonly Row[]} rows
 * @returns {string | undefined}
 */
export function firstContradiction(table, rows) {
  const lines = table.trim().split("\n").slice(2);
  for (const row of rows) {
    const failed = row.failed > 0 ? `, and ${row.failed} failed` : "";
    if (failed || (row.passed > 0 && !lines.some((line) => agrees(line, row)))) {
      return `the run says "${lineOf(row)}"${failed}, docs/runtimes.md does not`;
    }
  }
  const unknown = lines.find((line) => !rows.some((row) => agrees(line, row, row.passed === 0)));
  return unknown && `docs/runtimes.md says "${unknown}", the run does not`;
}

/**
 * @param {string} line
 * @param {Row} row
 * @param {boolean} [isLacking] it was not run, so only its name is known
 */
function agrees(line, row, isLacking = false) {
  const cells = (/** @type {string} */ text) => text.split("|").map((cell) => cell.trim());
  const [, where = "", how, passed] = cells(line);
  const [, rowWhere = "", rowHow, rowPassed] = cells(lineOf(row));
  const free = isLacking || BROUGHT.includes(row.where);
  const sameWhere = free ? where.replace(/ \S+$/, "") === row.where || where === row.where : where === rowWhere;
  return sameWhere && how === rowHow && (isLacking || passed === rowPassed);
}
