import {
  CallbackError,
  DeviceFlowError,
  EiamTokenError,
  GatewayError,
  InvalidArgumentError,
  MalformedResponseError,
  NotSupportedError,
  OAuthError,
  ResponseError,
} from "../errors.js";
import { clientWasm } from "../wasm/client.js";

type Wasm = ReturnType<typeof clientWasm>;

/** Calls into WebAssembly; what it throws becomes an error of this package. */
export function call<T>(body: (wasm: Wasm) => T): T {
  const wasm = clientWasm();
  try {
    return body(wasm);
  } catch (thrown) {
    throw translate(thrown);
  }
}

function translate(thrown: unknown): unknown {
  // A failure is a flat array: see src/wasm/client/values.rs.
  if (!Array.isArray(thrown)) return notOurs(thrown);
  const [code, message, what, description, uri, requestId, status, retryAfter] = thrown;
  switch (code) {
    case "oauth_error":
      return new OAuthError(message, {
        error: what,
        description,
        uri,
        requestId,
        status,
        retryAfter,
      });
    case "gateway_error":
      return new GatewayError(message, { error: what, description, requestId, status, retryAfter });
    case "http_error":
      return new ResponseError(code, message, status, retryAfter);
    case "malformed_response":
      return new MalformedResponseError(message, what, description, status);
    case "invalid_callback":
      return new CallbackError(message, what);
    case "invalid_argument":
      return new InvalidArgumentError(message, camelCase(what));
    case "not_supported":
      return new NotSupportedError(message, what);
    case "device_denied":
    case "device_expired":
      return new DeviceFlowError(code, message);
    default:
      return new EiamTokenError("internal", message);
  }
}

function notOurs(thrown: unknown): unknown {
  if (typeof thrown === "string") return new EiamTokenError("internal", thrown);
  // What wasm-bindgen's glue says of an object whose memory was given back.
  if (thrown instanceof Error && thrown.message.startsWith("null pointer")) {
    return new InvalidArgumentError("the client was freed", "client");
  }
  return thrown;
}

/** `token_endpoint` as JavaScript spells it: `tokenEndpoint`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `tokenEndpoint` as the RFCs spell it: `token_endpoint`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
