import { readFileSync } from "node:fs";
import { inRoot } from "../../../scripts/lib/paths.mjs";

/** The version of a package that is installed. @param {string} name */
export function version(name) {
  return JSON.parse(readFileSync(inRoot(`node_modules/${name}/package.json`), "utf8")).version;
}
