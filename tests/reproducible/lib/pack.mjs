import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readOutput } from "../../../scripts/lib/process.mjs";

/**
 * What npm would publish.
 *
 * @typedef {object} Packed
 * @property {string} folder
 * @property {readonly { path: string, mode: number }[]} files
 * @property {string} integrity of the tarball as a whole
 */

/**
 * @param {string} folder of the package
 * @returns {Promise<Packed>}
 */
export async function pack(folder) {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"];
  const npm = process.env["npm_execpath"];
  const printed = npm
    ? await readOutput(process.execPath, [npm, ...args], { cwd: folder })
    : await readOutput("npm", args, { cwd: folder });
  const [{ files, integrity }] = JSON.parse(printed);
  return { folder, files, integrity };
}

/**
 * The files that have a text in them.
 *
 * @param {Packed} packed
 * @param {string} text
 */
export function filesWith({ folder, files }, text) {
  return files.map(({ path }) => path).filter((path) => readFileSync(join(folder, path)).includes(text));
}

/**
 * Says what the first difference of two packages is; nothing, if they are the same to the last byte.
 *
 * @param {Packed} one
 * @param {Packed} other
 * @returns {string | undefined}
 */
export function firstDifference(one, other) {
  // The modules first: the bundles have them inside.
  const rank = (/** @type {string} */ path) => (path.endsWith(".wasm") ? 0 : 1);
  const paths = [...new Set([...one.files, ...other.files].map(({ path }) => path))];
  for (const path of paths.sort((a, b) => rank(a) - rank(b))) {
    const [a, b] = [one, other].map(({ files }) => files.find((file) => file.path === path));
    if (!a || !b) return `${path} is in ${a ? "the first" : "the second"} package only`;
    if (a.mode !== b.mode) return `${path} may be executed in one package only`;
    const [first, second] = /** @type {[Buffer, Buffer]} */ (
      [one, other].map(({ folder }) => readFileSync(join(folder, path)))
    );
    if (!first.equals(second)) return `${path} differs ${whereTheyPart(first, second)}`;
  }
  if (one.integrity !== other.integrity) return "the files are the same, but not the tarballs";
  return undefined;
}

/**
 * @param {Buffer} first
 * @param {Buffer} second
 */
function whereTheyPart(first, second) {
  const length = Math.min(first.length, second.length);
  let at = 0;
  while (at < length && first[at] === second[at]) at += 1;
  const sizes = `${first.length} and ${second.length} bytes`;
  return `from byte ${at} on (${sizes}): ${excerpt(first, at)} and ${excerpt(second, at)}`;
}

/** @param {Buffer} bytes @param {number} at */
function excerpt(bytes, at) {
  return JSON.stringify(bytes.toString("latin1", Math.max(0, at - 40), at + 60).replace(/[^ -~]/g, "."));
}
