import { readFileSync, writeFileSync } from "node:fs";
import { byLikeness } from "./likeness.mjs";
import { CODE, section } from "./sections.mjs";

/**
 * So far back a compressor looks for what it repeats: "deflate", with which packages and most responses are
 * compressed, has this window.
 */
const WINDOW = 32 * 1024;

/** So many octets at a place of a function are compared with those at another. */
const PIECE = 6;

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
  for (const index of byLikeness(bodies, { piece: PIECE, window: WINDOW, fixed: SHORT - (all.length - own.length) })) {
    const info = own[index];
    if (info) module.addFunction(info.name, info.params, info.results, info.vars, info.body);
  }
  writeFileSync(file, module.emitBinary());
  module.dispose();
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
