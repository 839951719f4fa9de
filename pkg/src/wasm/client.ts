// The build takes "client-module.file.ts" in its place for hosts that compile the file themselves.
import { clientModule } from "./client-module.inline.js";
import { instantiate } from "./instantiate.js";

/** The exports of src/wasm/client.rs, which says what each takes and gives. They take and give numbers only. */
export interface ClientWasm {
  readonly memory: WebAssembly.Memory;
  readonly i: () => number;
  readonly o: () => number;
  readonly s: () => number;
  readonly answer: (table: number, length: number, status: number, flags: number) => number;
  readonly lifetimes: (expiresIn: number, expiresAt: number, now: number, sent: number) => void;
  readonly draw: (length: number) => number;
  readonly request: (length: number, flags: number) => number;
  readonly callback: (length: number, hasIss: number) => number;
  readonly id_token: (length: number, flags: number, now: bigint, tolerance: bigint, maxAge: bigint) => number;
  readonly challenge: (length: number) => number;
  readonly address: (length: number, least: number) => number;
}

/**
 * Starts the client's WebAssembly module. It needs nothing of its host. wasm-bindgen lets it import one function, which
 * would make a table of JavaScript values; the exports pass none, so the function does nothing.
 *
 * @throws {WasmUnavailableError} where WebAssembly is missing or may not be compiled
 */
export function clientWasm(): ClientWasm {
  return instantiate(clientModule, [() => {}]) as never;
}
