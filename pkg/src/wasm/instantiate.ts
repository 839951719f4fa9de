import { WasmUnavailableError } from "../errors.js";

/**
 * Compiles a module and starts it, at once and synchronously.
 *
 * @param compile compiles the module
 * @param imports the functions that the module imports from wasm-bindgen's glue
 * @throws {WasmUnavailableError} where WebAssembly is missing or may not be compiled
 */
export function instantiate(compile: () => WebAssembly.Module, imports: object): WebAssembly.Exports {
  try {
    const instance = new WebAssembly.Instance(compile(), {
      "./eiam_token_bg.js": imports as WebAssembly.ModuleImports,
    });
    return instance.exports;
  } catch (cause) {
    throw new WasmUnavailableError(
      `WebAssembly cannot start: a Content-Security-Policy needs 'wasm-unsafe-eval', and Cloudflare a bundler with the condition "workerd"`,
      { cause },
    );
  }
}
