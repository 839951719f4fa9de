import module from "../../dist/client.wasm";

/** The module as the host compiled it from its own file. */
export function clientModule(): WebAssembly.Module {
  return module;
}
