import { WasmUnavailableError } from "../errors.js";

/** Wasm-bindgen's glue: what the module imports, and where it looks for the module's exports. */
export interface Glue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/**
 * Compiles a module and connects it to its glue, at once and synchronously.
 *
 * @throws {WasmUnavailableError} where WebAssembly is missing or may not be compiled
 */
export function instantiate(glue: Glue, compile: () => WebAssembly.Module): void {
  if (typeof WebAssembly === "undefined") {
    throw new WasmUnavailableError(
      "WebAssembly is missing here. Some hardened browsers switch it off; allow it for this site.",
    );
  }
  let instance;
  try {
    const imports = { "./eiam_token_bg.js": { ...glue } };
    instance = new WebAssembly.Instance(compile(), imports);
  } catch (cause) {
    throw new WasmUnavailableError(
      "WebAssembly could not be started here. A page with a Content-Security-Policy needs " +
        "'wasm-unsafe-eval' in its script-src; a host that forbids compiling, as Cloudflare " +
        'Workers do, needs a bundler that follows the condition "workerd".',
      { cause },
    );
  }
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
}
