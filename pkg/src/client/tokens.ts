import { MalformedResponseError } from "../errors.js";
import { jsonText } from "../json.js";
import type { HttpResponse } from "./answer.js";
import { read } from "./call.js";
import { steadyClock, unixSeconds } from "./clock.js";
import type { UserClaims } from "./id-token.js";
import * as Operation from "./operation.js";
import { redacted } from "./redacted.js";
import { type Int64, type Seconds, secondsAs, secondsFrom } from "./seconds.js";
import { optionalString, requiredString, storedObject, storedSeconds } from "./stored.js";

/**
 * The tokens of one response. You can read the tokens and the user's claims by name, but consoles,
 * `JSON.stringify` and spreading leave them out. Use {@link TokenSet.serialize} to store them.
 *
 * Seconds are 64-bit integers in the protocol, so they are `bigint` unless {@link Int64} asks for another type.
 * `undefined` means that a value is unknown, never that it is unlimited.
 */
export interface TokenSet<I extends Int64 = "bigint"> {
  /** The access token, for the header field `Authorization` of requests to a resource server. */
  readonly accessToken: string;
  /** The token type as the server wrote it, usually `Bearer` (RFC 6749 section 7.1). */
  readonly tokenType: string;
  /** The refresh token, for {@link Client.refresh}. */
  readonly refreshToken: string | undefined;
  /** The id_token, a signed JWT that says who signed in. {@link TokenSet.claims} has its claims. */
  readonly idToken: string | undefined;
  /** The granted scopes; `undefined` if they are those that were requested (RFC 6749 section 5.1). */
  readonly scope: string | undefined;
  /** The lifetime of the access token in seconds, from the moment of the response. */
  readonly expiresIn: Seconds<I> | undefined;
  /** When the access token expires, in Unix seconds by the server's clock. */
  readonly expiresAt: Seconds<I> | undefined;
  /**
   * When the access token expires, in Unix seconds by this machine's clock: `expiresIn` counted from when the
   * response was received, else `expiresAt`.
   */
  readonly deadline: Seconds<I> | undefined;
  /**
   * How many seconds the server's clock is ahead of this machine's, according to `expiresAt` and `expiresIn`,
   * else to the header field `Date`. It is inexact by the time that the response took.
   */
  readonly clockSkew: Seconds<I> | undefined;
  /** The claims of the id_token; `undefined` if the id_token was not checked. */
  readonly claims: UserClaims | undefined;
  /** Returns the deadline as a `Date`; `undefined` if it is unknown or beyond the range of a `Date`. */
  expiryDate(): Date | undefined;
  /**
   * Returns how many seconds are left until the deadline, never a negative number; `undefined` if the deadline
   * is unknown. The number does not grow when somebody sets the machine's clock back.
   */
  remaining(): Seconds<I> | undefined;
  /**
   * Returns whether the access token has expired, or will expire within `leeway` seconds; `undefined` if its
   * lifetime is unknown.
   */
  expired(options?: { leeway?: number }): boolean | undefined;
  /**
   * Returns everything as text, including the tokens, for {@link deserializeTokens}. Keep it where only this
   * client can read it.
   */
  serialize(): string;
}

/** How tokens are returned. */
export interface TokenOptions<I extends Int64 = "bigint"> {
  /** The type in which seconds are returned. Default: `bigint`. */
  readonly int64?: I | undefined;
}

/** The last moment that a `Date` can hold, in milliseconds. */
const LAST_DATE = 8_640_000_000_000_000n;

/** The stored part of a token set. @internal */
export interface TokenFields {
  accessToken: string;
  tokenType: string;
  refreshToken: string | undefined;
  idToken: string | undefined;
  scope: string | undefined;
  expiresIn: bigint | undefined;
  expiresAt: bigint | undefined;
  deadline: bigint | undefined;
  clockSkew: bigint | undefined;
  claims: UserClaims | undefined;
}

/** @internal */
export function tokenSet<I extends Int64 = "bigint">(fields: TokenFields, int64?: I): TokenSet<I> {
  const { accessToken, refreshToken, idToken, claims, tokenType, scope, deadline } = fields;
  const clock = steadyClock();
  const left = () => {
    if (deadline === undefined) return undefined;
    const seconds = deadline - BigInt(Math.floor(clock() / 1000));
    return seconds > 0n ? seconds : 0n;
  };
  const as = (seconds: bigint | undefined, name: string) => secondsAs(seconds, int64, name);
  const visible = {
    tokenType,
    scope,
    expiresIn: as(fields.expiresIn, "$.expires_in"),
    expiresAt: as(fields.expiresAt, "$.expires_at"),
    deadline: as(deadline, "deadline"),
    clockSkew: as(fields.clockSkew, "clock skew"),
  };
  return redacted("TokenSet", visible, {
    accessToken,
    refreshToken,
    idToken,
    claims,
    remaining: () => as(left(), "remaining"),
    expiryDate() {
      const milliseconds = deadline === undefined ? undefined : deadline * 1000n;
      if (milliseconds === undefined || milliseconds > LAST_DATE) return undefined;
      return new Date(Number(milliseconds));
    },
    expired({ leeway = 0 }: { leeway?: number } = {}) {
      const seconds = left();
      return seconds === undefined ? undefined : seconds <= BigInt(Math.max(0, Math.ceil(leeway)));
    },
    serialize: () => jsonText(fields),
  });
}

/** The results of an operation that gives tokens. @internal */
export function tokensFrom(results: string[]): TokenFields {
  return {
    accessToken: results[1]!,
    tokenType: results[2]!,
    refreshToken: results[3] || undefined,
    idToken: results[4] || undefined,
    scope: results[5] || undefined,
    expiresIn: secondsFrom(results[6]),
    expiresAt: secondsFrom(results[7]),
    deadline: secondsFrom(results[8]),
    clockSkew: secondsFrom(results[9]),
    claims: undefined,
  };
}

/** @internal */
export function readTokens(response: HttpResponse, now = unixSeconds()): TokenFields {
  return tokensFrom(read(Operation.ParseTokens, response, { now }));
}

/**
 * Reads a token response (RFC 6749 section 5.1). It reads the digits of lifetimes from the text, so nothing is
 * rounded. It does not check the id_token.
 *
 * @param answer the body as text or bytes, or a whole response
 * @param options `now`: when the response came, in Unix seconds (default: the host's time); `int64`: the type in
 *   which seconds are returned (default: `bigint`)
 * @throws {OAuthError} if the server refused
 * @throws {GatewayError} if Alibaba Cloud's gateway refused
 * @throws {ResponseError} for an error response without a readable reason
 * @throws {MalformedResponseError} if the response is not valid
 * @example
 * ```js
 * import { parseTokenResponse } from "eiam-token";
 *
 * const tokens = parseTokenResponse('{"token_type":"Bearer","access_token":"ATx","expires_in":9007199254740993}');
 * tokens.expiresIn; // 9007199254740993n
 * ```
 */
export function parseTokenResponse<I extends Int64 = "bigint">(
  answer: string | Uint8Array | HttpResponse,
  options: { readonly now?: number | undefined } & TokenOptions<I> = {},
): TokenSet<I> {
  const response = typeof answer === "string" || answer instanceof Uint8Array ? { status: 200, body: answer } : answer;
  return tokenSet(readTokens(response, options.now), options.int64);
}

/**
 * Makes a token set from the text of {@link TokenSet.serialize}.
 *
 * @throws {InvalidArgumentError} if the text does not come from `serialize()`
 * @throws {MalformedResponseError} for seconds that `int64: "number"` would round
 * @example
 * ```js
 * import { deserializeTokens } from "eiam-token";
 *
 * const restored = deserializeTokens(tokens.serialize());
 * restored.accessToken === tokens.accessToken; // true
 * ```
 */
export function deserializeTokens<I extends Int64 = "bigint">(
  text: string,
  options: TokenOptions<I> = {},
): TokenSet<I> {
  const stored = storedObject(text);
  const { claims } = stored;
  const fields = {
    accessToken: requiredString(stored, "accessToken"),
    tokenType: requiredString(stored, "tokenType"),
    refreshToken: optionalString(stored, "refreshToken"),
    idToken: optionalString(stored, "idToken"),
    scope: optionalString(stored, "scope"),
    expiresIn: storedSeconds(stored, "expiresIn"),
    expiresAt: storedSeconds(stored, "expiresAt"),
    deadline: storedSeconds(stored, "deadline"),
    clockSkew: storedSeconds(stored, "clockSkew"),
    claims: typeof claims === "object" && claims !== null ? (claims as UserClaims) : undefined,
  };
  return tokenSet(fields, options.int64);
}

/** @internal */
export function missingIdToken(): MalformedResponseError {
  const reason = "missing though openid was asked for";
  return new MalformedResponseError(`malformed answer: $.id_token: ${reason}`, "$.id_token", reason, 200);
}
