import { EiamTokenError } from "../errors.js";
import { issuerWasm } from "../wasm/issuer.js";
import { IssuerConfigError, IssuerSnapshotError } from "./errors.js";

type Wasm = ReturnType<typeof issuerWasm>;

/**
 * Calls a function of the WebAssembly module.
 *
 * @throws the error of this package that belongs to what the module threw
 */
export function call<T>(body: (wasm: Wasm) => T): T {
  const wasm = issuerWasm();
  try {
    return body(wasm);
  } catch (thrown) {
    throw translate(thrown);
  }
}

/** Does the same for a function that returns a promise. */
export async function callAsync<T>(body: (wasm: Wasm) => Promise<T>): Promise<T> {
  const wasm = issuerWasm();
  try {
    return await body(wasm);
  } catch (thrown) {
    throw translate(thrown);
  }
}

/** The module throws an `Error` with `code` and perhaps `path`: see src/wasm/issuer/error.rs. */
function translate(thrown: unknown): unknown {
  if (thrown instanceof EiamTokenError || !(thrown instanceof Error)) return thrown;
  const { message, code, path } = thrown as Error & { code?: unknown; path?: string };
  switch (code) {
    case "invalid_config":
      return new IssuerConfigError(message, path ?? "");
    case "invalid_snapshot":
      return new IssuerSnapshotError(message);
    case "invalid_argument":
    case "not_supported":
    case "internal":
      return new EiamTokenError(code, message);
    default:
      // Errors of the host: a broken stream, a key that cannot sign, a clock that throws.
      return thrown;
  }
}
