import { jsonText } from "../json.js";
import type { HttpResponse } from "./answer.js";
import { steadyClock, unixSeconds } from "./clock.js";
import { membersOf } from "./failure.js";
import { TOKENS_ANSWER } from "./generated/tables.js";
import type { UserClaims } from "./id-token.js";
import { invalid } from "./invalid.js";
import type { Asked } from "./judge.js";
import { lifetimes, read, receivedAt } from "./read.js";
import { redacted } from "./redacted.js";
import { type Int64, type Seconds, secondsAs } from "./seconds.js";
import { storedMembers, storedObject } from "./stored.js";

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
  /** The refresh token, for {@link SignInClient.refresh}. */
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
  /**
   * The other members of the response, as the server wrote them. Consoles and JSON do not show them, because they may
   * be secret as well. `JSON.parse` has read them, which rounds numbers beyond 2^53.
   */
  readonly members: Readonly<Record<string, unknown>>;
  /**
   * The names of members that were ignored because they are not what their standard says, such as an `expires_at` that
   * is no number. Such a value is in {@link TokenSet.members}.
   */
  readonly unread: readonly string[];
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
  expired(options?: { leeway?: number | bigint }): boolean | undefined;
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

/** The texts and the seconds of a token set. */
interface StoredTokens {
  accessToken: string;
  tokenType: string;
  refreshToken: string | undefined;
  idToken: string | undefined;
  scope: string | undefined;
  expiresIn: bigint | undefined;
  expiresAt: bigint | undefined;
  deadline: bigint | undefined;
  clockSkew: bigint | undefined;
}

/** The stored part of a token set. @internal */
export interface TokenFields extends StoredTokens {
  claims: UserClaims | undefined;
  unread: readonly string[];
  /** Reads the other members of the response, which is only done when somebody asks for them. */
  readonly members: () => Readonly<Record<string, unknown>>;
}

/** What is behind a token set. */
interface Hidden {
  readonly fields: TokenFields;
  readonly int64: Int64 | undefined;
  readonly clock: () => number;
}

/** Makes a token set whose tokens, claims and members consoles and JSON do not show. @internal */
export function tokenSet<I extends Int64 = "bigint">(fields: TokenFields, int64?: I): TokenSet<I> {
  const { tokenType, scope, unread } = fields;
  const visible = {
    tokenType,
    scope,
    expiresIn: secondsAs(fields.expiresIn, int64, "$.expires_in"),
    expiresAt: secondsAs(fields.expiresAt, int64, "$.expires_at"),
    deadline: secondsAs(fields.deadline, int64, "deadline"),
    clockSkew: secondsAs(fields.clockSkew, int64, "clock skew"),
    unread,
  };
  return redacted("TokenSet", visible, { fields, int64, clock: steadyClock() }, MEMBERS) as TokenSet<I>;
}

/** How each member of a token set that consoles do not show is made of what is hidden. */
const MEMBERS = {
  accessToken: ({ fields }: Hidden) => fields.accessToken,
  refreshToken: ({ fields }: Hidden) => fields.refreshToken,
  idToken: ({ fields }: Hidden) => fields.idToken,
  claims: ({ fields }: Hidden) => fields.claims,
  members: ({ fields }: Hidden) => fields.members(),
  remaining: (hidden: Hidden) => () => secondsAs(secondsLeft(hidden), hidden.int64, "remaining"),
  expired: (hidden: Hidden) => (options?: { leeway?: number | bigint }) => {
    const { leeway = 0 } = options ?? {};
    const left = secondsLeft(hidden);
    const seconds = Number(leeway);
    if (Number.isNaN(seconds)) throw invalid("leeway", "not a number of seconds");
    return left === undefined ? undefined : left <= Math.max(0, Math.ceil(seconds));
  },
  expiryDate:
    ({ fields: { deadline } }: Hidden) =>
    () =>
      deadline === undefined || deadline > LAST_DATE ? undefined : new Date(Number(deadline) * 1000),
  serialize:
    ({ fields }: Hidden) =>
    () =>
      jsonText({ ...fields, members: fields.members() }),
};

/** The last moment that a `Date` can hold, in seconds. */
const LAST_DATE = 8_640_000_000_000n;

function secondsLeft({ fields: { deadline }, clock }: Hidden): bigint | undefined {
  if (deadline === undefined) return undefined;
  const left = deadline - BigInt(Math.floor(clock() / 1000));
  return left > 0n ? left : 0n;
}

/** How a response with tokens is read. @internal */
export interface TokenReading {
  /** What was asked for. Default: nothing. */
  readonly asked?: Asked;
  /** The tokens that are being refreshed: a refresh token that the response leaves out stays as it was. */
  readonly former?: { readonly refreshToken?: string | undefined } | undefined;
  /** When the response came, in Unix seconds. Default: now. */
  readonly now?: number | undefined;
}

/**
 * Reads a response with tokens. It does not check the id_token.
 *
 * @throws what {@link parseTokenResponse} throws
 * @internal
 */
export function readTokens(response: HttpResponse, { asked, former, now = unixSeconds() }: TokenReading): TokenFields {
  const received = receivedAt(response, now);
  const { values, unread, text } = read(TOKENS_ANSWER, response, asked);
  // To spread the values into another object would take three times as long as all else.
  const { accessToken, tokenType, refreshToken = former?.refreshToken, idToken, scope, expiresIn, expiresAt } = values;
  const [deadline, clockSkew] = lifetimes(expiresIn, expiresAt, received);
  return {
    accessToken,
    tokenType,
    refreshToken,
    idToken,
    scope,
    expiresIn,
    expiresAt,
    deadline,
    clockSkew,
    claims: undefined,
    unread: Object.keys(unread),
    members: () => otherMembers(text),
  };
}

/** The members of a response that have no name of their own in a token set. */
function otherMembers(text: string): Readonly<Record<string, unknown>> {
  const { access_token, token_type, refresh_token, id_token, scope, expires_in, ...others } = membersOf(text);
  return Object.freeze(others);
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
  return tokenSet(readTokens(response, { now: options?.now }), options?.int64);
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
  const members = objectOf(stored["members"]) ?? Object.freeze({});
  const fields = {
    ...storedMembers<StoredTokens>(stored, TOKENS_ANSWER, "deadline", "clockSkew"),
    claims: objectOf(stored["claims"]) as UserClaims | undefined,
    unread: Array.isArray(stored["unread"]) ? (stored["unread"] as string[]) : [],
    members: () => members,
  };
  return tokenSet(fields, options?.int64);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}
