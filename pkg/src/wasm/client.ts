// The build takes "client-module.file.ts" in its place for hosts that compile the file themselves.
import { clientModule } from "./client-module.inline.js";
import { instantiate } from "./instantiate.js";

/** The exports of src/wasm/client.rs, which says what each takes and gives. They take and give numbers only. */
export interface ClientWasm {
  readonly memory: WebAssembly.Memory;
  readonly m: () => number;
  readonly scan: (table: number, length: number) => number;
  readonly decode: (length: number) => number;
  readonly pkce: () => void;
  readonly hash: (length: number, octets: number) => void;
}

/**
 * Starts the client's WebAssembly module. It needs nothing of its host: the build leaves out what only wasm-bindgen would
 * import.
 *
 * @throws {WasmUnavailableError} where WebAssembly is missing or may not be compiled
 */
export function clientWasm(): ClientWasm {
  return instantiate(clientModule) as never;
}
