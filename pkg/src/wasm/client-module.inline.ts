import text from "../../dist/client.wasm?printable";
import { decodePrintable } from "./printable.js";

/** Compiles the module that travels inside the bundle. */
export function clientModule(): WebAssembly.Module {
  return new WebAssembly.Module(decodePrintable(text));
}
