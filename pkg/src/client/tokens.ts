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
 * The tokens of one answer. The tokens themselves and the user's claims can be read by name, but no
 * console, `JSON.stringify` or spread shows them; {@link TokenSet.serialize} is for storing them.
 *
 * Seconds are `bigint` unless {@link Int64} asks for something else: they are int64 on the wire.
 * `undefined` is unknown, never unlimited.
 */
export interface TokenSet<I extends Int64 = "bigint"> {
  /** For the `Authorization` of requests to a resource server. */
  readonly accessToken: string;
  /** As the server wrote it: `Bearer` in all that is known. */
  readonly tokenType: string;
  /** For {@link Client.refresh}. */
  readonly refreshToken: string | undefined;
  /** Who signed in, as a signed JWT; its claims are in {@link TokenSet.claims}. */
  readonly idToken: string | undefined;
  /** What was granted, if the answer says; otherwise it is what was asked for. */
  readonly scope: string | undefined;
  /** Seconds from the moment of the answer. */
  readonly expiresIn: Seconds<I> | undefined;
  /** Unix seconds by the server's clock. */
  readonly expiresAt: Seconds<I> | undefined;
  /** Unix seconds by this machine's clock: `expiresIn` counted from receipt, else `expiresAt`. */
  readonly deadline: Seconds<I> | undefined;
  /**
   * How many seconds the server's clock is ahead of this machine's: by `expiresAt` and `expiresIn`,
   * else by the field `Date`. Off by the time that the answer took; `undefined` if nothing tells.
   */
  readonly clockSkew: Seconds<I> | undefined;
  /** The id_token's claims, once it was checked. */
  readonly claims: UserClaims | undefined;
  /** The deadline as a `Date`; `undefined` if unknown or beyond what a `Date` can hold. */
  expiryDate(): Date | undefined;
  /**
   * Seconds left, never negative; `undefined` if unknown. Counted on a clock that is not set back when
   * somebody sets the time of day.
   */
  remaining(): Seconds<I> | undefined;
  /** Whether the access token is expired, or will be within `leeway` seconds; `undefined` if unknown. */
  expired(options?: { leeway?: number }): boolean | undefined;
  /** All of it as text, tokens included: for storage that only this client can read. */
  serialize(): string;
}

/** How tokens are given. */
export interface TokenOptions<I extends Int64 = "bigint"> {
  /** What seconds are, instead of `bigint`. */
  readonly int64?: I | undefined;
}

/** The last moment that a `Date` can hold, in milliseconds. */
const LAST_DATE = 8_640_000_000_000_000n;

/** What of a token set is stored. @internal */
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
 * Reads a token answer. The digits of lifetimes are read from the text, so nothing is rounded.
 *
 * @param answer the body as text or bytes, or a whole response
 * @param options `now`: when the answer came, Unix seconds; the present by default. `int64`: what
 *   seconds are, instead of `bigint`
 * @throws {OAuthError} {@link GatewayError} {@link ResponseError} {@link MalformedResponseError}
 * @example
 * ```js
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
 * @throws {InvalidArgumentError} for any other text
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
