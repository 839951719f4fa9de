import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { installPacked } from "../runtimes/lib/workspace.mjs";
import { filesOfPages } from "./blocks.mjs";

/**
 * A temporary folder with the packed package and every runner, and a folder for each runner with the code of its page and
 * the tests of `own`.
 */
export async function openWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), "eiam-token-runners-"));
  const inFolder = (/** @type {string} */ path) => join(folder, path);
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    mkdirSync(dirname(inFolder(path)), { recursive: true });
    writeFileSync(inFolder(path), text);
  };
  for (const file of ["package.json", "package-lock.json"]) cpSync(inRoot(`tests/runners/${file}`), inFolder(file));
  cpSync(inRoot("tests/runners/own"), folder, { recursive: true });
  // What runs at the same time is the same twice.
  for (const runner of ["jest", "vitest"]) {
    cpSync(inFolder(`${runner}/parallel-1.test.js`), inFolder(`${runner}/parallel-2.test.js`));
  }
  for (const { path, text } of filesOfPages()) write(path, text);
  await installPacked(folder);
  return {
    folder,
    path: inFolder,
    write,
    require: createRequire(inFolder("package.json")),
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
