import { install, isInstalled } from "./install.mjs";
import { step } from "./report.mjs";
import { ensureRust } from "./toolchain.mjs";

/** Everything that a build needs and a fresh clone lacks. */
export async function prepare() {
  await step("Checking Rust", ensureRust);
  if (!isInstalled()) await step("Installing npm packages", install);
}
