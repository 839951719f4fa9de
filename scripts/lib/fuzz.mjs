import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cargoEnv, targetDir } from "./cargo.mjs";
import { readProgress, readReason } from "./libfuzzer.mjs";
import { inRoot } from "./paths.mjs";
import { CommandFailed, run } from "./process.mjs";
import { findCxx } from "./programs.mjs";

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {number} longest how many bytes an input has at most
 */

/** @type {readonly Target[]} */
export const targets = [
  { name: "access_token", longest: 2048 },
  { name: "json", longest: 1100 },
  { name: "token_answer", longest: 1024 },
  { name: "answer", longest: 1024 },
  { name: "request", longest: 512 },
  { name: "callback", longest: 512 },
  { name: "form", longest: 256 },
  { name: "id_token", longest: 1024 },
  { name: "registration", longest: 512 },
  { name: "signed", longest: 1024 },
  { name: "issuer", longest: 4096 },
];

/**
 * Counters for every edge, as cargo-fuzz has them; the stable compiler takes these flags, too.
 * Without its traces of comparisons: they cost half of the runs, and what is compared here is text,
 * whose comparisons libFuzzer sees anyway.
 */
const FLAGS = [
  "--cfg=fuzzing",
  "-Cpasses=sancov-module",
  "-Cllvm-args=-sanitizer-coverage-level=4",
  "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
  "-Cllvm-args=-sanitizer-coverage-pc-table",
];

/** How many seconds one input may take: each takes less than a thousandth of that. */
const PATIENCE = 5;

/** How many MiB a target may use: each needs less than a tenth of that. */
const MEMORY = 1024;

export async function lintTargets() {
  await cargoInFuzz(["clippy", "--no-deps", "--bins", "--lib"], ["--", "--deny", "warnings"]);
}

export async function buildTargets() {
  await cargoInFuzz(["build", "--bins"]);
}

/**
 * With a target named, even the host's own, build scripts and macros are built without the flags.
 *
 * @param {readonly string[]} command
 * @param {readonly string[]} [rest]
 */
async function cargoInFuzz(command, rest = []) {
  const cxx = findCxx();
  const env = cargoEnv({
    CARGO_ENCODED_RUSTFLAGS: FLAGS.join("\x1f"),
    CARGO_TARGET_DIR: fuzzTargetDir(),
    ...(cxx && { CXX: cxx }),
  });
  const args = [...command, "--release", "--target", await hostTriple(), ...rest];
  await run("cargo", args, { cwd: inRoot("fuzz"), env });
}

function fuzzTargetDir() {
  return join(targetDir(), "fuzz");
}

async function hostTriple() {
  const host = /^host: (.+)$/m.exec(await run("rustc", ["-vV"]))?.[1];
  if (!host) throw new Error("rustc does not say what its host is");
  return host;
}

/**
 * @typedef {object} Outcome
 * @property {Target} target
 * @property {import("./libfuzzer.mjs").Progress} progress
 * @property {{ reason: string, input: Buffer | undefined }} [failure]
 */

/**
 * Runs a target on a copy of its seeds for so many seconds.
 *
 * @param {Target} target
 * @param {number} seconds
 * @returns {Promise<Outcome>}
 */
export async function fuzzTarget(target, seconds) {
  const folder = mkdtempSync(join(tmpdir(), `fuzz-${target.name}-`));
  const [corpus, artifacts] = [join(folder, "corpus"), join(folder, "artifacts")];
  try {
    cpSync(inRoot(`fuzz/corpus/${target.name}`), corpus, { recursive: true });
    mkdirSync(artifacts);
    const program = join(fuzzTargetDir(), await hostTriple(), "release", target.name);
    const args = [...options(target, seconds), `-artifact_prefix=${artifacts}/`, corpus];
    const output = await run(program, args, {
      cwd: folder,
      env: { ...process.env, RUST_BACKTRACE: "0" },
      minutes: seconds / 60 + 2,
    });
    return { target, progress: readProgress(output) };
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    const [artifact] = readdirSync(artifacts);
    const input = artifact ? readFileSync(join(artifacts, artifact)) : undefined;
    const reason = readReason(error.output) ?? error.message;
    return { target, progress: readProgress(error.output), failure: { reason, input } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Target} target
 * @param {number} seconds
 */
function options({ name, longest }, seconds) {
  return [
    `-max_total_time=${seconds}`,
    `-max_len=${longest}`,
    `-timeout=${PATIENCE}`,
    `-rss_limit_mb=${MEMORY}`,
    `-dict=${inRoot(`fuzz/dictionaries/${name}.dict`)}`,
    "-print_final_stats=1",
  ];
}
