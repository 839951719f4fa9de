import type { CallOptions } from "../http.js";
import { invalid } from "../invalid.js";
import { malformed } from "../malformed.js";
import type { Int64 } from "../seconds.js";
import { SignInClient } from "../sign-in-client.js";
import { verifiedClaims } from "./verified-jwt.js";

/** The event that a logout token is about (OpenID Connect Back-Channel Logout section 2.4). */
const EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** What a server says when a user has signed out there. At least one of `subject` and `sessionId` is there. */
export interface LogoutToken {
  /** `sub`: the user. If there is no `sessionId`, end all sessions of this user. */
  readonly subject: string | undefined;
  /** `sid`: the session that ended, as the claim `sid` of its id_token names it. */
  readonly sessionId: string | undefined;
  /** `jti`: the id of this token. Remember it until {@link LogoutToken.expiresAt}, and ignore a token that comes twice. */
  readonly jwtId: string;
  /** `iat`, Unix seconds by the server's clock. */
  readonly issuedAt: number;
  /** `exp`, Unix seconds by the server's clock. */
  readonly expiresAt: number;
}

/**
 * Reads a logout token, which a server posts as the parameter `logout_token` to an application whose user has signed out
 * there, and verifies it (OpenID Connect Back-Channel Logout section 2.6).
 *
 * @param token the value of the parameter `logout_token`
 * @throws {MalformedResponseError} if the token is not valid, not signed by the server, or not for this client: answer 400
 * @throws {InvalidArgumentError} if there is no token
 * @throws {NotSupportedError} if the server's keys are not known
 * @throws {ConnectionError} if the keys cannot be fetched
 * @example
 * ```js
 * import { parseLogoutToken } from "eiam-token";
 *
 * const form = new URLSearchParams(await request.text());
 * const { subject, sessionId } = await parseLogoutToken(client, form.get("logout_token"));
 * ```
 */
export async function parseLogoutToken(
  client: SignInClient<Int64>,
  token: string | null | undefined,
  options: CallOptions = {},
): Promise<LogoutToken> {
  if (typeof token !== "string" || !token) throw invalid("token", "missing");
  const claims = await verifiedClaims(
    SignInClient.party(client),
    token,
    // Section 2.4 recommends the first one. Servers that are older than it have another one or none.
    {
      what: "logout_token",
      types: ["logout+jwt", "jwt", undefined],
      required: ["iss", "aud", "iat", "exp", "jti", "events"],
    },
    options,
  );
  const wrong = (name: string, reason: string) => malformed(`logout_token.${name}`, reason, undefined);
  const { sub, sid, jti, iat, exp, nonce, events } = claims;
  const event: unknown = (events as Record<string, unknown>)[EVENT];
  if (typeof event !== "object" || event === null || Array.isArray(event)) throw wrong("events", "not about a logout");
  // An id_token has one, and must not be taken for a logout token.
  if (nonce !== undefined) throw wrong("nonce", "must not be there");
  for (const [name, value] of Object.entries({ sub, sid, jti })) {
    const isMissing = value === undefined && name !== "jti";
    // Half of a surrogate pair would be written as the same text as any other half.
    const isText = typeof value === "string" && value && !/\p{Cs}/u.test(value);
    if (!isMissing && !isText) throw wrong(name, "not a text, or an empty one");
  }
  if (sub === undefined && sid === undefined) throw wrong("sub", "missing, and so is sid");
  return Object.freeze({
    subject: sub as string | undefined,
    sessionId: sid as string | undefined,
    jwtId: jti as string,
    issuedAt: iat as number,
    expiresAt: exp as number,
  });
}
