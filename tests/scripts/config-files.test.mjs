import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { configFiles } from "../../scripts/lib/config-files.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";

test("the schema and the types of the configuration are what its structs give: npm run generate", async () => {
  const files = Object.entries(await configFiles());
  assert.equal(files.length, 2);
  for (const [file, text] of files) {
    assert.ok(text.length > 5000, file);
    assert.equal(readFileSync(inRoot(file), "utf8"), text, file);
  }
});
