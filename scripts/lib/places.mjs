import { readFileSync, writeFileSync } from "node:fs";
import { DATA, section } from "./sections.mjs";

/** What `core::panic::Location` is: the address and the length of a file's name, a line and a column. */
const LENGTH = 16;

/** The names of source files. */
const SOURCE = /^[\w/.+-]+\.rs$/;

/**
 * Lets a module forget where in its source it can panic: nobody hears it. Each place becomes one without a name, in
 * line 0.
 *
 * @param {string} file a module, as the linker wrote it or later
 */
export function forgetPlaces(file) {
  const bytes = readFileSync(file);
  if (blankPlaces(bytes) === 0) throw new Error(`no place of a panic is in ${file}`);
  writeFileSync(file, bytes);
}

/**
 * Does this in place.
 *
 * @param {Uint8Array} module
 * @returns {number} how many places there were
 */
export function blankPlaces(module) {
  const segments = segmentsOf(module);
  /** @type {(address: number, length: number) => Uint8Array | undefined} */
  const octetsAt = (address, length) => {
    const there = segments.find(({ from, data }) => from <= address && address + length <= from + data.length);
    return there?.data.subarray(address - there.from, address - there.from + length);
  };
  /** @type {Set<Uint8Array>} */
  const names = new Set();
  let count = 0;
  for (const { from, data } of segments) {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    // It is aligned, as the numbers in it are.
    for (let at = (4 - (from % 4)) % 4; at + LENGTH <= data.length; at += 4) {
      const name = octetsAt(view.getUint32(at, true), view.getUint32(at + 4, true));
      if (!name || !SOURCE.test(Buffer.from(name).toString("latin1"))) continue;
      names.add(name);
      count += 1;
      data.fill(0, at, at + LENGTH);
    }
  }
  // Only now, for places share names.
  for (const name of names) name.fill(0);
  return count;
}

/**
 * The data of a module, and the addresses at which they begin.
 *
 * @param {Uint8Array} module
 */
function segmentsOf(module) {
  const cursor = section(module, DATA);
  return Array.from({ length: cursor?.number() ?? 0 }, () => {
    if (cursor?.number() !== 0) throw new Error("data without an address");
    const [constant] = cursor.take(1);
    const from = cursor.number();
    const [end] = cursor.take(1);
    if (constant !== I32_CONST || end !== END) throw new Error("the address of data is no constant");
    return { from, data: cursor.take(cursor.number()) };
  });
}

/** Instructions of which an address consists. */
const I32_CONST = 0x41;
const END = 0x0b;
