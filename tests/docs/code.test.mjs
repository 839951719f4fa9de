// Every block of code in the documents is run. What is run how stands in pages/; a block that is not in the
// list fails here, and so does one of the list that no page has.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { documents, readDocument } from "./lib/documents.mjs";
import { startWorld } from "./lib/world.mjs";

/**
 * @typedef {object} Way how a block is run
 * @property {string[]} languages
 * @property {() => string | undefined} [missing] a program that this machine lacks
 * @property {(block: import("./lib/markdown.mjs").Block, world: import("./lib/world.mjs").World) => Promise<void>} [run]
 */

/** @type {Map<string, Record<string, Way[]>>} By document, and by heading in the order of the blocks. */
const ways = new Map();
for (const file of readdirSync(inRoot("tests/docs/pages")).sort()) {
  const { path, blocks } = await import(`./pages/${file}`);
  ways.set(path, blocks);
}

/** @type {import("./lib/world.mjs").World} */
let world;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

for (const path of documents) {
  const { blocks } = readDocument(path);
  const known = ways.get(path) ?? {};
  if (blocks.length === 0 && !ways.has(path)) continue;

  describe(path, () => {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const block of blocks) {
      const index = counts.get(block.heading) ?? 0;
      counts.set(block.heading, index + 1);
      const way = known[block.heading]?.[index];
      const name = `line ${block.line}, ${block.language}, ${block.heading}`;
      const lacks = way?.missing?.();
      const skip = lacks === undefined ? false : `${lacks} is missing`;
      test(name, { skip }, async () => {
        assert.ok(way, `${path}:${block.line}: this block is in no list: say in tests/docs/pages how to run it`);
        assert.ok(
          way.languages.includes(block.language),
          `${path}:${block.line}: ${block.language}, and not ${way.languages}`,
        );
        await way.run?.(block, world);
      });
    }

    test("every block of the list is there", () => {
      for (const [heading, list] of Object.entries(known)) {
        assert.equal(counts.get(heading) ?? 0, list.length, `the blocks under "${heading}"`);
      }
    });
  });
}

test("the list has no page that there is not", () => {
  for (const path of ways.keys()) assert.ok(documents.includes(path), path);
});
