/**
 * Every error of this package. Catch by class, or by {@link EiamTokenError.code}, which is stable;
 * messages are for people and may change. No message, cause or property holds a secret, a code,
 * a verifier or a token of yours; `description` is the server's own text.
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
  | "device_denied"
  | "device_expired"
  | "popup_blocked"
  | "popup_closed"
  | "login_required"
  | "try_later"
  | "invalid_config"
  | "invalid_snapshot"
  | "storage_error"
  | "wasm_unavailable"
  | "internal";

/** The base class of all errors thrown by this package. */
export class EiamTokenError extends Error {
  /** What is wrong, in one stable word. */
  readonly code: EiamTokenErrorCode;

  /** `name` is given as text: a minifier renames classes. */
  constructor(
    code: EiamTokenErrorCode,
    message: string,
    { name = "EiamTokenError", ...options }: { cause?: unknown; name?: string } = {},
  ) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, "name", { value: name, enumerable: false });
  }
}

/** WebAssembly is missing or its compilation is forbidden; the message says what to change. */
export class WasmUnavailableError extends EiamTokenError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("wasm_unavailable", message, { ...options, name: "WasmUnavailableError" });
  }
}

/** An argument that no request can be made of; `argument` names it. */
export class InvalidArgumentError extends EiamTokenError {
  /** The argument. */
  readonly argument: string;

  constructor(message: string, argument: string) {
    super("invalid_argument", message, { name: "InvalidArgumentError" });
    this.argument = argument;
  }
}

/** A callback that does not belong to the request, or is none; `parameter` names what is wrong. */
export class CallbackError extends EiamTokenError {
  /** The parameter that is wrong: `state`, `iss`, `code`, … */
  readonly parameter: string;

  constructor(message: string, parameter: string) {
    super("invalid_callback", message, { name: "CallbackError" });
    this.parameter = parameter;
  }
}

/** The server has no such endpoint; `endpoint` is its name in the server's metadata. */
export class NotSupportedError extends EiamTokenError {
  /** The endpoint's name, such as `revocation_endpoint`. */
  readonly endpoint: string;

  constructor(message: string, endpoint: string) {
    super("not_supported", message, { name: "NotSupportedError" });
    this.endpoint = endpoint;
  }
}

/** No answer came: the connection failed (`network_error`) or took too long (`timeout`). */
export class ConnectionError extends EiamTokenError {
  constructor(code: "network_error" | "timeout", message: string, options?: { cause?: unknown }) {
    super(code, message, { ...options, name: "ConnectionError" });
  }
}

/** An answer came, and it was not a success. */
export class ResponseError extends EiamTokenError {
  /** The HTTP status; `undefined` for an error in a callback. */
  readonly status: number | undefined;
  /** The milliseconds to wait before the next try, if the answer says. */
  readonly retryAfter: number | undefined;

  constructor(
    code: EiamTokenErrorCode,
    message: string,
    status: number | undefined,
    retryAfter?: number,
    name = "ResponseError",
  ) {
    super(code, message, { name });
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** The server refused in OAuth's words (RFC 6749 sections 4.1.2.1 and 5.2). */
export class OAuthError extends ResponseError {
  /** OAuth's code, such as `invalid_grant`. */
  readonly error: string;
  /** `error_description`, the server's own text. */
  readonly description: string | undefined;
  /** `error_uri`: a page about the error. */
  readonly uri: string | undefined;
  /** `request_id`: what the service's support asks for. */
  readonly requestId: string | undefined;

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
    super("oauth_error", message, fields.status, fields.retryAfter, "OAuthError");
    this.error = fields.error;
    this.description = fields.description;
    this.uri = fields.uri;
    this.requestId = fields.requestId;
  }
}

/** Alibaba Cloud's gateway refused (`Code`, `Message`, `RequestId`). */
export class GatewayError extends ResponseError {
  /** The gateway's `Code`, such as `Throttling.Api`. */
  readonly error: string;
  /** The gateway's `Message`. */
  readonly description: string | undefined;
  /** `RequestId`: what support asks for. */
  readonly requestId: string | undefined;

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
    super("gateway_error", message, fields.status, fields.retryAfter, "GatewayError");
    this.error = fields.error;
    this.description = fields.description;
    this.requestId = fields.requestId;
  }
}

/** An answer that breaks the protocol; `path` says where, such as `$.expires_in`. */
export class MalformedResponseError extends ResponseError {
  /** What is wrong; `$` is the whole answer. */
  readonly path: string;
  /** Why, without the value. */
  readonly reason: string;

  constructor(message: string, path: string, reason: string, status: number | undefined) {
    super("malformed_response", message, status, undefined, "MalformedResponseError");
    this.path = path;
    this.reason = reason;
  }
}

/** The device flow ended without tokens: the user refused, or the code expired. */
export class DeviceFlowError extends EiamTokenError {
  constructor(code: "device_denied" | "device_expired", message: string) {
    super(code, message, { name: "DeviceFlowError" });
  }
}

/**
 * A session has no token to give: `login_required`, the user has to sign in again; `try_later`, the
 * server could not be asked, and `cause` says why.
 */
export class SessionError extends EiamTokenError {
  constructor(code: "login_required" | "try_later", message: string, options?: { cause?: unknown }) {
    super(code, message, { ...options, name: "SessionError" });
  }
}

/** A pop-up that could not be opened, or that was closed before there was an answer. */
export class PopUpError extends EiamTokenError {
  constructor(code: "popup_blocked" | "popup_closed", message: string) {
    super(code, message, { name: "PopUpError" });
  }
}
