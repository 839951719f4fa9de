import { OAuthError, ResponseError, SessionError } from "../../errors.js";
import type { Client } from "../client.js";
import { sleep } from "../clock.js";
import type { CallOptions } from "../http.js";
import type { Int64 } from "../seconds.js";
import type { TokenSet } from "../tokens.js";
import { ChangeChannel } from "./change-channel.js";
import { type SessionRecord, readRecord, writeRecord } from "./record.js";
import { type TokenStore, memoryStore } from "./store.js";

/** How a {@link TokenSession} works. */
export interface SessionOptions {
  /** Where the tokens are kept; in memory by default. */
  readonly store?: TokenStore | undefined;
  /** What tabs of the same session share: locks and news go by it. Issuer and client id by default. */
  readonly name?: string | undefined;
  /** The seconds before its end at which a token is refreshed; 60 by default. */
  readonly refreshEarly?: number | undefined;
  /** Milliseconds that one refresh may take; 30,000 by default. */
  readonly timeout?: number | undefined;
}

/** Told what the tokens are now, `undefined` after signing out. */
export type ChangeListener<I extends Int64 = "bigint"> = (tokens: TokenSet<I> | undefined) => void;

/** A refresh that failed for the moment is not tried again for so many milliseconds. */
const PAUSE_AFTER_FAILURE = 2_000;

/** How long a lease outlives the refresh that it is for, in milliseconds. */
const LEASE_MARGIN = 5_000;

/** How often a lease that somebody else holds is looked at, in milliseconds. */
const LEASE_POLL = 50;

/**
 * Keeps one user's tokens fresh: {@link TokenSession.getAccessToken} gives a token that is still valid,
 * refreshing it shortly before its end. However many callers, tabs and workers ask at the same time,
 * one refreshes and the others read its result.
 *
 * @example
 * ```js
 * const session = new TokenSession(client, { store: indexedDbStore() });
 * await session.set(await client.exchangeCode(response));
 * const headers = { authorization: `Bearer ${await session.getAccessToken()}` };
 * ```
 */
export class TokenSession<I extends Int64 = "bigint"> {
  readonly #client: Client<I>;
  readonly #store: TokenStore;
  readonly #lockName: string;
  readonly #earlyBy: number;
  readonly #timeout: number;
  readonly #listeners = new Set<ChangeListener<I>>();
  readonly #changes: ChangeChannel;
  readonly #owner = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  #refreshing: Promise<TokenSet<I>> | undefined;

  constructor(client: Client<I>, options: SessionOptions = {}) {
    const { store = memoryStore(), refreshEarly = 60, timeout = 30_000 } = options;
    const { name = `${client.server.issuer ?? client.server.tokenEndpoint} ${client.clientId}` } = options;
    this.#client = client;
    this.#store = store;
    this.#lockName = `eiam-token ${name}`;
    this.#earlyBy = refreshEarly;
    this.#timeout = timeout;
    this.#changes = new ChangeChannel(this.#lockName, () => void this.#tell());
  }

  /** What is kept at present, however old; `undefined` if nobody is signed in. */
  async tokens(): Promise<TokenSet<I> | undefined> {
    return (await this.#read()).tokens;
  }

  /** Keeps the tokens of a sign-in, in place of what was kept. */
  async set(tokens: TokenSet<I>): Promise<void> {
    await this.#write(() => ({ tokens, lease: undefined, retryAt: undefined }));
    await this.#changed(tokens);
  }

  /** Forgets the tokens. It does not revoke them: that is `client.revoke`. */
  async clear(): Promise<void> {
    await this.#write(() => ({ tokens: undefined, lease: undefined, retryAt: undefined }));
    await this.#changed(undefined);
  }

  /**
   * Gives an access token that is still valid for a while, refreshing it if need be.
   *
   * @param options `rejected`: a token that a server has just refused, which is then refreshed even if
   *   it should still be valid
   * @throws {SessionError} `login_required`: the user has to sign in again; `try_later`: the server
   *   cannot be reached or is not well, and the old token is past its end
   */
  async getAccessToken(options: { readonly rejected?: string | undefined } = {}): Promise<string> {
    const { tokens } = await this.#read();
    if (tokens && this.#isFresh(tokens, options.rejected)) return tokens.accessToken;
    // Callers of this process share one refresh; tabs and workers share it by the lock.
    this.#refreshing ??= this.#refreshOnce(options.rejected).finally(() => {
      this.#refreshing = undefined;
    });
    return (await this.#refreshing).accessToken;
  }

  /**
   * Tells `listener` whenever the tokens change, here or in another tab or worker.
   *
   * @returns ends it
   */
  onChange(listener: ChangeListener<I>): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends the news from other tabs. */
  close(): void {
    this.#listeners.clear();
    this.#changes.close();
  }

  #isFresh(tokens: TokenSet<I>, rejected?: string): boolean {
    if (tokens.accessToken === rejected) return false;
    // An unknown lifetime is not an endless one, but only a server's refusal can tell its end.
    return tokens.expired({ leeway: this.#earlyBy }) !== true;
  }

  async #refreshOnce(rejected: string | undefined): Promise<TokenSet<I>> {
    const locks = (globalThis.navigator as Navigator | undefined)?.locks;
    if (locks) {
      // A lock ends with its tab, so a tab that is closed half-way blocks nobody.
      return locks.request(this.#lockName, () => this.#refreshUnlessDone(rejected)) as Promise<TokenSet<I>>;
    }
    const done = await this.#takeLease(rejected);
    if (done) return done;
    try {
      return await this.#refreshUnlessDone(rejected);
    } finally {
      await this.#write((record) => (record.lease?.owner === this.#owner ? { ...record, lease: undefined } : record));
    }
  }

  /** Waits for the right to refresh; gives the tokens instead if somebody else made them meanwhile. */
  async #takeLease(rejected: string | undefined): Promise<TokenSet<I> | undefined> {
    for (;;) {
      const now = Date.now();
      const record = await this.#write((record) => {
        const { tokens, lease } = record;
        const held = lease && lease.owner !== this.#owner && lease.until > now;
        if (held || !tokens || this.#isFresh(tokens, rejected)) return record;
        return { ...record, lease: { owner: this.#owner, until: now + this.#timeout + LEASE_MARGIN } };
      });
      if (record.tokens && this.#isFresh(record.tokens, rejected)) return record.tokens;
      if (!record.lease || record.lease.owner === this.#owner) return undefined;
      await sleep(Math.min(LEASE_POLL, record.lease.until - now));
    }
  }

  async #refreshUnlessDone(rejected: string | undefined): Promise<TokenSet<I>> {
    const { tokens, retryAt } = await this.#read();
    if (!tokens) throw new SessionError("login_required", "nobody is signed in");
    if (this.#isFresh(tokens, rejected)) return tokens;
    if (retryAt !== undefined && retryAt > Date.now()) {
      return this.#makeDo(tokens, rejected, "the last refresh has just failed", undefined);
    }
    if (tokens.refreshToken === undefined) {
      throw new SessionError("login_required", "the token has expired and there is no refresh token");
    }
    return this.#refresh(tokens, rejected);
  }

  async #refresh(tokens: TokenSet<I>, rejected: string | undefined): Promise<TokenSet<I>> {
    const call: CallOptions = { timeout: this.#timeout };
    let fresh;
    try {
      fresh = await this.#client.refresh(tokens, call);
    } catch (cause) {
      if (mayPass(cause)) {
        const wait = (cause instanceof ResponseError && cause.retryAfter) || PAUSE_AFTER_FAILURE;
        await this.#write((record) => ({ ...record, lease: undefined, retryAt: Date.now() + wait }));
        return this.#makeDo(tokens, rejected, "the token could not be refreshed", cause);
      }
      await this.clear();
      throw new SessionError("login_required", "the refresh token is no longer good", { cause });
    }
    await this.set(fresh);
    return fresh;
  }

  /** The old token, if it can still be used; else the failure. */
  #makeDo(tokens: TokenSet<I>, rejected: string | undefined, message: string, cause: unknown): TokenSet<I> {
    if (tokens.accessToken !== rejected && tokens.expired() === false) return tokens;
    throw new SessionError("try_later", message, { cause });
  }

  async #read(): Promise<SessionRecord<I>> {
    return readRecord(await this.#store.update((stored) => stored), this.#client.int64);
  }

  async #write(change: (record: SessionRecord<I>) => SessionRecord<I>): Promise<SessionRecord<I>> {
    return readRecord(
      await this.#store.update((stored) => {
        const before = readRecord(stored, this.#client.int64);
        const after = change(before);
        return after === before ? stored : writeRecord(after);
      }),
      this.#client.int64,
    );
  }

  async #changed(tokens: TokenSet<I> | undefined): Promise<void> {
    this.#changes.announce();
    for (const listener of this.#listeners) listener(tokens);
  }

  async #tell(): Promise<void> {
    const { tokens } = await this.#read();
    for (const listener of this.#listeners) listener(tokens);
  }
}

/**
 * Whether the refresh token may still be good: only the server can say that it is not, and it does so
 * with `invalid_grant` (RFC 6749 section 5.2) or by asking for the user.
 */
function mayPass(error: unknown): boolean {
  const gone = ["invalid_grant", "interaction_required", "login_required", "consent_required"];
  return !(error instanceof OAuthError && gone.includes(error.error));
}
