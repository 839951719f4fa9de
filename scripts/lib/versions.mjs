import { readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";

/**
 * Every place that says which version the crate and the npm package are: one release has one version.
 * The text in parentheses is the version.
 *
 * @type {readonly { file: string, pattern: RegExp }[]}
 */
const PLACES = [
  { file: "Cargo.toml", pattern: /^name = "eiam-token"\nversion = "([^"]+)"$/m },
  { file: "Cargo.lock", pattern: /^name = "eiam-token"\nversion = "([^"]+)"$/m },
  { file: "fuzz/Cargo.lock", pattern: /^name = "eiam-token"\nversion = "([^"]+)"$/m },
  { file: "tests/rust-peers/Cargo.lock", pattern: /^name = "eiam-token"\nversion = "([^"]+)"$/m },
  { file: "pkg/package.json", pattern: /^ {2}"name": "eiam-token",\n {2}"version": "([^"]+)",$/m },
  {
    file: "package-lock.json",
    pattern: /^ {4}"pkg": \{\n {6}"name": "eiam-token",\n {6}"version": "([^"]+)",$/m,
  },
];

/** The version that each place says. */
export function versions() {
  return PLACES.map(({ file, pattern }) => ({ file, version: found(file, pattern)[1] ?? "" }));
}

/**
 * Writes a version into every place.
 * @param {string} version
 */
export function setVersions(version) {
  for (const { file, pattern } of PLACES) {
    const [text, old = ""] = found(file, pattern);
    const changed = text.replace(`"${old}"`, `"${version}"`);
    writeFileSync(inRoot(file), readFileSync(inRoot(file), "utf8").replace(text, changed));
  }
}

/**
 * @param {string} file
 * @param {RegExp} pattern
 */
function found(file, pattern) {
  const match = pattern.exec(readFileSync(inRoot(file), "utf8"));
  if (!match) throw new Error(`${file} does not say its version where it is looked for`);
  return match;
}

/**
 * Whether a text is a version (Semantic Versioning 2.0.0), without build metadata: the registries drop
 * that.
 * @param {string} text
 */
export function isVersion(text) {
  const number = "(0|[1-9]\\d*)";
  return new RegExp(`^${number}\\.${number}\\.${number}(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$`).test(text);
}
