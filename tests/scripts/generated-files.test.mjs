import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { generatedFiles } from "../../scripts/lib/generated-files.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";

test("what is generated is what the crate gives: npm run generate", async () => {
  const files = Object.entries(await generatedFiles());
  const pages = files.map(([file]) => file).filter((file) => file.startsWith("docs/rules/"));
  assert.equal(files.length - pages.length, 4);
  assert.ok(pages.length > 120);
  const there = readdirSync(inRoot("docs/rules")).map((name) => `docs/rules/${name}`);
  assert.deepEqual(there.sort(), pages.sort());
  for (const [file, text] of files) {
    assert.ok(text.length > 300, file);
    assert.equal(readFileSync(inRoot(file), "utf8"), text, file);
  }
});
