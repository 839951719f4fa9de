import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findPython } from "../../../scripts/lib/programs.mjs";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, ".venv");
const requirements = join(here, "requirements.txt");
const installed = join(folder, "installed.txt");

/** Makes the virtual environment if it is missing or out of date, and gives its Python. */
export async function python() {
  const binary = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const system = findPython();
  if (system === undefined) throw new Error("Python 3 is missing");
  const { stdout: version } = await run(system, ["--version"]);
  const wanted = version + readFileSync(requirements, "utf8");

  // Written at the very end, so an installation that was interrupted is made anew.
  if (!existsSync(installed) || readFileSync(installed, "utf8") !== wanted) {
    rmSync(folder, { recursive: true, force: true });
    await run(system, ["-m", "venv", folder]);
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "--retries=10"];
    await run(binary, [...pip, "--requirement", requirements]);
    writeFileSync(installed, wanted);
  }
  return binary;
}
