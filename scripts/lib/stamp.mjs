import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";

/** What pkg/dist is built from, and by, in folders and files. */
const SOURCES = [
  ".cargo",
  "scripts/lib",
  "scripts/build.mjs",
  "src",
  "pkg/src",
  "pkg/tsconfig.json",
  "pkg/tsconfig.node.json",
  "pkg/package.json",
  "Cargo.toml",
  "Cargo.lock",
  "package-lock.json",
];

/** What of it is packed: not what tests leave there. */
const BUILT = /^pkg\/dist\/([^/]+\.(c?js|wasm)|types\/.+)$/;

const STAMP = "pkg/dist/built.sha256";

/** Notes in pkg/dist of which sources it was built, and what it is. */
export function stampBuild() {
  writeFileSync(inRoot(STAMP), stamp());
}

/** Whether pkg/dist is, to the last byte, what the last build made, and of the sources as they are. */
export function isBuilt() {
  return existsSync(inRoot(STAMP)) && readFileSync(inRoot(STAMP), "utf8") === stamp();
}

/** Contents and not times, which a checkout sets and a build leaves where nothing changed. */
function stamp() {
  const built = filesIn("pkg/dist").filter((path) => BUILT.test(path));
  return `${hashOf(SOURCES.flatMap(filesIn))} ${hashOf(built)}\n`;
}

/** @param {readonly string[]} paths */
function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const content = readFileSync(inRoot(path));
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/**
 * The files of a folder by their paths from the root, in an order that is the same everywhere.
 *
 * @param {string} path of a folder or a file
 * @returns {string[]}
 */
function filesIn(path) {
  if (!statSync(inRoot(path)).isDirectory()) return [path];
  return readdirSync(inRoot(path))
    .sort()
    .flatMap((name) => filesIn(`${path}/${name}`));
}
