import { WasmUnavailableError } from "../errors.js";

/**
 * Compiles a module and starts it, at once and synchronously.
 *
 * @param compile compiles the module
 * @param imports what the module imports, if it does
 * @throws {WasmUnavailableError} where WebAssembly is missing or may not be compiled
 */
export function instantiate(compile: () => WebAssembly.Module, imports?: WebAssembly.Imports): WebAssembly.Exports {
  try {
    return new WebAssembly.Instance(compile(), imports).exports;
  } catch (cause) {
    throw new WasmUnavailableError(
      `WebAssembly cannot start: a Content-Security-Policy needs 'wasm-unsafe-eval', and Cloudflare a bundler with the condition "workerd"`,
      { cause },
    );
  }
}
