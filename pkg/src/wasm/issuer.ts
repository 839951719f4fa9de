import type * as api from "../../generated/issuer/eiam_token.js";
import { makeGlue } from "../../generated/issuer/glue.js";
import { instantiate } from "./instantiate.js";
// The build takes "issuer-module.file.ts" in its place for hosts that compile the file themselves.
import { issuerModule } from "./issuer-module.inline.js";

let started: typeof api | undefined;

/** The issuer's WebAssembly, started on the first call. */
export function issuerWasm(): typeof api {
  return (started ??= start());
}

function start(): typeof api {
  const glue = makeGlue();
  const exports = instantiate(issuerModule, { "./eiam_token_bg.js": glue as object as WebAssembly.ModuleImports });
  glue.__wbg_set_wasm(exports);
  (exports["__wbindgen_start"] as () => void)();
  return glue;
}
