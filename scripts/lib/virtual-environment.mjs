import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.mjs";
import { findPython } from "./programs.mjs";

/**
 * Makes a virtual environment of Python's if it is missing or out of date.
 *
 * @param {string} folder where it is, or shall be
 * @param {string} requirements the file of what is installed there
 * @returns {Promise<(program: string) => string>} the path of a program in it
 */
export async function virtualEnvironment(folder, requirements) {
  const [programs, suffix] = process.platform === "win32" ? ["Scripts", ".exe"] : ["bin", ""];
  const path = (/** @type {string} */ program) => join(folder, programs, program + suffix);
  const installed = join(folder, "installed.txt");
  const system = findPython();
  if (system === undefined) throw new Error("Python 3 is missing");
  const wanted = (await run(system, ["--version"])) + readFileSync(requirements, "utf8");

  // Written at the very end, so an installation that was interrupted is made anew.
  if (!existsSync(installed) || readFileSync(installed, "utf8") !== wanted) {
    rmSync(folder, { recursive: true, force: true });
    await run(system, ["-m", "venv", folder]);
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "--retries=10"];
    await run(path("python"), [...pip, "--requirement", requirements]);
    writeFileSync(installed, wanted);
  }
  return path;
}
