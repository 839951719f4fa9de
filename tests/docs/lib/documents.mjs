import { existsSync, readFileSync, readdirSync } from "node:fs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { read } from "./markdown.mjs";

/** The folder of the pages in Chinese, and the name of the README in Chinese. */
const TRANSLATIONS = "docs/zh-CN";
const TRANSLATED_README = "README.zh-CN.md";

/** The paths of all documents in English. */
export const documents = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "examples/mcp/README.md",
  "examples/worker/README.md",
  ...pagesIn("docs"),
  ...pagesIn("docs/testing"),
];

/** The pages that are generated, one for each rule: in English alone, as error messages are, and of no guide. */
export const generated = pagesIn("docs/rules");

/** The translations that there are, each with what it translates. */
export const translations = [
  ...(existsSync(inRoot(TRANSLATED_README)) ? [{ path: TRANSLATED_README, original: "README.md" }] : []),
  ...[...pagesIn(TRANSLATIONS), ...pagesIn(`${TRANSLATIONS}/testing`)].map((path) => ({
    path,
    original: path.replace(TRANSLATIONS, "docs"),
  })),
];

/** @param {string} path */
export function readDocument(path) {
  return read(readFileSync(inRoot(path), "utf8"));
}

/** @param {string} folder */
function pagesIn(folder) {
  if (!existsSync(inRoot(folder))) return [];
  return readdirSync(inRoot(folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `${folder}/${name}`);
}
