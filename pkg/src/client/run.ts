import { clientWasm } from "../wasm/client.js";

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();

/** The module's memory, seen until it grows. */
let memory: Uint8Array = /* @__PURE__ */ new Uint8Array();

/**
 * Runs one operation: writes its input to where the module reads it, and reads its results from where
 * the module wrote them.
 *
 * @param fields with U+0000 between them
 * @param octets an answer's body, or randomness
 */
export function run(operation: number, fields: string, octets: Uint8Array | string = ""): string {
  const wasm = clientWasm();
  // No character of a string takes more than three octets.
  const space = fields.length * 3 + octets.length * (typeof octets === "string" ? 3 : 1);
  const start = wasm.input(space);
  const fieldsLength = write(fields, wasm.memory, start);
  const octetsLength = write(octets, wasm.memory, start + fieldsLength);
  const length = wasm.run(operation, fieldsLength, octetsLength);
  const results = wasm.output();
  return decoder.decode(seen(wasm.memory).subarray(results, results + length));
}

function write(content: Uint8Array | string, to: WebAssembly.Memory, at: number): number {
  const octets = seen(to);
  if (typeof content !== "string") {
    octets.set(content, at);
    return content.length;
  }
  let length = 0;
  // Most fields are short, and a call of the encoder is not.
  while (length < content.length && length < 128) {
    const code = content.charCodeAt(length);
    if (code > 127) break;
    octets[at + length++] = code;
  }
  if (length === content.length) return length;
  return length + encoder.encodeInto(content.slice(length), octets.subarray(at + length)).written;
}

function seen({ buffer }: WebAssembly.Memory): Uint8Array {
  if (memory.buffer !== buffer) memory = new Uint8Array(buffer);
  return memory;
}
