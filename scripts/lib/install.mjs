import { existsSync, statSync, utimesSync } from "node:fs";
import { inRoot } from "./paths.mjs";
import { CommandFailed, run } from "./process.mjs";

/** What decides which packages belong into node_modules. */
const INPUTS = ["package.json", "pkg/package.json", "package-lock.json"];

/** Written by npm at the end of every installation. */
const INSTALLED = "node_modules/.package-lock.json";

/** Whether node_modules is there and as new as the manifests. */
export function isInstalled() {
  if (!existsSync(inRoot(INSTALLED))) return false;
  const installed = changed(INSTALLED);
  return INPUTS.every((input) => changed(input) <= installed);
}

/** Installs what the lock file says, or, where it lags behind a manifest, brings it up to date. */
export async function install() {
  try {
    await npm("ci");
  } catch (error) {
    if (!(error instanceof CommandFailed && error.output.includes("EUSAGE"))) throw error;
    await npm("install");
  }
  const now = new Date();
  utimesSync(inRoot(INSTALLED), now, now);
}

/** @param {string} command */
function npm(command) {
  const [program, ...args] = npmCommand([command, "--no-audit", "--no-fund"]);
  return run(program, args);
}

/**
 * A command line for npm. Inside "npm start" npm says where it is: so it is found on every system, by the
 * same name.
 *
 * @param {readonly string[]} args
 * @returns {[string, ...string[]]}
 */
export function npmCommand(args) {
  const path = process.env["npm_execpath"];
  return path ? [process.execPath, path, ...args] : ["npm", ...args];
}

/**
 * When a file was last changed; a missing one counts as brand new.
 * @param {string} path
 */
function changed(path) {
  return statSync(inRoot(path), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
}
