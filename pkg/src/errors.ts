/**
 * Every error of this package. Catch by class, or by {@link EiamTokenError.code}, which is stable;
 * messages are for people and may change. No message, cause or property holds a secret, a code,
 * a verifier or a token.
 *
 * @module
 */

/** What is wrong, in one stable word. */
export type EiamTokenErrorCode =
  | "oauth_error"
  | "gateway_error"
  | "http_error"
  | "malformed_response"
  | "invalid_argument"
  | "invalid_callback"
  | "not_supported"
  | "network_error"
  | "timeout"
  | "aborted"
  | "device_denied"
  | "device_expired"
  | "wasm_unavailable"
  | "internal";

/** The base class of all errors thrown by this package. */
export class EiamTokenError extends Error {
  /** What is wrong, in one stable word. */
  readonly code: EiamTokenErrorCode;

  constructor(code: EiamTokenErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, "name", { value: new.target.name, enumerable: false });
  }
}

/** WebAssembly is missing or its compilation is forbidden; the message says what to change. */
export class WasmUnavailableError extends EiamTokenError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("wasm_unavailable", message, options);
  }
}
