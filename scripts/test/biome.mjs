import { inRoot, root } from "../lib/paths.mjs";
import { run } from "../lib/process.mjs";

/**
 * Fails if a file is not laid out as biome.jsonc says.
 * @param {string} [folder] the one with that configuration
 */
export function checkLayout(folder = root) {
  return biome(["format"], folder);
}

/**
 * Fails for a fault that biome.jsonc has a rule for, and for imports out of order.
 * @param {string} [folder] the one with that configuration
 */
export function lintScripts(folder = root) {
  return biome(["check", "--formatter-enabled=false", "--error-on-warnings"], folder);
}

/**
 * @param {readonly string[]} args
 * @param {string} folder
 */
function biome(args, folder) {
  const bin = inRoot("node_modules/@biomejs/biome/bin/biome");
  return run(process.execPath, [bin, ...args, "--colors=off", "."], { cwd: folder });
}
