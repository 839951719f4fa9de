import type * as api from "../../generated/issuer/eiam_token.js";
import * as glue from "../../generated/issuer/eiam_token_bg.js";
// The build takes "issuer-module.file.ts" in its place for hosts that compile the file themselves.
import { issuerModule } from "./issuer-module.inline.js";
import { instantiate } from "./instantiate.js";

let started = false;

/** The issuer's WebAssembly, started on the first call. */
export function issuerWasm(): typeof api {
  if (!started) {
    instantiate(glue, issuerModule);
    started = true;
  }
  return glue;
}
