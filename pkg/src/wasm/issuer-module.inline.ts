import text from "../../dist/issuer.wasm?printable";
import { decodePrintable } from "./printable.js";

/** Compiles the module that travels inside the bundle. */
export function issuerModule(): WebAssembly.Module {
  return new WebAssembly.Module(decodePrintable(text));
}
