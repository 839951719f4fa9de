import { InvalidArgumentError } from "../../errors.js";
import { type TokenSet, deserializeTokens, storedObject } from "../tokens.js";

/** What a session keeps in its store. */
export interface SessionRecord {
  readonly tokens: TokenSet | undefined;
  /** Who may refresh until when; only where there are no Web Locks. */
  readonly lease: Lease | undefined;
  /** After a failed refresh: nobody tries again before, in milliseconds as `Date.now()` has them. */
  readonly retryAt: number | undefined;
}

/** The right to refresh, for a while. */
export interface Lease {
  readonly owner: string;
  /** Milliseconds as `Date.now()` has them. */
  readonly until: number;
}

const EMPTY: SessionRecord = { tokens: undefined, lease: undefined, retryAt: undefined };

/**
 * @throws {InvalidArgumentError} for text that no session wrote
 */
export function readRecord(text: string | undefined): SessionRecord {
  if (text === undefined) return EMPTY;
  const { tokens, lease, retryAt } = storedObject(text);
  if (tokens !== undefined && typeof tokens !== "string") {
    throw new InvalidArgumentError("the store holds what no session wrote", "store");
  }
  return {
    tokens: tokens === undefined ? undefined : deserializeTokens(tokens),
    lease: isLease(lease) ? lease : undefined,
    retryAt: typeof retryAt === "number" ? retryAt : undefined,
  };
}

/** The text of a record; nothing for one that says nothing. */
export function writeRecord({ tokens, lease, retryAt }: SessionRecord): string | undefined {
  if (tokens === undefined && lease === undefined) return undefined;
  return JSON.stringify({ tokens: tokens?.serialize(), lease, retryAt });
}

function isLease(value: unknown): value is Lease {
  if (typeof value !== "object" || value === null) return false;
  const { owner, until } = value as Partial<Lease>;
  return typeof owner === "string" && typeof until === "number";
}
