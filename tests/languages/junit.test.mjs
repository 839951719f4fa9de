import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/process.mjs";
import { findJava } from "../../scripts/lib/programs.mjs";
import { runExample, runWithoutIssuer } from "./lib/examples.mjs";

const folder = "examples/junit";

/** @type {string} Where the classes are. */
let classes;
/** @type {string} */
let java;
/** @type {string[]} */
let args;

before(async () => {
  const found = findJava();
  assert.ok(found, "Java, JUnit 5 or Jackson is missing");
  java = found.java;
  classes = mkdtempSync(join(tmpdir(), "eiam-token-junit-"));
  const sources = readdirSync(inRoot(folder)).filter((name) => name.endsWith(".java"));
  const libraries = found.jars.join(delimiter);
  // Debian's archives name others that need not be there, which is a warning about the path.
  const warnings = ["-Xlint:all,-path", "-Werror"];
  await run(found.javac, [...warnings, "-d", classes, "-cp", libraries, ...sources], { cwd: inRoot(folder) });
  const launcher = ["org.junit.platform.console.ConsoleLauncher", "--disable-banner", "--disable-ansi-colors"];
  args = [
    `-Djava.io.tmpdir=${classes}`,
    "-cp",
    [libraries, classes].join(delimiter),
    ...launcher,
    "--scan-classpath",
    classes,
    "--fail-if-no-tests",
  ];
});
after(() => rmSync(classes, { recursive: true, force: true }));

test("examples/junit passes", async () => {
  const { output, failure } = await runExample(java, args, { folder });
  assert.equal(failure, undefined, output);
  assert.match(output, /\[ +7 tests found +\]/);
  assert.match(output, /\[ +7 tests successful +\]/);
});

test("examples/junit fails where no issuer starts", () => runWithoutIssuer(java, args, { folder }));
