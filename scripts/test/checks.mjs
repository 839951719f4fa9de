import { EVERYTHING, cargo } from "../lib/cargo.mjs";
import { tsc } from "../lib/declarations.mjs";
import { modules } from "../lib/wasm.mjs";
import { checkLayout } from "./biome.mjs";

export async function checkFormat() {
  const rest = ["--check", "--", "--color", "never"];
  await cargo(["fmt", "--all", ...rest]);
  for (const workspace of ["fuzz", "tests/rust-peers"]) {
    await cargo(["fmt", "--manifest-path", `${workspace}/Cargo.toml`, ...rest]);
  }
  await checkLayout();
}

/**
 * Lints what is compiled: the two halves, everything at once, and each module and each feature that is off by default
 * alone, natively and for WebAssembly.
 */
export async function lintRust() {
  await clippy("--all-targets");
  await clippy("--all-targets", ...EVERYTHING);
  for (const feature of ["resource", "tower", "rustcrypto", "server", "reqwest"]) {
    const features = ["--no-default-features", "--features", feature];
    await clippy("--lib", ...features);
    await clippy("--lib", "--target", "wasm32-unknown-unknown", ...features);
  }
  for (const { name } of modules) {
    const features = ["--no-default-features", "--features", name];
    await clippy("--all-targets", ...features);
    await clippy("--lib", "--target", "wasm32-unknown-unknown", ...features);
  }
}

/** @param {...string} args */
function clippy(...args) {
  return cargo(["clippy", ...args, "--", "--deny", "warnings"]);
}

export async function checkTypes() {
  await tsc("pkg/tsconfig.json", "--noEmit");
  await tsc("pkg/tsconfig.node.json", "--noEmit");
  await tsc("tsconfig.json");
  // What a user's own compiler sees: nothing but the shipped declarations, all of them checked.
  await tsc("pkg/tsconfig.user-node.json");
  await tsc("pkg/tsconfig.user-web.json");
}
