import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { run } from "../../../scripts/lib/process.mjs";

/**
 * A temporary folder, as a user has one: the packed package is installed in it, and every runtime,
 * bundler and checker at the version of this folder's lock file.
 *
 * @typedef {Awaited<ReturnType<typeof openWorkspace>>} Workspace
 */
export async function openWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), "eiam-token-runtimes-"));
  const inFolder = (/** @type {string} */ path) => join(folder, path);
  for (const file of ["package.json", "package-lock.json"]) {
    cpSync(inRoot(`tests/runtimes/${file}`), inFolder(file));
  }
  for (const path of ["tests/runtimes/checks.mjs", "tests/runtimes/checks", "tests/runtimes/apps"]) {
    cpSync(inRoot(path), inFolder(path), { recursive: true });
  }
  const support = "pkg/test/support/issuer-browser.mjs";
  mkdirSync(dirname(inFolder(support)), { recursive: true });
  cpSync(inRoot(support), inFolder(support));

  const tarball = await installPacked(folder);
  const require = createRequire(inFolder("package.json"));
  return {
    folder,
    path: inFolder,
    tarball,
    /** The version of an installed package. @param {string} name */
    version: (name) => JSON.parse(readFileSync(inFolder(`node_modules/${name}/package.json`), "utf8")).version,
    require,
    /** @param {string} path @param {string} text */
    write(path, text) {
      mkdirSync(dirname(inFolder(path)), { recursive: true });
      writeFileSync(inFolder(path), text);
      return inFolder(path);
    },
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/**
 * Installs what the manifest and the lock file of a folder say, and the packed package.
 *
 * @param {string} folder
 * @returns {Promise<string>} the package's file
 */
export async function installPacked(folder) {
  const npm = (/** @type {string[]} */ ...args) => {
    const all = [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const path = process.env["npm_execpath"];
    return path ? run(process.execPath, [path, ...all], { cwd: folder }) : run("npm", all, { cwd: folder });
  };
  const [packed] = JSON.parse((await npm("pack", inRoot("pkg"), "--json")).replace(/^[^[]*/, ""));
  await npm("ci");
  await npm("install", `./${packed.filename}`);
  return join(folder, packed.filename);
}
