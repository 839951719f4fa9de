/**
 * Carries text to the WebAssembly module and back. The module's memory never grows, so that views of it are made only
 * once. Its operations take and give numbers: lengths, failures, and for an answer the places of its members.
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

/** A value that is passed to the module as text; one that is missing, or `false`, is passed as an empty text. */
export type Value = string | number | bigint | boolean | null | undefined;

/** The character behind each value. No parameter of OAuth may have it (RFC 6749 appendix A). */
const END = "\0";

const encoder = /* @__PURE__ */ new TextEncoder();

/** A byte order mark is a character like any other here: without it, a text would be another one. */
export const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** Where the module reads. */
export let input: Uint8Array;

/** Where the module writes texts. */
let output: Uint8Array;

/** Where the module writes what it found of members, as four numbers for each: see `src/rules/slot.rs`. */
export let slots: Uint32Array;

/** The same memory as two numbers for each member, of which the first one is its seconds. */
export let longs: BigInt64Array;

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
    const [from, to] = [wasm.i(), wasm.o()];
    input = new Uint8Array(buffer, from, to - from);
    output = new Uint8Array(buffer, to, to - from);
    slots = new Uint32Array(buffer, wasm.s(), SLOTS * 4);
    longs = new BigInt64Array(buffer, wasm.s(), SLOTS * 2);
  }
  return wasm;
}

/**
 * Writes to the input at the place `at`, as much as there is room for. A caller that fills the input has to refuse the
 * content, because its end may be missing.
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

/** The length from which the encoder is faster than the loop. */
const SHORT = 128;

/**
 * A value as text, with {@link END} behind it.
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
 * Calls an operation of the module that takes values and gives texts.
 *
 * @param values the values, each with its end: see {@link ended}
 * @param operation calls the module, and gets the length of its input
 * @param octets octets that stand before the values
 * @param texts decodes the texts; a strict decoder throws a `TypeError`
 * @throws {InvalidArgumentError} if the values are longer than the input
 * @throws {EiamTokenError} the failure of the operation
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
    // A character that does not fit is left out with all that follows, so an input that is nearly full may be incomplete.
    if (length + 4 > input.length) throw tooLong();
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

/** The texts of the output, which it wipes. */
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
