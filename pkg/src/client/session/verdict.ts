import {
  ConnectionError,
  EiamTokenError,
  GatewayError,
  type MalformedResponseError,
  OAuthError,
  ResponseError,
} from "../../errors.js";
import { isTrouble } from "../answer.js";

/**
 * What a failed refresh says about the refresh token:
 *
 * - `dead`: the server will never accept it again.
 * - `doubtful`: the server refused for a reason that nobody can read, or that is not about the token. If it does so
 *   again and again, the user has to sign in.
 * - `passing`: nothing; the same refresh token may work later.
 * - `misuse`: nothing; the request was not sent, and never will be.
 */
export type Verdict = "dead" | "doubtful" | "passing" | "misuse";

/**
 * The names of dead tokens. RFC 6749 section 5.2 knows only `invalid_grant`; others say `bad_refresh_token`,
 * `token_expired`, `invalid_refresh_token`, `TokenRevoked` and the like.
 */
const DEAD =
  /^(?!.*(client|request|type))(?=.*(grant|token|session|refresh|consent))(?=.*(invalid|bad|expired|revoked|inactive|not_?active|ended|terminated|reuse|used|not_?found))/i;

/** The user is needed (OpenID Connect Core section 3.1.2.6), as some servers say at the token endpoint. */
const NEEDS_USER = /^(interaction|login|consent|account_?selection|mfa|reauth\w*)_?required$/i;

/** Names of what passes, with whatever status (RFC 6749 section 4.1.2.1, Alibaba Cloud's gateway). */
const PASSES = /^(throttl|service_?unavailable|temporarily_?unavailable|server_error|internal_?error|slow_?down)/i;

/** Names of what is wrong with the client, and not with its tokens (RFC 6749 section 5.2). */
const OF_CLIENT = /^(invalid_client|unauthorized_client|unsupported_grant_type|invalid_scope)$/;

/**
 * Judges what a failed refresh says about the refresh token.
 *
 * @param answered whether the token endpoint had answered; otherwise the error is not about the refresh token
 */
export function verdictOf(error: unknown, answered: boolean): Verdict {
  if (error instanceof ConnectionError) return "passing";
  if (!(error instanceof ResponseError)) return "misuse";
  if (!answered) return "passing";
  if (error.code === "malformed_response") {
    // The tokens of another user are none for this session (OpenID Connect Core section 12.2).
    const { path, reason } = error as MalformedResponseError;
    return path === "id_token.sub" && reason !== "missing" ? "dead" : "passing";
  }
  if (error instanceof OAuthError || error instanceof GatewayError) {
    const { error: name, status } = error;
    if (PASSES.test(name) || (isTrouble(status) && name !== "invalid_grant")) return "passing";
    return DEAD.test(name) || NEEDS_USER.test(name) ? "dead" : "doubtful";
  }
  // A redirect is no answer of the token endpoint, but of something in between.
  const { status = 0 } = error;
  return isTrouble(status) || status < 400 ? "passing" : "doubtful";
}

/** Whether signing in again would not help, because the server refuses the client itself. */
export function isAboutClient(error: unknown): boolean {
  return error instanceof OAuthError && OF_CLIENT.test(error.error);
}

/** An error of this package, whatever was thrown. */
export function ownError(error: unknown): EiamTokenError {
  if (error instanceof EiamTokenError) return error;
  return new EiamTokenError("internal", "the refresh failed", { cause: error });
}
