import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../lib/paths.mjs";
import { Sentence } from "../lib/report.mjs";
import { runTests } from "./run.mjs";

/** How long one file of tests may take, in milliseconds: far more than any needs. */
const PATIENCE = 900_000;

/**
 * Runs the files *.test.mjs of a folder, one after another.
 *
 * @param {string} folder
 * @param {Parameters<typeof testFiles>[1]} [options]
 * @returns {Promise<import("./counts.mjs").Counts>}
 */
export function testFolder(folder, options = {}) {
  const files = readdirSync(inRoot(folder)).filter((file) => file.endsWith(".test.mjs"));
  if (files.length === 0) throw new Sentence(`${folder} has no tests`);
  return testFiles(
    files.sort().map((file) => `${folder}/${file}`),
    options,
  );
}

/**
 * Runs files of tests, one after another.
 *
 * @param {readonly string[]} files
 * @param {import("../lib/process.mjs").RunOptions & { node?: string }} [options] `node`: the program that runs them
 */
export async function testFiles(files, { node = process.execPath, env = process.env, ...options } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "eiam-token-tests-"));
  const report = join(folder, "report.json");
  const args = [
    "--test",
    "--test-concurrency=1",
    `--test-timeout=${PATIENCE}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    `--test-reporter=${new URL("node-reporter.mjs", import.meta.url)}`,
    `--test-reporter-destination=${report}`,
    ...files,
  ];
  // Inside of a test this process has it, and a runner that finds it says nothing.
  const { NODE_TEST_CONTEXT, ...own } = env;
  try {
    return await runTests(node, args, { minutes: 60, ...options, env: own }, () =>
      JSON.parse(readFileSync(report, "utf8")),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
