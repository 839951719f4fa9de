/**
 * Carries text to the WebAssembly module and back. The module's memory never grows, so that views of it are made only
 * once. Its operations take and give numbers: lengths, failures, and for an answer the places of its members.
 *
 * Everything here is synchronous. What a call leaves in memory is read before the next call, and wiped.
 *
 * @module
 */

import { type ClientWasm, clientWasm } from "../wasm/client.js";
import { LONGEST, OUT, REFUSAL_ANSWER, SLOTS, TABLE } from "./generated/tables.js";
import { invalid } from "./invalid.js";

/** A value of a parameter; one that is missing, or `false`, counts as an empty text. */
export type Value = string | number | bigint | boolean | null | undefined;

const encoder = /* @__PURE__ */ new TextEncoder();

/** A byte order mark is a character like any other here: without it, a text would be another one. */
export const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** Where the module reads. */
export let input: Uint8Array<ArrayBuffer>;

/** Where the module reads which members are wanted. */
let tables: Uint8Array;

/** The table that is there. */
let held = "";

/** The octets of the tables that were there. */
const encoded: Record<string, Uint8Array> = {};

/** Where the module writes a text. */
let output: Uint8Array;

/** Where the module writes what it found of members, as four numbers for each: see `src/rules/slot.rs`. */
export let slots: Uint32Array;

let wasm: ClientWasm | undefined;

/**
 * The module, which the first call starts.
 *
 * @throws {WasmUnavailableError} if WebAssembly is missing or may not be compiled
 */
export function core(): ClientWasm {
  if (!wasm) {
    wasm = clientWasm();
    const { buffer } = wasm.memory;
    let at = wasm.m();
    slots = new Uint32Array(buffer, at, SLOTS * 4);
    output = new Uint8Array(buffer, (at += SLOTS * 16), OUT);
    tables = new Uint8Array(buffer, (at += OUT), TABLE);
    // By the room for one more character than is allowed, the module sees that a text is longer.
    input = new Uint8Array(buffer, at + TABLE, LONGEST + 4);
  }
  return wasm;
}

/**
 * Writes to the input, as much as there is room for. The module refuses what fills it.
 *
 * @returns how many octets it wrote
 */
export function write(content: string | Uint8Array): number {
  if (typeof content !== "string") {
    const octets = content.subarray(0, input.length);
    input.set(octets);
    return octets.length;
  }
  return encoder.encodeInto(content, input).written;
}

/**
 * Lets the module scan the JSON text of `length` octets in the input, and note in the slots where its members are, and
 * behind them those of a refusal.
 *
 * @param table the wanted members, from `generated/tables.ts`
 * @returns 0, or the number of the reason why the text is no JSON object
 */
export function scan(table: string, length: number): number {
  // Most calls want what the one before them did.
  if (held !== table) tables.set((encoded[(held = table)] ??= encoder.encode(table + REFUSAL_ANSWER)));
  return wasm!.scan(table.length + REFUSAL_ANSWER.length, length);
}

/** The text of this length that the module has written. It wipes the text. */
export function written(length: number): string {
  try {
    return decoder.decode(output.subarray(0, length));
  } finally {
    output.fill(0);
  }
}

/**
 * The octets of a text in base64url without padding, each of which has exactly one such text. They are a view of the input:
 * who reads them wipes them.
 *
 * @returns `undefined` for any other text, and for one that is longer than the input
 */
export function decoded(base64url: string): Uint8Array<ArrayBuffer> | undefined {
  const wasm = core();
  const length = base64url.length < input.length ? wasm.decode(write(base64url)) : -1;
  return length < 0 ? undefined : input.subarray(0, length);
}

/** The first `octets` of a text's SHA-256, in base64url. */
export function hash(text: string, octets: number): string {
  core();
  const length = write(text);
  wasm!.hash(length, octets);
  input.fill(0, 0, length);
  return written(Math.ceil((octets * 4) / 3));
}

/**
 * A value as text.
 *
 * @param name the name of the value, for the error
 * @throws {InvalidArgumentError} if it is an object, or has U+0000, which no parameter of OAuth may have (RFC 6749
 *   appendix A)
 */
export function textOf(value: Value, name: string): string {
  if (value === undefined || value === null || value === false) return "";
  if (typeof value !== "string" && /^(object|function|symbol)$/.test(typeof value)) throw invalid(name, "not a string");
  const text = String(value);
  if (text.includes("\0")) throw invalid(name, "has the character U+0000");
  return text;
}
