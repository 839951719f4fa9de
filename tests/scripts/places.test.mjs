import assert from "node:assert/strict";
import { test } from "node:test";
import binaryen from "binaryen";
import { blankPlaces } from "../../scripts/lib/places.mjs";

const START = 1024;
const NAME = "src/issuer/server.rs";
const OTHER = "src/issuer/server.txt";

test("places of panics lose their names and lines, and everything else stays", () => {
  const place = numbers(START, NAME.length, 120, 7);
  const text = numbers(START + NAME.length, OTHER.length, 120, 7);
  const beyond = numbers(START + 4096, NAME.length, 120, 7);
  // Numbers are aligned to four octets.
  const names = Buffer.from(`${NAME}${OTHER}`.padEnd(44));
  const module = moduleOf(Buffer.concat([names, place, text, place, beyond]));
  assert.equal(blankPlaces(module), 2);
  const expected = Buffer.concat([
    Buffer.alloc(NAME.length),
    names.subarray(NAME.length),
    Buffer.alloc(16),
    text,
    Buffer.alloc(16),
    beyond,
  ]);
  assert.deepEqual(dataOf(module), expected);
  assert.equal(blankPlaces(module), 0);
});

test("a module without data has no places", () => {
  assert.equal(blankPlaces(new binaryen.Module().emitBinary()), 0);
});

/** @param {number[]} values */
function numbers(...values) {
  return Buffer.from(Uint32Array.from(values).buffer);
}

/** @param {Buffer} data */
function moduleOf(data) {
  const module = new binaryen.Module();
  const segment = { name: "data", offset: module.i32.const(START), data, passive: false };
  module.setMemory(1, 1, "memory", [segment]);
  return module.emitBinary();
}

/**
 * What is in memory after the module has started.
 * @param {Uint8Array} module
 */
function dataOf(module) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module)));
  assert.ok(exports.memory instanceof WebAssembly.Memory);
  return Buffer.from(exports.memory.buffer, START, 44 + 4 * 16);
}
