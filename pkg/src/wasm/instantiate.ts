import { WasmUnavailableError } from "../errors.js";

/** Wasm-bindgen's glue: what a module imports, and a setter for what it exports. */
export interface Glue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/**
 * Compiles a module and connects it to its glue, at once and synchronously.
 *
 * @throws {WasmUnavailableError} where WebAssembly is missing or may not be compiled
 */
export function instantiate<G extends Glue>(
  makeGlue: () => G,
  compile: () => WebAssembly.Module,
): G & { readonly memory: WebAssembly.Memory } {
  if (typeof WebAssembly === "undefined") {
    throw new WasmUnavailableError(
      "WebAssembly is missing here. Some hardened browsers switch it off; allow it for this site.",
    );
  }
  const glue = makeGlue();
  let instance;
  try {
    const imports: object = glue;
    instance = new WebAssembly.Instance(compile(), {
      "./eiam_token_bg.js": imports as WebAssembly.ModuleImports,
    });
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
  return Object.assign(glue, { memory: instance.exports["memory"] as WebAssembly.Memory });
}
