import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generatedFiles } from "../../scripts/lib/generated-files.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";

test("what is generated is what the crate gives: npm run generate", async () => {
  const files = Object.entries(await generatedFiles());
  assert.equal(files.length, 4);
  for (const [file, text] of files) {
    assert.ok(text.length > 300, file);
    assert.equal(readFileSync(inRoot(file), "utf8"), text, file);
  }
});
