import { resolve } from "node:path";
import { cargoEnv, targetDir } from "../lib/cargo.mjs";
import { inRoot, root } from "../lib/paths.mjs";
import { run, runApart } from "../lib/process.mjs";
import { findDeny, missingOf } from "../lib/programs.mjs";
import { virtualEnvironment } from "../lib/virtual-environment.mjs";

/** The manifests, each with a lock file of its own. */
const MANIFESTS = ["Cargo.toml", "fuzz/Cargo.toml"];

/** Those of other people's clients: what these bring along is theirs to mend, and only tests against them run it. */
const PEERS = ["tests/rust-peers/Cargo.toml"];

const RULES = inRoot("deny.toml");

/** Fails if deny.toml does not allow a crate: its licence, where it is from, or a second version of it. */
export async function checkCrates() {
  const deny = await cargoDeny();
  // The crate itself, as its users get it, and as it is tested.
  await deny("Cargo.toml", ["check", "licenses", "bans", "sources"]);
  for (const manifest of [...MANIFESTS, ...PEERS]) {
    await deny(manifest, ["--workspace", "check", "licenses", "sources"]);
  }
}

/**
 * Fails if a crate of the lock files is known to be vulnerable, unmaintained or withdrawn.
 *
 * @param {string} [config]
 * @returns {Promise<string | undefined>} why that was not looked for, as where the list of RustSec is out of reach
 */
export async function checkCrateAdvisories(config = RULES) {
  const missing = missingOf(["cargo-deny or Python 3"]);
  if (missing) return `${missing} is missing`;
  const deny = await cargoDeny(config);
  const { all, failure } = await runApart(deny.program, ["--format", "json", "--config", config, "fetch", "db"], {
    minutes: 3,
  });
  if (failure) {
    const reason = unreachable(all);
    if (reason === undefined) throw new Error(`cargo-deny: ${failure}\n${all}`);
    return reason;
  }
  for (const manifest of MANIFESTS) await deny(manifest, ["--workspace", "check", "advisories"]);
  return undefined;
}

/**
 * What cargo-deny says if it cannot fetch its list.
 *
 * @param {string} output lines of JSON
 * @returns {string | undefined} its last line, or nothing if it says something else
 */
export function unreachable(output) {
  for (const line of output.split("\n")) {
    const message = line.startsWith("{") ? JSON.parse(line).fields?.message : undefined;
    if (/failed to fetch (?:advisory )?database/.test(message)) return message.trim().split("\n").at(-1);
  }
  return undefined;
}

/**
 * What runs cargo-deny: the one of this machine, or else one that is installed beside what cargo builds.
 *
 * @param {string} [config] whose rules hold
 */
export async function cargoDeny(config = RULES) {
  const program =
    findDeny() ??
    (await virtualEnvironment(`${targetDir()}/cargo-deny`, inRoot("tools/cargo-deny/requirements.txt")))("cargo-deny");
  /** @param {string} manifest @param {readonly string[]} args */
  const deny = (manifest, args) => {
    const always = ["--locked", "--config", config, "--manifest-path", resolve(root, manifest)];
    return run(program, ["--log-level", "warn", "--color", "never", ...always, ...args], { env: cargoEnv() });
  };
  return Object.assign(deny, { program });
}
