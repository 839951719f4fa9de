/**
 * The errors of this package. Distinguish them by class, or by {@link EiamTokenError.code}, which is stable;
 * messages are for people and may change. No message, cause or property contains your secrets, codes, verifiers or
 * tokens; `description` is the server's own text.
 *
 * @module
 */

/** The stable code of an error, in one word. */
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
  | "device_denied"
  | "device_expired"
  | "popup_blocked"
  | "popup_closed"
  | "login_required"
  | "resource_refused"
  | "try_later"
  | "invalid_config"
  | "invalid_snapshot"
  | "storage_error"
  | "listener_error"
  | "access_token_refused"
  | "wasm_unavailable"
  | "internal";

/** The base class of all errors thrown by this package. */
export class EiamTokenError extends Error {
  /** The stable code of this error, in one word. */
  declare readonly code: EiamTokenErrorCode;

  /**
   * What the options have becomes properties of the error; only `cause` is not enumerable, because `super` has defined it.
   * `name` is a string, because minifiers rename classes.
   */
  constructor(
    code: EiamTokenErrorCode,
    message: string,
    options: { cause?: unknown } | object = {},
    name = "EiamTokenError",
  ) {
    super(message, options);
    Object.defineProperty(this, "name", { value: name });
    Object.assign(this, { code }, options);
  }
}

/** WebAssembly is missing, or the host forbids compiling it. The message says what to change. */
export class WasmUnavailableError extends EiamTokenError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("wasm_unavailable", message, options, "WasmUnavailableError");
  }
}

/** An argument is wrong; `argument` names it. */
export class InvalidArgumentError extends EiamTokenError {
  /** The name of the argument. */
  declare readonly argument: string;

  constructor(message: string, argument: string) {
    super("invalid_argument", message, { argument }, "InvalidArgumentError");
  }
}

/** A callback does not belong to the request, or is not a callback. `parameter` names what is wrong. */
export class CallbackError extends EiamTokenError {
  /** The parameter that is wrong: `state`, `iss`, `code`, … */
  declare readonly parameter: string;

  constructor(message: string, parameter: string) {
    super("invalid_callback", message, { parameter }, "CallbackError");
  }
}

/**
 * A place where the application keeps something failed: `localStorage`, IndexedDB or a store of your own. `cause` is
 * its own error, such as a `QuotaExceededError` or a `SecurityError`.
 */
export class StorageError extends EiamTokenError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("storage_error", message, options, "StorageError");
  }
}

/** The server does not have the endpoint, or the host does not have the function, that `endpoint` names. */
export class NotSupportedError extends EiamTokenError {
  /** The name of the endpoint in the server's metadata, such as `revocation_endpoint`, or `crypto.subtle`, `fetch`. */
  declare readonly endpoint: string;

  constructor(message: string, endpoint: string) {
    super("not_supported", message, { endpoint }, "NotSupportedError");
  }
}

/** No response came: the connection failed (`network_error`) or took too long (`timeout`). */
export class ConnectionError extends EiamTokenError {
  constructor(code: "network_error" | "timeout", message: string, options?: { cause?: unknown }) {
    super(code, message, options, "ConnectionError");
  }
}

/** The server responded with an error. The subclasses say which kind it is. */
export class ResponseError extends EiamTokenError {
  /** The HTTP status code; `undefined` for an error in a callback. */
  declare readonly status: number | undefined;
  /** How many milliseconds to wait before the next try, if the response says so. */
  declare readonly retryAfter: number | undefined;

  constructor(
    code: EiamTokenErrorCode,
    message: string,
    status: number | undefined,
    retryAfter?: number,
    more?: object,
    name = "ResponseError",
  ) {
    super(code, message, { status, retryAfter, ...more }, name);
  }
}

/** The server refused with an OAuth error (RFC 6749 sections 4.1.2.1 and 5.2). */
export class OAuthError extends ResponseError {
  /** The OAuth error code, such as `invalid_grant`. */
  declare readonly error: string;
  /** `error_description`: the server's own text. */
  declare readonly description: string | undefined;
  /** `error_uri`: the URL of a page about the error. */
  declare readonly uri: string | undefined;
  /** `request_id`: the id by which the service's support finds the request. */
  declare readonly requestId: string | undefined;

  constructor(
    message: string,
    fields: {
      error: string;
      description?: string | undefined;
      uri?: string | undefined;
      requestId?: string | undefined;
      status?: number | undefined;
      retryAfter?: number | undefined;
    },
  ) {
    super("oauth_error", message, undefined, undefined, fields, "OAuthError");
  }
}

/** Alibaba Cloud's gateway refused the request (`Code`, `Message`, `RequestId`). */
export class GatewayError extends ResponseError {
  /** The gateway's `Code`, such as `Throttling.Api`. */
  declare readonly error: string;
  /** The gateway's `Message`. */
  declare readonly description: string | undefined;
  /** `RequestId`: the id by which the service's support finds the request. */
  declare readonly requestId: string | undefined;

  constructor(
    message: string,
    fields: {
      error: string;
      description?: string | undefined;
      requestId?: string | undefined;
      status: number | undefined;
      retryAfter?: number | undefined;
    },
  ) {
    super("gateway_error", message, undefined, undefined, fields, "GatewayError");
  }
}

/** A response violates the protocol. `path` says where, and `reason` says why. */
export class MalformedResponseError extends ResponseError {
  /** The member that is wrong, such as `$.expires_in`; `$` is the whole response. */
  declare readonly path: string;
  /** What is wrong with it. The reason never contains the value. */
  declare readonly reason: string;
  /**
   * The new refresh token that a refused response to a refresh brought: keep it, because the server no longer accepts
   * the former (RFC 9700 section 4.14.2). Consoles and JSON do not show it.
   */
  declare readonly refreshToken?: string | undefined;

  constructor(message: string, path: string, reason: string, status: number | undefined) {
    super("malformed_response", message, status, undefined, { path, reason }, "MalformedResponseError");
  }
}

/** The device flow ended without tokens, because the user refused or the code expired. */
export class DeviceFlowError extends EiamTokenError {
  constructor(code: "device_denied" | "device_expired", message: string) {
    super(code, message, {}, "DeviceFlowError");
  }
}

/**
 * A session has no valid token. `login_required` means that the user has to sign in again, `try_later` that the token
 * could not be refreshed, and `resource_refused` that the server gives none for the resource; `cause` says why.
 */
export class SessionError extends EiamTokenError {
  constructor(
    code: "login_required" | "try_later" | "resource_refused",
    message: string,
    options?: { cause?: unknown },
  ) {
    super(code, message, options, "SessionError");
  }
}

/** A pop-up could not be opened (`popup_blocked`), or was closed too early (`popup_closed`). */
export class PopUpError extends EiamTokenError {
  constructor(code: "popup_blocked" | "popup_closed", message: string) {
    super(code, message, {}, "PopUpError");
  }
}
