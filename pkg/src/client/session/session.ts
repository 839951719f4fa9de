import { OAuthError, ResponseError, SessionError } from "../../errors.js";
import type { Client } from "../client.js";
import { sleep } from "../clock.js";
import type { CallOptions } from "../http.js";
import type { Int64 } from "../seconds.js";
import type { TokenSet } from "../tokens.js";
import { ChangeChannel } from "./change-channel.js";
import { type SessionRecord, readRecord, writeRecord } from "./record.js";
import { type TokenStore, memoryStore } from "./store.js";

/** The options of a {@link TokenSession}. */
export interface SessionOptions {
  /** Where the tokens are kept. Default: in memory. */
  readonly store?: TokenStore | undefined;
  /** The name by which tabs and workers of the same session find each other. Default: issuer and client id. */
  readonly name?: string | undefined;
  /** How many seconds before it expires a token is refreshed. Default: 60. */
  readonly refreshEarly?: number | undefined;
  /** Milliseconds that one refresh may take. Default: 30,000. */
  readonly timeout?: number | undefined;
}

/** A function that is called with the current tokens; `undefined` after signing out. */
export type ChangeListener<I extends Int64 = "bigint"> = (tokens: TokenSet<I> | undefined) => void;

/** How long to wait after a refresh that failed temporarily, in milliseconds. */
const PAUSE_AFTER_FAILURE = 2_000;

/** By how many milliseconds a lease is longer than the refresh may take. */
const LEASE_MARGIN = 5_000;

/** How often to check the lease of another tab or worker, in milliseconds. */
const LEASE_POLL = 50;

/**
 * Keeps one user's tokens fresh. {@link TokenSession.getAccessToken} returns a token that is still valid, and
 * refreshes it shortly before it expires. If several callers, tabs or workers ask at the same time, only one of
 * them refreshes, and the others use the result.
 *
 * The methods reject with the error of the store if the store fails, and with an {@link InvalidArgumentError} if it
 * contains text that no session wrote.
 *
 * @example
 * ```js
 * import { TokenSession, indexedDbStore } from "eiam-token";
 *
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

  /**
   * Makes a session of one user at one client. Nothing is read or sent before a method is called.
   *
   * @param client the client whose tokens these are; it refreshes them
   */
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

  /**
   * Returns the stored tokens, even if they have expired; `undefined` if nobody is signed in.
   *
   * @throws {InvalidArgumentError} if the store contains text that no session wrote
   */
  async tokens(): Promise<TokenSet<I> | undefined> {
    return (await this.#read()).tokens;
  }

  /**
   * Stores the tokens of a sign-in and replaces the former ones.
   *
   * @throws {InvalidArgumentError} if the store contains text that no session wrote
   */
  async set(tokens: TokenSet<I>): Promise<void> {
    await this.#write(() => ({ tokens, lease: undefined, retryAt: undefined }));
    await this.#changed(tokens);
  }

  /**
   * Removes the tokens from the store. It does not revoke them; use {@link Client.revoke} for that.
   *
   * @throws {InvalidArgumentError} if the store contains text that no session wrote
   */
  async clear(): Promise<void> {
    await this.#write(() => ({ tokens: undefined, lease: undefined, retryAt: undefined }));
    await this.#changed(undefined);
  }

  /**
   * Returns an access token that is still valid for a while, and refreshes it if necessary.
   *
   * @param options `rejected`: an access token that a resource server has just refused; it is refreshed even if
   *   it should still be valid
   * @throws {SessionError} `login_required` if the user has to sign in again; `try_later` if the server cannot be
   *   reached or has a temporary problem, and the old token has expired
   */
  async getAccessToken(options: { readonly rejected?: string | undefined } = {}): Promise<string> {
    const { tokens } = await this.#read();
    if (tokens && this.#isFresh(tokens, options.rejected)) return tokens.accessToken;
    // Callers in this process share one refresh. Tabs and workers share it by the lock.
    this.#refreshing ??= this.#refreshOnce(options.rejected).finally(() => {
      this.#refreshing = undefined;
    });
    return (await this.#refreshing).accessToken;
  }

  /**
   * Calls `listener` whenever the tokens change, here or in another tab or worker.
   *
   * @returns a function that removes the listener
   */
  onChange(listener: ChangeListener<I>): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Removes all listeners, and stops listening to other tabs and workers. */
  close(): void {
    this.#listeners.clear();
    this.#changes.close();
  }

  #isFresh(tokens: TokenSet<I>, rejected?: string): boolean {
    if (tokens.accessToken === rejected) return false;
    // A token of unknown lifetime is used until a server refuses it.
    return tokens.expired({ leeway: this.#earlyBy }) !== true;
  }

  async #refreshOnce(rejected: string | undefined): Promise<TokenSet<I>> {
    const locks = (globalThis.navigator as Navigator | undefined)?.locks;
    if (locks) {
      // A lock is released when its tab is closed, so such a tab blocks nobody.
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

  /** Waits for the lease. Returns the tokens instead if another tab or worker has refreshed them meanwhile. */
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
      return this.#makeDo(tokens, rejected, "the last refresh failed a moment ago", undefined);
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
      throw new SessionError("login_required", "the refresh token is no longer valid", { cause });
    }
    await this.set(fresh);
    return fresh;
  }

  /** Returns the old tokens if they can still be used, and throws otherwise. */
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
 * Whether the refresh token may still be valid after this error. Only the server can say that it is not, with
 * `invalid_grant` (RFC 6749 section 5.2) or by requiring the user.
 */
function mayPass(error: unknown): boolean {
  const gone = ["invalid_grant", "interaction_required", "login_required", "consent_required"];
  return !(error instanceof OAuthError && gone.includes(error.error));
}
