import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { encodePrintable } from "../../scripts/lib/printable.mjs";

const { decodePrintable } = await importTypeScript("pkg/src/wasm/printable.ts");

test("every pair of bytes comes back", () => {
  const bytes = new Uint8Array(2 * 65536);
  for (let pair = 0; pair < 65536; pair++) {
    bytes[2 * pair] = pair >> 8;
    bytes[2 * pair + 1] = pair & 255;
  }
  assert.deepEqual(decodePrintable(encodePrintable(bytes)), bytes);
});

test("nothing comes back as nothing", () => {
  assert.deepEqual(decodePrintable(encodePrintable(new Uint8Array())), new Uint8Array());
});

test("no character needs an escape in a string literal", () => {
  const text = encodePrintable(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  assert.match(text, /^[\x20-\x7e]+$/);
  assert.doesNotMatch(text, /["\\]/);
});

/** @param {string} path */
async function importTypeScript(path) {
  const { outputFiles } = await build({
    entryPoints: [inRoot(path)],
    format: "esm",
    write: false,
  });
  const source = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return import(`data:text/javascript;base64,${source}`);
}
