import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import binaryen from "binaryen";
import { byLikeness } from "../../scripts/lib/likeness.mjs";
import { order } from "../../scripts/lib/order.mjs";

/** With so many, what is like a function is further away in the module than a compressor sees. */
const PAIRS = 400;

const SEARCH = { piece: 6, window: 32 * 1024 };

test("what is alike comes together, and nothing is lost", () => {
  const texts = ["a sentence of bees", "another one: numbers", "a sentence of beers"].map((text) => Buffer.from(text));
  assert.deepEqual(byLikeness(texts, SEARCH), [0, 2, 1]);
  assert.deepEqual(byLikeness(texts, { ...SEARCH, fixed: 2 }), [0, 1, 2]);
  assert.deepEqual(byLikeness([], SEARCH), []);
  assert.deepEqual(byLikeness([Buffer.from("short"), Buffer.from("a")], { ...SEARCH, fixed: 5 }), [0, 1]);
});

test("a text out of the window is forgotten", () => {
  const filler = Buffer.from(Array.from({ length: 40_000 }, (_, at) => (at * at * 31 + (at >> 3)) & 255));
  const texts = ["a sentence of bees", filler, "another one: numbers", "a sentence of beers"].map((text) =>
    Buffer.from(text),
  );
  assert.deepEqual(byLikeness(texts, { ...SEARCH, fixed: 2 }), [0, 1, 2, 3]);
});

test("a module is smaller when it is compressed, does the same, and is ordered in the same way again", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "order-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "module.wasm");
  const before = moduleOfTwins();
  writeFileSync(file, before);
  await order(file);
  const once = readFileSync(file);
  writeFileSync(file, before);
  await order(file);
  assert.deepEqual(readFileSync(file), once);
  assert.ok(gzipSync(once).length < 0.8 * gzipSync(before).length);
  assert.deepEqual(resultsOf(once), resultsOf(before));
});

/** A module of functions that return a sum of many numbers, in which each is there twice but for its first number. */
function moduleOfTwins() {
  const module = new binaryen.Module();
  for (const twin of [0, 1]) {
    for (let pair = 0; pair < PAIRS; pair += 1) {
      let sum = module.i32.const(twin);
      let number = pair + 1;
      for (let count = 0; count < 60; count += 1) {
        number = Math.imul(number, 1_103_515_245) + 12_345;
        sum = module.i32.add(sum, module.i32.const(number));
      }
      const name = `f${twin}-${pair}`;
      module.addFunction(name, binaryen.none, binaryen.i32, [], sum);
      module.addFunctionExport(name, name);
    }
  }
  return module.emitBinary();
}

/**
 * What the functions of a module return, by their names.
 * @param {Uint8Array} bytes
 */
function resultsOf(bytes) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)));
  const names = Object.keys(exports).sort();
  return names.map((name) => {
    const { [name]: run } = exports;
    return typeof run === "function" ? [name, run()] : [name];
  });
}
