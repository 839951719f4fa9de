import { EiamTokenError } from "../errors.js";
import type { HostResponse } from "../issuer/host-types.js";

/** What a refusal says to the client, as OAuth's codes (RFC 6750 section 3.1, RFC 9449 section 7.1, RFC 9470 section 3). */
export type RefusalCode =
  | "invalid_request"
  | "invalid_token"
  | "insufficient_scope"
  | "insufficient_user_authentication"
  | "invalid_dpop_proof"
  | "use_dpop_nonce";

/** How a request is refused: a status, and header fields that say why. */
export interface Refusal {
  /** The status: 400, 401 or 403. */
  readonly status: number;
  /** OAuth's code; `undefined` if the request has no token at all. */
  readonly error: RefusalCode | undefined;
  /** What is wrong, for developers. It contains nothing of the token. */
  readonly description: string | undefined;
  /** The header fields of the answer: `WWW-Authenticate`, and `DPoP-Nonce` where a nonce is needed. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A request is refused because of its access token. Answer with {@link AccessTokenRefusedError.toResponse}, or with
 * `status` and `headers` where the host has no `Response`. Other errors of this entry mean that the token could not be
 * checked: answer them with 503.
 */
export class AccessTokenRefusedError extends EiamTokenError implements Refusal {
  /** The status: 400, 401 or 403. */
  declare readonly status: number;
  /** OAuth's code; `undefined` if the request has no token at all. */
  declare readonly error: RefusalCode | undefined;
  /** What is wrong, for developers. It contains nothing of the token. */
  declare readonly description: string | undefined;
  /** The header fields of the answer: `WWW-Authenticate`, and `DPoP-Nonce` where a nonce is needed. */
  declare readonly headers: Readonly<Record<string, string>>;

  constructor({ status, error, description, headers }: Refusal) {
    const more = { status, error, description, headers };
    super("access_token_refused", description ?? "the request has no access token", more, "AccessTokenRefusedError");
  }

  /** The body of the answer as JSON text: OAuth's members `error` and `error_description`. */
  get body(): string {
    return JSON.stringify({ error: this.error, error_description: this.description });
  }

  /** The answer, for hosts of the web. */
  toResponse(): HostResponse {
    const headers = { ...this.headers, "content-type": "application/json", "cache-control": "no-store" };
    return new Response(this.body, { status: this.status, headers });
  }
}

/**
 * What is wrong with a token or its request, before it is known how the answer says so.
 *
 * @internal
 */
export class Fault extends Error {
  readonly error: RefusalCode | undefined;
  readonly description: string | undefined;
  /** Header fields of the answer. */
  readonly more: Readonly<Record<string, string>>;

  constructor(error: RefusalCode | undefined, description?: string, more: Readonly<Record<string, string>> = {}) {
    super(description);
    this.error = error;
    this.description = description;
    this.more = more;
  }
}

/** The fault of a token that does not count. @internal */
export function invalidToken(description: string): Fault {
  return new Fault("invalid_token", description);
}
