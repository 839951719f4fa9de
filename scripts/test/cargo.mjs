import { cargoEnv } from "../lib/cargo.mjs";
import { readOutput } from "../lib/process.mjs";
import { NONE, add } from "./counts.mjs";
import { runTests } from "./run.mjs";

/**
 * Runs the crate's test programs, and the examples of its documentation if the library is among them.
 *
 * The stable compiler's test programs report by their exit code and by the lines that {@link readResults}
 * reads, and in no other way; how many of them there are is known from cargo, as JSON.
 *
 * @param {readonly string[]} args which, as "cargo test" takes it
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function testCargo(args, env = cargoEnv()) {
  const programs = await countPrograms(args, env);
  // Never with --quiet: it would be handed on to wasm-bindgen's test runner, which does not know it.
  return runTests("cargo", ["test", "--no-fail-fast", ...args], { env }, (stdout) => readResults(stdout, programs));
}

/**
 * Compiles the test programs and counts them. What does not compile is told as ever.
 *
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function countPrograms(args, env) {
  const build = ["test", "--no-run", "--message-format=json-render-diagnostics", ...args];
  const messages = (await readOutput("cargo", build, { env })).trim().split("\n");
  const tests = messages
    .map((line) => JSON.parse(line))
    .filter(({ executable, profile }) => executable && profile.test);
  return tests.length + (tests.some(({ target }) => target.doctest) ? 1 : 0);
}

/**
 * Adds up what test programs say: "running 3 tests" each at its beginning, "test result: …" at its end.
 *
 * @param {string} stdout
 * @param {number} programs how many there were to run; examples of documentation may report in parts
 * @returns {import("./run.mjs").Report}
 */
export function readResults(stdout, programs) {
  const announced = Array.from(stdout.matchAll(/^running (\d+) tests?$/gm), ([, count]) => Number(count));
  const results = Array.from(
    stdout.matchAll(/^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored;/gm),
    ([, ...counts]) => {
      const [passed = 0, failed = 0, skipped = 0] = counts.map(Number);
      return { passed, failed, skipped };
    },
  );
  const counts = results.reduce(add, NONE);
  const begun = announced.reduce((sum, count) => sum + count, 0);
  const ended = counts.passed + counts.failed + counts.skipped;
  const faults = [];
  if (results.length < programs) faults.push(`${results.length} of ${programs} test programs said how they ended`);
  if (begun !== ended) faults.push(`${begun} tests began, and ${ended} ended`);
  return { counts, faults };
}
