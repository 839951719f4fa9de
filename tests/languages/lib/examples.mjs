import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { runApart } from "../../../scripts/lib/process.mjs";

/** How long an issuer may need to end after its test, in milliseconds: far more than any needs. */
const PATIENCE = 60_000;

/** The environment variable by which what an example started is known. */
const MARK = "EIAM_TOKEN_EXAMPLE";

/** @typedef {{ folder: string, env?: NodeJS.ProcessEnv }} Place a folder of the repository, and further environment variables */

/**
 * Runs the tests of an example, which starts an issuer by `npx`, and looks whether the issuer ends as well.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Place} place
 * @returns {Promise<{ output: string, failure: string | undefined }>} all that was printed, and how it failed
 */
export async function runExample(program, args, { folder, env = {} }) {
  const mark = randomUUID();
  const { NODE_TEST_CONTEXT: _, ...own } = process.env;
  const { all, failure } = await runApart(program, args, {
    cwd: inRoot(folder),
    // A proxy of the environment has no business with 127.0.0.1.
    env: { ...own, NO_PROXY: "*", no_proxy: "*", ...env, [MARK]: mark },
  });
  await ended(mark, all);
  return { output: all, failure };
}

/**
 * Runs the tests of an example where no issuer starts: they have to fail, and to show what the issuer said.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Place} place
 */
export async function runWithoutIssuer(program, args, { folder, env = {} }) {
  const reason = "no issuer starts here";
  const programs = mkdtempSync(join(tmpdir(), "eiam-token-npx-"));
  try {
    writeFileSync(join(programs, "npx"), `#!/bin/sh\necho '${reason}' >&2\nexit 3\n`);
    chmodSync(join(programs, "npx"), 0o755);
    const path = [programs, env["PATH"] ?? process.env["PATH"]].join(delimiter);
    const { output, failure } = await runExample(program, args, { folder, env: { ...env, PATH: path } });
    assert.ok(failure, `the tests passed without an issuer: ${output}`);
    assert.ok(output.includes(reason), output);
  } finally {
    rmSync(programs, { recursive: true });
  }
}

/** Waits until nothing that has the mark runs any more. @param {string} mark @param {string} output */
async function ended(mark, output) {
  // Other systems do not show the environment of a process.
  if (!existsSync("/proc/self/environ")) return;
  const limit = Date.now() + PATIENCE;
  for (let left = marked(mark); left.length > 0; left = marked(mark)) {
    assert.ok(Date.now() < limit, `the processes ${left} go on: ${output}`);
    await delay(100);
  }
}

/** The processes that have the mark, without those that have ended. @param {string} mark */
function marked(mark) {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, "latin1").includes(`${MARK}=${mark}`);
    } catch {
      return false;
    }
  });
}
