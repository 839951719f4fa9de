import { WasmUnavailableError } from "../errors.js";

/**
 * Compiles a module and starts it, at once and synchronously.
 *
 * @param imports what wasm-bindgen's glue gives to the module
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
      "WebAssembly is missing, or may not be compiled here: a Content-Security-Policy needs 'wasm-unsafe-eval' in " +
        'script-src, a host such as Cloudflare Workers a bundler that follows the condition "workerd".',
      { cause },
    );
  }
}
