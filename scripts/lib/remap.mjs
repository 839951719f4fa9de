import { dirname } from "node:path";
import { cargoEnv, targetDir } from "./cargo.mjs";
import { readOutput } from "./process.mjs";

/**
 * What cargo is told so that rustc writes the same paths into a module wherever it is compiled: panics
 * name the file that they come from, and so the folders of this machine. Those of the standard library
 * are the same everywhere, those of this crate begin at its own folder.
 *
 * It is configuration, not RUSTFLAGS: these would replace the flags in .cargo/config.toml, with which
 * cargo joins the same list from elsewhere.
 *
 * @param {string} target
 */
export async function remapPaths(target) {
  const crates = (await crateFolders(target)).map((folder) => [folder, "crates"]);
  // What build scripts write is there, and compiled from there.
  const renamed = [...crates, [targetDir(), "target"]];
  const flags = renamed.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  // A list of JSON strings is one of TOML, too.
  return ["--config", `target.${target}.rustflags = ${JSON.stringify(flags)}`];
}

/**
 * The folders that hold the sources of other crates, side by side: in cargo's registry, or where cargo
 * is told to take them from.
 *
 * @param {string} target
 */
async function crateFolders(target) {
  const args = ["metadata", "--format-version", "1", "--filter-platform", target];
  const printed = await readOutput("cargo", args, { env: cargoEnv() });
  /** @type {{ source: string | null, manifest_path: string }[]} */
  const packages = JSON.parse(printed).packages;
  const foreign = packages.filter(({ source }) => source !== null);
  return [...new Set(foreign.map(({ manifest_path }) => dirname(dirname(manifest_path))))];
}
