import { InvalidArgumentError } from "../errors.js";
import { unixSeconds } from "./clock.js";
import { type HttpResponse, responseParts } from "./http.js";
import { call } from "./raw.js";
import { redacted } from "./redacted.js";

/**
 * The tokens of one answer. The tokens themselves and the user's claims can be read by name, but no
 * console, `JSON.stringify` or spread shows them; {@link TokenSet.serialize} is for storing them.
 *
 * Seconds are `bigint`, always: they are int64 on the wire. `undefined` is unknown, never unlimited.
 */
export interface TokenSet {
  readonly accessToken: string;
  /** As the server wrote it: `Bearer` in all that is known. */
  readonly tokenType: string;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  /** What was granted, if the answer says; otherwise it is what was asked for. */
  readonly scope: string | undefined;
  /** Seconds from the moment of the answer. */
  readonly expiresIn: bigint | undefined;
  /** Unix seconds by the server's clock. */
  readonly expiresAt: bigint | undefined;
  /** Unix seconds by this machine's clock: `expiresIn` counted from receipt, else `expiresAt`. */
  readonly deadline: bigint | undefined;
  /** The id_token's claims, once it was checked. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  /** The deadline as a `Date`; `undefined` if unknown or beyond what a `Date` can hold. */
  expiryDate(): Date | undefined;
  /** Seconds left, never negative; `undefined` if unknown. */
  remaining(): bigint | undefined;
  /** Whether the access token is expired, or will be within `leeway` seconds; `undefined` if unknown. */
  expired(options?: { leeway?: number }): boolean | undefined;
  /** All of it as text, tokens included: for storage that only this client can read. */
  serialize(): string;
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
  claims?: Readonly<Record<string, unknown>> | undefined;
}

/** @internal */
export function tokenSet(fields: TokenFields): TokenSet {
  const { accessToken, refreshToken, idToken, claims, ...visible } = fields;
  const { deadline } = visible;
  const remaining = () => {
    if (deadline === undefined) return undefined;
    const left = deadline - BigInt(unixSeconds());
    return left > 0n ? left : 0n;
  };
  return redacted("TokenSet", visible, {
    accessToken,
    refreshToken,
    idToken,
    claims,
    remaining,
    expiryDate() {
      const milliseconds = deadline === undefined ? undefined : deadline * 1000n;
      if (milliseconds === undefined || milliseconds > LAST_DATE) return undefined;
      return new Date(Number(milliseconds));
    },
    expired({ leeway = 0 }: { leeway?: number } = {}) {
      const left = remaining();
      return left === undefined ? undefined : left <= BigInt(Math.max(0, Math.ceil(leeway)));
    },
    serialize: () => storedText(fields),
  });
}

/** @internal */
export function tokensFrom(values: unknown[]): TokenFields {
  const [accessToken, tokenType, refreshToken, idToken, scope, expiresIn, expiresAt, deadline] =
    values as [string, string, string?, string?, string?, bigint?, bigint?, bigint?];
  return { accessToken, tokenType, refreshToken, idToken, scope, expiresIn, expiresAt, deadline };
}

/**
 * Reads a token answer. The digits of lifetimes are read from the text, so nothing is rounded.
 *
 * @param answer the body as text or bytes, or a whole response
 * @param options `now`: when the answer came, Unix seconds; the present by default
 * @throws {OAuthError} {@link GatewayError} {@link ResponseError} {@link MalformedResponseError}
 * @example
 * ```js
 * const tokens = parseTokenResponse('{"token_type":"Bearer","access_token":"ATx","expires_in":9007199254740993}');
 * tokens.expiresIn; // 9007199254740993n
 * ```
 */
export function parseTokenResponse(
  answer: string | Uint8Array | HttpResponse,
  options: { now?: number } = {},
): TokenSet {
  const response =
    typeof answer === "string" || answer instanceof Uint8Array ? { status: 200, body: answer } : answer;
  const { now = unixSeconds() } = options;
  return tokenSet(
    tokensFrom(call((wasm) => wasm.parse_token_response(...responseParts(response), now))),
  );
}

/**
 * Reads a lifetime from its JSON text: `3600`, `"3600"`, `3600.0` and `1e3` are whole numbers;
 * `null` is unknown.
 *
 * @throws {InvalidArgumentError} for anything that is not a whole number from 0 to 2^63 − 1
 * @example
 * ```js
 * parseExpiry("9007199254740993"); // 9007199254740993n
 * ```
 */
export function parseExpiry(json: string): bigint | undefined {
  return call((wasm) => wasm.parse_seconds(json)) as bigint | undefined;
}

/**
 * Makes a token set from the text of {@link TokenSet.serialize}.
 *
 * @throws {InvalidArgumentError} for any other text
 */
export function deserializeTokens(text: string): TokenSet {
  const stored = storedObject(text);
  const string = (name: string) => (typeof stored[name] === "string" ? stored[name] : undefined);
  const { claims } = stored;
  return tokenSet({
    accessToken: requiredString(stored, "accessToken"),
    tokenType: requiredString(stored, "tokenType"),
    refreshToken: string("refreshToken"),
    idToken: string("idToken"),
    scope: string("scope"),
    expiresIn: storedSeconds(stored, "expiresIn"),
    expiresAt: storedSeconds(stored, "expiresAt"),
    deadline: storedSeconds(stored, "deadline"),
    claims:
      typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>) : undefined,
  });
}

/** Text that {@link storedObject} reads; seconds are in it as strings, with all their digits. @internal */
export function storedText(fields: object): string {
  return JSON.stringify(fields, (_, value) => (typeof value === "bigint" ? `${value}` : value));
}

/** @internal */
export function storedObject(text: string): Record<string, unknown> {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    // The text may hold tokens: it is not repeated.
  }
  if (typeof stored !== "object" || stored === null) {
    throw new InvalidArgumentError("the text is not one that serialize() made", "text");
  }
  return stored as Record<string, unknown>;
}

/** @internal */
export function requiredString(stored: Record<string, unknown>, name: string): string {
  const value = stored[name];
  if (typeof value !== "string") {
    throw new InvalidArgumentError(`the stored text has no ${name}`, "text");
  }
  return value;
}

/** @internal */
export function storedSeconds(stored: Record<string, unknown>, name: string): bigint | undefined {
  const value = stored[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !/^-?\d{1,19}$/.test(value)) {
    throw new InvalidArgumentError(`${name} in the stored text is not a number of seconds`, "text");
  }
  return BigInt(value);
}
