import { isAbsolute, join } from "node:path";
import { root } from "./paths.mjs";
import { run } from "./process.mjs";

/**
 * The environment for cargo. RUSTFLAGS there would silently replace the flags in .cargo/config.toml
 * that keep the client's module small, and build everything a second time beside them.
 *
 * @param {NodeJS.ProcessEnv} [more]
 */
export function cargoEnv(more = {}) {
  const { RUSTFLAGS, CARGO_ENCODED_RUSTFLAGS, ...env } = process.env;
  return { ...env, ...more };
}

/** With these, native code has all that the crate has. They are off by default. */
export const EVERYTHING = ["--features", "reqwest,rustcrypto,server,testing,tower"];

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env] variables to add
 */
export function cargo(args, env) {
  return run("cargo", args, { env: cargoEnv(env) });
}

/** Where cargo puts what it builds. */
export function targetDir() {
  const folder = process.env["CARGO_TARGET_DIR"] || "target";
  return isAbsolute(folder) ? folder : join(root, folder);
}
