import type * as api from "../../generated/client/eiam_token.js";
import * as glue from "../../generated/client/eiam_token_bg.js";
// The build takes "client-module.file.ts" in its place for hosts that compile the file themselves.
import { clientModule } from "./client-module.inline.js";
import { instantiate } from "./instantiate.js";

let started = false;

/** The client's WebAssembly, started on the first call. */
export function clientWasm(): typeof api {
  if (!started) {
    instantiate(glue, clientModule);
    started = true;
  }
  return glue;
}
