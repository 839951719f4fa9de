import { InvalidArgumentError } from "../../errors.js";
import type { Int64 } from "../seconds.js";
import { storedObject } from "../stored.js";
import { type TokenSet, deserializeTokens } from "../tokens.js";

/** What a session keeps in its store. */
export interface SessionRecord<I extends Int64> {
  readonly tokens: TokenSet<I> | undefined;
  /** Whether a resource server has refused the access token. */
  readonly refused: boolean;
  /** Who may refresh, and until when. */
  readonly lease: Lease | undefined;
  /** When the next refresh may be tried after a failed one, in milliseconds as from `Date.now()`. */
  readonly retryAt: number | undefined;
  /** How many refreshes in succession the server has refused for a reason that may not be about the token. */
  readonly refusals: number;
  /** How many seconds of its lifetime the access token had left when it was stored. */
  readonly lifetime: number | undefined;
  /** The access tokens for single resources, which only `accessTokenFor` reads. They end with the sign-in. */
  readonly resources?: unknown;
}

/** The right to refresh for a limited time. */
export interface Lease {
  /** The id of the session object that has the right. */
  readonly owner: string;
  /** When the right ends, in milliseconds as from `Date.now()`. */
  readonly until: number;
  /**
   * The Web Lock that the owner holds; `undefined` if it holds none. Whoever gets that lock knows that the owner is
   * gone.
   */
  readonly lock: string | undefined;
}

/** The record of a sign-in; without tokens, that of nobody. */
export function recordOf<I extends Int64>(tokens: TokenSet<I> | undefined): SessionRecord<I> {
  const left = tokens?.expiresIn ?? tokens?.remaining();
  const lifetime = left === undefined ? undefined : Number(left);
  return { tokens, refused: false, lease: undefined, retryAt: undefined, refusals: 0, lifetime };
}

/**
 * Reads the text of a record; `undefined` stands for a session of nobody.
 *
 * @throws {InvalidArgumentError} for text that no session wrote
 */
export function readRecord<I extends Int64>(text: string | undefined, int64: I | undefined): SessionRecord<I> {
  if (text === undefined) return recordOf<I>(undefined);
  const stored = storedObject(text);
  const { tokens, refused, lease, retryAt, refusals, lifetime } = stored;
  if (tokens !== undefined && typeof tokens !== "string") {
    throw new InvalidArgumentError("the store contains text that no session wrote", "store");
  }
  return {
    ...stored,
    tokens: tokens === undefined ? undefined : deserializeTokens(tokens, { int64 }),
    refused: refused === true,
    lease: isLease(lease) ? lease : undefined,
    retryAt: numberOf(retryAt),
    refusals: numberOf(refusals) ?? 0,
    lifetime: numberOf(lifetime),
  };
}

/** The text of a record; `undefined` for one without tokens. */
export function writeRecord({ tokens, refused, refusals, ...others }: SessionRecord<Int64>): string | undefined {
  if (tokens === undefined) return undefined;
  return JSON.stringify({
    tokens: tokens.serialize(),
    refused: refused || undefined,
    refusals: refusals || undefined,
    ...others,
  });
}

/** The same tokens with another refresh token. */
export function withRefreshToken<I extends Int64>(tokens: TokenSet<I>, refreshToken: string, int64: I | undefined) {
  return deserializeTokens(JSON.stringify({ ...storedObject(tokens.serialize()), refreshToken }), { int64 });
}

function isLease(value: unknown): value is Lease {
  const { owner, until } = (value ?? {}) as Partial<Lease>;
  return typeof owner === "string" && typeof until === "number";
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
