import module from "../../dist/issuer.wasm";

/** The module as the host compiled it from its own file. */
export function issuerModule(): WebAssembly.Module {
  return module;
}
