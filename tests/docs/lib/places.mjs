import { readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "../../../scripts/lib/paths.mjs";

/** A place in a page that a program writes. @param {string} name */
const place = (name) => new RegExp(`(<!-- ${name}:begin -->\\n)([\\s\\S]*?)(<!-- ${name}:end -->)`);

/**
 * What stands in the places of a page, by their names; `undefined` for a place that is not there.
 *
 * @param {string} path of the page, from the root
 * @param {readonly string[]} names
 * @returns {Record<string, string | undefined>}
 */
export function readPlaces(path, names) {
  const page = readFileSync(inRoot(path), "utf8");
  return Object.fromEntries(names.map((name) => [name, place(name).exec(page)?.[2]]));
}

/**
 * Writes what stands in the places of a page, and leaves the rest of it.
 *
 * @param {string} path of the page, from the root
 * @param {Readonly<Record<string, string>>} texts by the names of their places
 */
export function writePlaces(path, texts) {
  const before = readFileSync(inRoot(path), "utf8");
  const after = Object.entries(texts).reduce(
    (page, [name, text]) => page.replace(place(name), (_, begin, __, end) => begin + text + end),
    before,
  );
  writeFileSync(inRoot(path), after);
}
