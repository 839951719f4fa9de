// docs/runtimes.md says what passed where, and the run says the same. It comes after the runs, by its name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readReport } from "./report.mjs";
import { firstContradiction, readTable, tableOf } from "./table.mjs";

const UPDATE = "bring it up to date: npm test -- runtimes, then node tests/runtimes/update-table.mjs";

test("docs/runtimes.md has the table of this run", () => {
  const contradiction = firstContradiction(readTable(), readReport());
  assert.ok(contradiction === undefined, `${contradiction}; ${UPDATE}`);
});

/** @type {import("./report.mjs").Row} */
const row = { where: "vite", version: "8.3.8", how: "bundle", passed: 43, failed: 0, note: "", seconds: 1 };
const browser = { ...row, where: "Chromium", version: "150.1" };

test("a table that says something else is found", () => {
  const table = tableOf([row, browser]);
  assert.equal(firstContradiction(table, [row, browser]), undefined);
  assert.equal(firstContradiction(table, [row, { ...browser, version: "160.2" }]), undefined);
  assert.equal(firstContradiction(table, [row, { ...browser, version: "", passed: 0 }]), undefined);
  for (const other of [{ version: "8.4.0" }, { passed: 42 }, { failed: 1 }, { how: "dev" }, { where: "webpack" }]) {
    const rows = [{ ...row, ...other }, browser];
    assert.match(firstContradiction(table, rows) ?? "", /^the run says/, JSON.stringify(other));
  }
  assert.match(firstContradiction(table, [row]) ?? "", /^docs\/runtimes\.md says "\| Chromium/);
});
