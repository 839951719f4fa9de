import type * as api from "../../generated/client/eiam_token.js";
import { makeGlue } from "../../generated/client/glue.js";
// The build takes "client-module.file.ts" in its place for hosts that compile the file themselves.
import { clientModule } from "./client-module.inline.js";
import { instantiate } from "./instantiate.js";

let started: (typeof api & { readonly memory: WebAssembly.Memory }) | undefined;

/** The client's WebAssembly, started on the first call. */
export function clientWasm(): NonNullable<typeof started> {
  return (started ??= instantiate(makeGlue, clientModule));
}
