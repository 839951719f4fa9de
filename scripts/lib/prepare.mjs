import { install, isInstalled } from "./install.mjs";
import { step, stepBeside } from "./report.mjs";
import { ensureRust } from "./toolchain.mjs";

/** Everything that a build needs and a fresh clone lacks. */
export async function prepare() {
  await prepareRust();
  await installPackages();
}

/** Rust, able to compile to WebAssembly. */
export function prepareRust() {
  return step("Checking Rust", ensureRust);
}

/** The npm packages; nothing is printed where they are there. */
export async function installPackages() {
  if (!isInstalled()) await stepBeside("Installing npm packages", install);
}
