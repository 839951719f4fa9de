// The judges of the shared list can fail.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { GOLDEN } from "./checks/golden.mjs";
import { judgeConsole, namesFor, runChecks, total, within } from "./checks.mjs";

const verifier = (/** @type {string} */ letter) => letter.repeat(43);
const printed = (/** @type {string} */ text) =>
  `everything with a secret:\n${text}\nand what was drawn at random: ${verifier("a")} ${verifier("b")}\n`;
const HARMLESS = "Bearer USER-CODE S256 [redacted]";

test("a console that shows a secret, nothing, or only some is found", () => {
  assert.equal(judgeConsole(printed(HARMLESS)).error, undefined);
  for (const text of [`${HARMLESS} SECRET-access`, `${HARMLESS} ${verifier("b")}`, "Bearer S256", ""]) {
    assert.ok(judgeConsole(printed(text)).error, text);
  }
  assert.ok(judgeConsole("").error);
  assert.ok(judgeConsole(printed(HARMLESS).replace(verifier("b"), "")).error);
});

test("what a host has no part for is counted, not lost", () => {
  const all = namesFor(["issuer", "testing", "remote", "indexedDB", "file", "object"]);
  assert.equal(all.length, total);
  assert.equal(new Set(all).size, total);
  assert.ok(namesFor([]).length < namesFor(["issuer"]).length);
});

test("a check that fails is a result with an error", async () => {
  const results = await runChecks({ client: {} });
  assert.deepEqual(
    results.map(({ name }) => name),
    namesFor([]),
  );
  for (const { name, error } of results) assert.ok(error, name);
});

test("a check that hangs fails by itself", async () => {
  await assert.rejects(within(5, new Promise(() => {})), /it hangs/);
  await within(90_000, Promise.resolve());
});

test("docs/runtimes.md has the hash of what the test issuer gives", () => {
  const page = readFileSync(inRoot("docs/runtimes.md"), "utf8");
  assert.ok(page.includes(`\`${GOLDEN.sha256}\``), GOLDEN.sha256);
});
