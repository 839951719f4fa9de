import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inRoot } from "../../../scripts/lib/paths.mjs";

/**
 * A file of an example, whole or some lines of it: tests/languages runs it.
 *
 * @param {string} language
 * @param {string} path
 */
export function partOf(language, path) {
  return {
    languages: [language],
    /** @param {import("./markdown.mjs").Block} block */
    async run(block) {
      const content = readFileSync(inRoot(path), "utf8");
      assert.ok(`\n${content}`.includes(`\n${block.text}`), `these lines do not stand in ${path}`);
    },
  };
}
