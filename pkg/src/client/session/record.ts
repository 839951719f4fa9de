import { InvalidArgumentError } from "../../errors.js";
import type { Int64 } from "../seconds.js";
import { storedObject } from "../stored.js";
import { type TokenSet, deserializeTokens } from "../tokens.js";

/** What a session keeps in its store. */
export interface SessionRecord<I extends Int64> {
  readonly tokens: TokenSet<I> | undefined;
  /** Who may refresh, and until when. Used only where the Web Locks API is missing. */
  readonly lease: Lease | undefined;
  /** When the next refresh may be tried after a failed one, in milliseconds as from `Date.now()`. */
  readonly retryAt: number | undefined;
}

/** The right to refresh for a limited time. */
export interface Lease {
  readonly owner: string;
  /** In milliseconds as from `Date.now()`. */
  readonly until: number;
}

const EMPTY: SessionRecord<never> = { tokens: undefined, lease: undefined, retryAt: undefined };

/**
 * @throws {InvalidArgumentError} for text that no session wrote
 */
export function readRecord<I extends Int64>(text: string | undefined, int64: I | undefined): SessionRecord<I> {
  if (text === undefined) return EMPTY;
  const { tokens, lease, retryAt } = storedObject(text);
  if (tokens !== undefined && typeof tokens !== "string") {
    throw new InvalidArgumentError("the store contains text that no session wrote", "store");
  }
  return {
    tokens: tokens === undefined ? undefined : deserializeTokens(tokens, { int64 }),
    lease: isLease(lease) ? lease : undefined,
    retryAt: typeof retryAt === "number" ? retryAt : undefined,
  };
}

/** The text of a record; `undefined` for an empty one. */
export function writeRecord({ tokens, lease, retryAt }: SessionRecord<Int64>): string | undefined {
  if (tokens === undefined && lease === undefined) return undefined;
  return JSON.stringify({ tokens: tokens?.serialize(), lease, retryAt });
}

function isLease(value: unknown): value is Lease {
  if (typeof value !== "object" || value === null) return false;
  const { owner, until } = value as Partial<Lease>;
  return typeof owner === "string" && typeof until === "number";
}
