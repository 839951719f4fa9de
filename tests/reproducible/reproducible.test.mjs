// Whoever builds the same commit gets the same npm package, to the last byte: from a tree in another
// folder, compiled to another folder, with the crates in another folder.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { copyElsewhere } from "./lib/elsewhere.mjs";
import { filesWith, firstDifference, pack } from "./lib/pack.mjs";

test("a build elsewhere gives the same bytes", async () => {
  const elsewhere = await copyElsewhere();
  try {
    await elsewhere.build();
    const [here, there] = [await pack(inRoot("pkg")), await pack(elsewhere.package)];
    assert.ok(here.files.some(({ path }) => path === "dist/issuer.wasm"));
    assert.deepEqual(filesWith(there, elsewhere.folder), [], "files that name the folder of the build");
    assert.equal(firstDifference(here, there), undefined);
  } finally {
    elsewhere.remove();
  }
});

test("a file that differs, is missing or is superfluous is named", async () => {
  const folder = mkdtempSync(join(tmpdir(), "eiam-token-packed-"));
  try {
    cpSync(inRoot("pkg"), folder, { recursive: true });
    const [here, copy] = [await pack(inRoot("pkg")), await pack(folder)];
    assert.equal(firstDifference(here, copy), undefined);

    writeFileSync(join(folder, "dist/another.js"), "");
    const more = await pack(folder);
    assert.equal(firstDifference(here, more), "dist/another.js is in the second package only");
    assert.equal(firstDifference(more, here), "dist/another.js is in the first package only");
    rmSync(join(folder, "dist/another.js"));

    writeFileSync(join(folder, "dist/client.wasm"), "/home/somebody/registry");
    const difference = firstDifference(here, await pack(folder));
    assert.deepEqual(filesWith(await pack(folder), "/home/somebody"), ["dist/client.wasm"]);
    assert.match(difference ?? "", /^dist\/client\.wasm differs from byte 0 on .*"\/home\/somebody/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
