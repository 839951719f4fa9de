// Runs the demo's tests again and again in all three engines, on a machine that is kept busy, and counts
// what failed. Nothing is tried again: a test that fails has failed.
//
//   node tests/browser/repeat.mjs [--times N] [--busy PROCESSES] [chromium] [firefox] [webkit]
//
// Ends with 1 if anything failed; what failed is in the folder that it names.
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { testFolder } from "../../scripts/test/node.mjs";
import { TestsFailed } from "../../scripts/test/run.mjs";

/** The folder of each engine's tests. */
const FOLDERS = { chromium: "tests/browser", firefox: "tests/browser/firefox", webkit: "tests/browser/webkit" };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: "string", default: "15" }, busy: { type: "string", default: "2" } },
});
const [times, busy] = [count("times", values.times), count("busy", values.busy)];
const engines = positionals.length > 0 ? positionals : Object.keys(FOLDERS);
const unknown = engines.find((name) => !(name in FOLDERS));
if (unknown) throw new Error(`there is no engine "${unknown}"; there are ${Object.keys(FOLDERS).join(", ")}`);

const burners = Array.from({ length: busy }, () => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
const stopBurners = () => burners.forEach((each) => each.kill("SIGKILL"));
process.once("exit", stopBurners);
for (const signal of /** @type {const} */ (["SIGHUP", "SIGINT", "SIGTERM"]))
  process.once(signal, () => process.exit(1));

const folder = mkdtempSync(join(tmpdir(), "eiam-token-repeat-"));
let failures = 0;
for (let round = 1; round <= times; round++) {
  for (const engine of engines) {
    const start = Date.now();
    const { passed, failed, output } = await testsOf(FOLDERS[/** @type {keyof typeof FOLDERS} */ (engine)]);
    failures += failed;
    if (failed > 0) writeFileSync(join(folder, `${engine}-${round}.txt`), output);
    const seconds = Math.round((Date.now() - start) / 1000);
    console.log(`${round}/${times} ${engine}: ${passed} passed, ${failed} failed, ${seconds} s`);
  }
}
stopBurners();
console.log(`${failures} failures in ${times} rounds of ${engines.join(", ")}, with ${busy} processes beside`);
if (failures > 0) console.log(`The output of what failed is in ${folder}`);
process.exitCode = failures > 0 ? 1 : 0;

/**
 * Runs the tests of a folder as "npm test" does.
 *
 * @param {string} folder
 */
async function testsOf(folder) {
  try {
    return { ...(await testFolder(folder, { withGroup: true })), output: "" };
  } catch (error) {
    if (!(error instanceof TestsFailed)) throw error;
    return { ...error.counts, output: `${error.output}\n${error.message}\n` };
  }
}

/**
 * @param {string} name
 * @param {string} text
 */
function count(name, text) {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a number, not "${text}"`);
}
