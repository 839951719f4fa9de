import { readFileSync, writeFileSync } from "node:fs";
import { CODE, section } from "./sections.mjs";

/**
 * So far back a compressor looks for what it repeats: "deflate", with which packages and most responses are
 * compressed, has this window.
 */
const WINDOW = 32 * 1024;

/** So many octets at a place of a function are compared with those at another. */
const PIECE = 6;

/** Pieces that a function has too few of count as so many more, or the tiniest functions would always be alike. */
const FEW = 4;

/** So many functions of a module, with those of the host, have numbers of one octet. */
const SHORT = 128;

/**
 * Puts functions that are alike near each other, so that the module is smaller where it is compressed. What the module
 * does and how fast stays as it is. The same module is always ordered in the same way.
 *
 * @param {string} file a module; its names are left out
 */
export async function order(file) {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(readFileSync(file));
  // Those that are called most come first.
  module.runPasses(["reorder-functions"]);
  const all = Array.from({ length: module.getNumFunctions() }, (_, index) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
  );
  // The bodies of a module are in the order of its functions.
  const own = all.filter((info) => info.module === "");
  const bodies = bodiesOf(module.emitBinary());
  if (bodies.length !== own.length) throw new Error(`${own.length} functions have ${bodies.length} bodies`);
  for (const { name } of own) module.removeFunction(name);
  for (const index of byLikeness(bodies, SHORT - (all.length - own.length))) {
    const info = own[index];
    if (info) module.addFunction(info.name, info.params, info.results, info.vars, info.body);
  }
  writeFileSync(file, module.emitBinary());
  module.dispose();
}

/**
 * The order of texts in which each is followed by the one of which most was said shortly before. Of texts that are
 * equally alike the first comes first.
 *
 * @param {readonly Uint8Array[]} texts
 * @param {number} fixed so many stay at the beginning, in their order
 * @returns {number[]} their indexes
 */
export function byLikeness(texts, fixed) {
  const all = texts.map((text, index) => ({ index, length: text.length, pieces: piecesOf(text), known: 0 }));
  /** @typedef {(typeof all)[number]} Text `known` is how many of its pieces are in the window */
  /** @type {Map<number, Text[]>} the texts that have a piece */
  const owners = new Map();
  for (const text of all) {
    for (const piece of text.pieces) {
      const others = owners.get(piece);
      if (others) others.push(text);
      else owners.set(piece, [text]);
    }
  }
  /** @type {Map<number, number>} how many texts in the window have a piece */
  const seen = new Map();
  /** @type {(text: Text, by: 1 | -1) => void} */
  const count = ({ pieces }, by) => {
    for (const piece of pieces) {
      const before = seen.get(piece) ?? 0;
      seen.set(piece, before + by);
      if (before !== 0 && before + by !== 0) continue;
      for (const owner of owners.get(piece) ?? []) owner.known += by;
    }
  };
  /** @param {Text} text */
  const likeness = ({ known, pieces }) => known / (pieces.length + FEW);

  const rest = new Set(all);
  /** @type {Text[]} */
  const window = [];
  /** @type {number[]} */
  const ordered = [];
  let size = 0;
  for (const first of all) {
    let [next = first] = rest;
    if (ordered.length >= fixed) {
      for (const text of rest) if (likeness(text) > likeness(next)) next = text;
    }
    rest.delete(next);
    ordered.push(next.index);
    window.push(next);
    count(next, 1);
    size += next.length;
    while (size > WINDOW && window.length > 1) {
      const oldest = window.shift() ?? next;
      count(oldest, -1);
      size -= oldest.length;
    }
  }
  return ordered;
}

/**
 * The different pieces of a text, as hashes (FNV-1a).
 *
 * @param {Uint8Array} text
 */
function piecesOf(text) {
  const pieces = new Set();
  for (let start = 0; start + PIECE <= text.length; start += 1) {
    let hash = 0x811c9dc5;
    for (const octet of text.subarray(start, start + PIECE)) hash = Math.imul(hash ^ octet, 0x01000193);
    pieces.add(hash);
  }
  return [...pieces];
}

/**
 * The bodies of a module's functions, as they are encoded.
 *
 * @param {Uint8Array} module
 */
function bodiesOf(module) {
  const cursor = section(module, CODE);
  return Array.from({ length: cursor?.number() ?? 0 }, () => cursor?.take(cursor.number()) ?? new Uint8Array());
}
