/**
 * Carries text to the WebAssembly module and back. The module's memory does not grow, so that it is seen once. Its
 * operations take and give numbers: lengths, failures, and for an answer the places of its members.
 *
 * Everything here is synchronous. What a call leaves in memory is read before the next call, and wiped.
 *
 * @module
 */

import type { EiamTokenError } from "../errors.js";
import { type ClientWasm, clientWasm } from "../wasm/client.js";
import type { HttpResponse } from "./answer.js";
import { failureOf } from "./failure.js";
import { SLOTS, WORDS } from "./generated/tables.js";
import { invalid } from "./invalid.js";

/** A value that crosses as text; what is missing is empty. */
export type Value = string | number | bigint | boolean | null | undefined;

/** What stands behind each value: no parameter of OAuth may have it (RFC 6749 appendix A). */
const END = "\0";

const encoder = /* @__PURE__ */ new TextEncoder();
/** A byte order mark is a character like any other here: without it, a text would be another one. */
export const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** Where the module reads. */
export let input: Uint8Array;

/** Where the module writes texts. */
let output: Uint8Array;

/** Where the module writes what it found of members: four numbers for each. */
export let slots: Uint32Array;

/** The same, as seconds: the first of the two numbers of each. */
export let longs: BigInt64Array;

let wasm: ClientWasm | undefined;

/** The module, which the first call starts. */
export function core(): ClientWasm {
  if (!wasm) {
    wasm = clientWasm();
    const { buffer } = wasm.memory;
    const [from, to] = [wasm.i(), wasm.o()];
    input = new Uint8Array(buffer, from, to - from);
    output = new Uint8Array(buffer, to, to - from);
    slots = new Uint32Array(buffer, wasm.s(), SLOTS * 4);
    longs = new BigInt64Array(buffer, wasm.s(), SLOTS * 2);
  }
  return wasm;
}

/**
 * Writes to the input, as much as there is room for.
 *
 * @returns how many octets it wrote
 */
export function write(content: string | Uint8Array, at = 0): number {
  core();
  if (typeof content !== "string") {
    const octets = content.subarray(0, input.length - at);
    input.set(octets, at);
    return octets.length;
  }
  // Most texts are short and ASCII, and a call of the encoder costs more than they do.
  let length = 0;
  if (content.length < SHORT) {
    while (length < content.length && content.charCodeAt(length) < 128)
      input[at + length] = content.charCodeAt(length++);
  }
  return length === content.length ? length : encoder.encodeInto(content, input.subarray(at)).written;
}

const SHORT = 128;

/**
 * A value, and its end.
 *
 * @throws {InvalidArgumentError} which names it, if it cannot be sent
 */
export function ended(value: Value, name: string): string {
  if (value === undefined || value === null || value === false) return END;
  if (/^(object|function|symbol)$/.test(typeof value)) {
    throw invalid(name, "not a string");
  }
  const text = String(value);
  if (text.includes(END)) throw invalid(name, "has the character U+0000");
  return text + END;
}

/**
 * Does an operation that takes values and gives texts.
 *
 * @param values each with its end
 * @param operation gets how long they are
 * @param octets what precedes the values
 * @param texts what decodes the texts; a strict one throws a `TypeError`
 * @throws the failure, if it fails
 */
export function call(
  values: string,
  operation: (length: number) => number,
  octets?: Uint8Array,
  texts = decoder,
): string[] {
  const before = octets ? write(octets) : 0;
  const length = before + write(values, before);
  try {
    // Whoever writes to the end of the input may not have written all.
    if (length + 3 > input.length) throw tooLong();
    const result = operation(length);
    if (!isFailure(result)) return textsOf(result, texts);
    // Only what has no room is without words.
    if (result & WORDS) throw failureAt(result);
    output.fill(0);
    throw tooLong();
  } finally {
    input.fill(0, 0, length);
  }
}

function tooLong(): EiamTokenError {
  return invalid("parameters", "longer than a request may be");
}

/** The failure that a number stands for, with the words that the operation wrote. */
export function failureAt(result: number, response?: HttpResponse): EiamTokenError {
  return failureOf(result, textsOf(result & WORDS), response);
}

function textsOf(length: number, by = decoder): string[] {
  try {
    return by.decode(output.subarray(0, length)).split(END);
  } finally {
    output.fill(0, 0, length);
  }
}

/** Whether the number that an operation gave stands for a failure. */
export function isFailure(result: number): boolean {
  return result < 0;
}
