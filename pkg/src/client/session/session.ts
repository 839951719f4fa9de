import { ResponseError, SessionError } from "../../errors.js";
import type { HttpResponse } from "../answer.js";
import { LONGEST_TIMER, sleep } from "../clock.js";
import { timeoutError } from "../http.js";
import { checkClient, checkNumbers, invalid } from "../invalid.js";
import { exclusively } from "../lock.js";
import { refreshTokenOf } from "../refresh-token.js";
import { type ErrorListener, notify, report } from "../report.js";
import type { Int64 } from "../seconds.js";
import type { SignInClient } from "../sign-in-client.js";
import type { TokenSet } from "../tokens.js";
import { ChangeChannel } from "./change-channel.js";
import { type Keep, keeping } from "./kept.js";
import { type SessionRecord, readRecord, recordOf, withRefreshToken, writeRecord } from "./record.js";
import { type TokenStore, memoryStore } from "./store.js";
import { isAboutClient, ownError, verdictOf } from "./verdict.js";

/** The options of a {@link TokenSession}. */
export interface SessionOptions {
  /** Where the tokens are kept. Default: in memory. */
  readonly store?: TokenStore | undefined;
  /** The name by which tabs and workers of the same session find each other. Default: issuer and client id. */
  readonly name?: string | undefined;
  /**
   * How many seconds before it expires a token is refreshed, but never more than a tenth of its lifetime, so that
   * tokens of a short lifetime are used as well. Default: 60.
   */
  readonly refreshEarly?: number | undefined;
  /** Milliseconds that one refresh may take, with all its requests. Default: 30,000. */
  readonly timeout?: number | undefined;
  /**
   * Is called with errors that belong to no call: a {@link StorageError} of the store, while the session goes on in
   * memory, and an {@link EiamTokenError} `listener_error` whose `cause` a listener of `onChange` has thrown. Default:
   * the `onError` of the client, else `console.error`.
   */
  readonly onError?: ErrorListener | undefined;
}

/** A function that is called with the current tokens; `undefined` after signing out. */
export type ChangeListener<I extends Int64 = "bigint"> = (tokens: TokenSet<I> | undefined) => void;

/** How long to wait after a refresh that failed temporarily, in milliseconds. */
const PAUSE_AFTER_FAILURE = 2_000;

/** How many refusals in succession end the session if their reason cannot be read. */
const GRACE = 3;

/** The share of a token's lifetime in which it is refreshed early, at most. */
const EARLY_SHARE = 0.1;

/** By how many milliseconds a lease is longer than the refresh may take. */
const LEASE_MARGIN = 5_000;

/** How often to check the lease of another tab or worker, in milliseconds. */
const LEASE_POLL = 50;

/**
 * Keeps one user's tokens fresh. {@link TokenSession.getAccessToken} returns a token that is still valid, and
 * refreshes it shortly before it expires. If several callers, tabs or workers ask at the same time, only one of
 * them refreshes, and the others use the result.
 *
 * The result of a refresh is stored only if the refresh token that was sent is still the stored one. So nobody who
 * signs out is signed in again, and nobody who signs in loses the session, by a refresh that ends late.
 *
 * A store that fails does not end the session, which goes on in memory: see {@link SessionOptions.onError}. The
 * methods reject with a {@link StorageError} only if the store fails before anything was read from it, and with an
 * {@link InvalidArgumentError} if it contains text that no session wrote, which {@link TokenSession.set} and
 * {@link TokenSession.clear} replace.
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
  readonly #client: SignInClient<I>;
  readonly #options: SessionOptions;
  #keep: Keep;
  readonly #onError: ErrorListener | undefined;
  readonly #lockName: string;
  readonly #earlyBy: number;
  readonly #timeout: number;
  readonly #listeners = new Set<ChangeListener<I>>();
  #changes: ChangeChannel;
  readonly #owner = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  #refreshing: Promise<TokenSet<I>> | undefined;

  /**
   * Makes a session of one user at one client. Nothing is read or sent before a method is called.
   *
   * @param client the client whose tokens these are; it refreshes them
   * @throws {InvalidArgumentError} if there is no client, or if `refreshEarly` or `timeout` is not a number from 0 on
   */
  constructor(client: SignInClient<I>, options: SessionOptions = {}) {
    checkClient(client);
    this.#options = options ?? {};
    const { store = memoryStore(), refreshEarly = 60, timeout = 30_000, onError = client.onError } = this.#options;
    const { name = `${client.server.issuer ?? client.server.tokenEndpoint} ${client.clientId}` } = this.#options;
    checkNumbers({ refreshEarly, timeout }, "not a number from 0 on");
    this.#client = client;
    this.#keep = keeping(store, onError);
    this.#onError = onError;
    this.#lockName = `eiam-token ${name}`;
    this.#earlyBy = Number(refreshEarly);
    this.#timeout = Math.min(Number(timeout), LONGEST_TIMER);
    this.#changes = new ChangeChannel(this.#lockName, () => void this.#tell());
  }

  /**
   * A session of the same user that sees a part of what this one keeps. Whoever listens to this one is told of its
   * changes.
   *
   * @param view makes the client that refreshes the tokens of the part, and what the part keeps, of those of the whole
   * @internal
   */
  static part<I extends Int64>(
    whole: TokenSession<I>,
    view: (client: SignInClient<I>, keep: Keep) => readonly [SignInClient<I>, Keep],
  ): TokenSession<I> {
    const [client, keep] = view(whole.#client, whole.#keep);
    const part = new TokenSession(client, whole.#options);
    part.close();
    part.#keep = keep;
    part.#changes = whole.#changes;
    part.#listeners.add(() => whole.#tell());
    return part;
  }

  /**
   * Returns the stored tokens, even if they have expired; `undefined` if nobody is signed in.
   *
   * @throws {StorageError} if the store fails before anything was read from it
   * @throws {InvalidArgumentError} if the store contains text that no session wrote
   */
  async tokens(): Promise<TokenSet<I> | undefined> {
    return (await this.#read()).tokens;
  }

  /**
   * Stores the tokens of a sign-in and replaces the former ones. If the store fails, they are kept in memory only, and
   * {@link SessionOptions.onError} is told.
   *
   * @throws {InvalidArgumentError} if they are none
   */
  async set(tokens: TokenSet<I>): Promise<void> {
    if (!tokens?.serialize || !tokens.expired) {
      throw invalid("tokens", "not a token set, such as deserializeTokens returns");
    }
    const next = recordOf(tokens);
    await this.#keep((stored) => {
      let former: SessionRecord<I> | undefined;
      try {
        former = this.#recordIn(stored);
      } catch {
        // It is text that no session wrote.
      }
      // Another tab may be sending this very refresh token.
      const isSame = tokens.refreshToken !== undefined && tokens.refreshToken === former?.tokens?.refreshToken;
      return writeRecord(isSame ? { ...next, lease: former?.lease } : next);
    }, true);
    this.#changed(tokens);
  }

  /**
   * Removes the tokens from the store. It does not revoke them; use {@link Client.revoke} for that.
   *
   * @throws {StorageError} if the store still contains the tokens. This session has forgotten them nevertheless
   */
  async clear(): Promise<void> {
    const { failure, outdated } = await this.#keep(() => undefined, true);
    this.#changed(undefined);
    if (failure && outdated) throw failure;
  }

  /**
   * Returns an access token that is still valid for a while, and refreshes it if necessary.
   *
   * @param options `rejected`: an access token that a resource server has just refused. No caller in any tab gets it
   *   again, and it is refreshed even if it should still be valid
   * @throws {SessionError} `login_required` if the user has to sign in again; `try_later` if the server cannot be
   *   reached or has a temporary problem, and the old token has expired
   * @throws {StorageError} if the store fails before anything was read from it
   * @throws {InvalidArgumentError} if the store contains text that no session wrote
   * @throws {NotSupportedError} if the host lacks what the refresh needs, such as `fetch`
   * @example
   * ```js
   * import { TokenSession } from "eiam-token";
   *
   * const session = new TokenSession(client);
   * await session.set(tokens);
   * const authorize = (accessToken) => ({ headers: { authorization: `Bearer ${accessToken}` } });
   * const accessToken = await session.getAccessToken();
   * let response = await fetch(url, authorize(accessToken));
   * if (response.status === 401) {
   *   response = await fetch(url, authorize(await session.getAccessToken({ rejected: accessToken })));
   * }
   * ```
   */
  async getAccessToken(options: { readonly rejected?: string | undefined } = {}): Promise<string> {
    const { rejected } = options ?? {};
    for (;;) {
      let record = await this.#read();
      if (rejected !== undefined && record.tokens?.accessToken === rejected && !record.refused) {
        record = await this.#write((record) =>
          record.tokens?.accessToken === rejected ? { ...record, refused: true } : record,
        );
      }
      if (record.tokens && this.#isFresh(record)) return record.tokens.accessToken;
      // Callers in this process share one refresh. Tabs and workers share it by the lock and the lease.
      if (!this.#refreshing) {
        this.#refreshing = this.#refreshOnce().finally(() => {
          this.#refreshing = undefined;
        });
        return (await this.#refreshing).accessToken;
      }
      // That refresh may have read the store before this call, and somebody may have signed in or out since then.
      let fresh: TokenSet<I> | undefined;
      let error: unknown;
      try {
        fresh = await this.#refreshing;
      } catch (thrown) {
        error = thrown;
      }
      record = await this.#read();
      const { tokens } = record;
      if (tokens && !record.refused && tokens.accessToken !== rejected) {
        if (tokens.accessToken === fresh?.accessToken || this.#isFresh(record)) return tokens.accessToken;
      }
      const isSignedOut = error instanceof SessionError && error.code === "login_required";
      if (error && !(isSignedOut && tokens)) throw error;
    }
  }

  /**
   * Calls `listener` whenever the tokens change, here or in another tab or worker. What it throws is reported to
   * {@link SessionOptions.onError}, and nobody else notices.
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

  #isFresh({ tokens, refused, lifetime = Infinity }: SessionRecord<I>): boolean {
    // A token of unknown lifetime is used until a server refuses it.
    return !refused && tokens?.expired({ leeway: Math.min(this.#earlyBy, lifetime * EARLY_SHARE) }) !== true;
  }

  #refreshOnce(): Promise<TokenSet<I>> {
    // Locks of this process keep nobody out who shares the store elsewhere, and let users wait for each other for nothing.
    if (!this.#options.store?.isOfOrigin) return this.#refreshInTurn(undefined);
    return exclusively(this.#lockName, (alone) => this.#refreshInTurn(alone ? this.#lockName : undefined));
  }

  /**
   * Refreshes the tokens unless somebody else does so, and waits for others that do.
   *
   * @param lock the Web Lock that this tab holds; `undefined` if it holds none
   */
  async #refreshInTurn(lock: string | undefined): Promise<TokenSet<I>> {
    for (;;) {
      const record = await this.#takeLease(lock);
      const { tokens, lease } = record;
      if (!tokens) throw new SessionError("login_required", "nobody is signed in");
      if (this.#isFresh(record)) return tokens;
      if (tokens.refreshToken === undefined) {
        if (isUsable(record)) return tokens;
        throw new SessionError("login_required", "there is no refresh token");
      }
      if (isPaused(record)) return makeDo(record, "the last refresh failed a moment ago", undefined);
      if (lease?.owner !== this.#owner) {
        await sleep(LEASE_POLL);
      } else if (lease.until - Date.now() >= this.#timeout) {
        const done = await this.#refresh(tokens, tokens.refreshToken);
        if (done) return done;
      }
      // Otherwise this tab was frozen after it took the lease, which others may have by now.
    }
  }

  /**
   * Takes the right to refresh, if a refresh is due and nobody else has the right. It stands in the store beside the
   * refresh token, so that whoever has it knows which one may be sent. A Web Lock shows, besides, that a former owner
   * of the same lock is gone, so that nobody waits for a tab that was closed.
   */
  #takeLease(lock: string | undefined): Promise<SessionRecord<I>> {
    return this.#write((record) => {
      const { tokens, lease } = record;
      const now = Date.now();
      const longest = this.#timeout + LEASE_MARGIN;
      // A lease that ends much later than any can was taken before somebody set the clock back.
      const isHeld =
        lease &&
        lease.owner !== this.#owner &&
        lease.until > now &&
        lease.until < now + 2 * longest &&
        (lock === undefined || lease.lock !== lock);
      if (isHeld || tokens?.refreshToken === undefined || this.#isFresh(record) || isPaused(record)) return record;
      return { ...record, lease: { owner: this.#owner, until: now + longest, lock } };
    });
  }

  /**
   * Sends the refresh and stores its outcome.
   *
   * @param sent the refresh token of `tokens`
   * @returns `undefined` if others have changed the stored tokens meanwhile, so that the outcome counts for nothing
   */
  async #refresh(tokens: TokenSet<I>, sent: string): Promise<TokenSet<I> | undefined> {
    let current = sent;
    let answered = false;
    const received = async (response: HttpResponse) => {
      answered = true;
      const rotated = refreshTokenOf(response);
      if (rotated === undefined || rotated === sent) return;
      // It is stored before the response is judged, because the server no longer accepts the one that was sent.
      await this.#writeIf(sent, (record) => ({
        ...record,
        tokens: withRefreshToken(record.tokens!, rotated, this.#client.int64),
      }));
      current = rotated;
    };
    // All requests of the refresh together may take no longer than this, because the lease ends soon after.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(timeoutError("the refresh", this.#timeout)), this.#timeout);
    let fresh: TokenSet<I>;
    try {
      fresh = await this.#client.refresh(tokens, { timeout: this.#timeout, signal: limit.signal, received });
    } catch (error) {
      return await this.#failed(error, current, answered);
    } finally {
      clearTimeout(timer);
    }
    const record = await this.#writeIf(current, (former) => {
      const next = { ...former, ...recordOf(fresh) };
      const isRefused = former.refused && former.tokens?.accessToken === fresh.accessToken;
      return isRefused ? { ...next, refused: true, retryAt: Date.now() + PAUSE_AFTER_FAILURE } : next;
    });
    if (!record) return undefined;
    this.#changed(fresh);
    if (record.refused) return makeDo(record, "the server returned the refused access token", undefined);
    return fresh;
  }

  /**
   * Stores what a failed refresh says about the tokens, and returns the old ones if they can still be used.
   *
   * @param current the refresh token that has to be the stored one
   * @param answered whether the token endpoint has answered
   * @returns `undefined` if others have changed the stored tokens meanwhile
   */
  async #failed(error: unknown, current: string, answered: boolean): Promise<TokenSet<I> | undefined> {
    const verdict = verdictOf(error, answered);
    if (verdict === "misuse") {
      await this.#write((record) => this.#released(record));
      throw ownError(error);
    }
    const wait = (error instanceof ResponseError && error.retryAfter) || PAUSE_AFTER_FAILURE;
    const record = await this.#writeIf(current, (record) => {
      const refusals = verdict === "doubtful" ? record.refusals + 1 : 0;
      // If the server refuses the client, the user's tokens may be good again when the client is.
      const isOver = verdict === "dead" || (verdict === "doubtful" && refusals >= GRACE && !isAboutClient(error));
      if (isOver) return recordOf(undefined);
      return { ...record, refusals, lease: undefined, retryAt: Date.now() + wait };
    });
    if (!record) return undefined;
    if (record.tokens) return makeDo(record, "the refresh failed", error);
    this.#changed(undefined);
    throw new SessionError("login_required", "the refresh token is no longer valid", { cause: error });
  }

  #read(): Promise<SessionRecord<I>> {
    return this.#write((record) => record);
  }

  async #write(change: (record: SessionRecord<I>) => SessionRecord<I>): Promise<SessionRecord<I>> {
    const { text } = await this.#keep((stored) => {
      const before = this.#recordIn(stored);
      const after = change(before);
      return after === before ? stored : writeRecord(after);
    });
    return this.#recordIn(text);
  }

  #recordIn(text: string | undefined): SessionRecord<I> {
    return readRecord(text, this.#client.int64);
  }

  /**
   * Compares and sets: changes the record only if `refreshToken` is still the stored one. Otherwise it only gives back
   * the right to refresh.
   *
   * @returns `undefined` if it is another one
   */
  async #writeIf(
    refreshToken: string,
    change: (record: SessionRecord<I>) => SessionRecord<I>,
  ): Promise<SessionRecord<I> | undefined> {
    let isStored = false;
    const record = await this.#write((record) => {
      isStored = record.tokens?.refreshToken === refreshToken;
      return isStored ? change(record) : this.#released(record);
    });
    return isStored ? record : undefined;
  }

  #released(record: SessionRecord<I>): SessionRecord<I> {
    return record.lease?.owner === this.#owner ? { ...record, lease: undefined } : record;
  }

  #changed(tokens: TokenSet<I> | undefined): void {
    this.#changes.announce();
    this.#tellListeners(tokens);
  }

  #tellListeners(tokens: TokenSet<I> | undefined): void {
    // A listener may add itself again.
    for (const listener of [...this.#listeners]) notify(() => listener(tokens), this.#onError);
  }

  /** Tells the listeners what another tab has stored. */
  async #tell(): Promise<void> {
    try {
      this.#tellListeners((await this.#read()).tokens);
    } catch (error) {
      report(ownError(error), this.#onError);
    }
  }
}

/** Whether the access token can still be used. */
function isUsable({ tokens, refused }: SessionRecord<Int64>): boolean {
  return !refused && tokens?.expired() === false;
}

function isPaused({ retryAt }: SessionRecord<Int64>): boolean {
  return retryAt !== undefined && retryAt > Date.now();
}

/** Returns the old tokens if they can still be used, and throws otherwise. */
function makeDo<I extends Int64>(record: SessionRecord<I>, message: string, cause: unknown): TokenSet<I> {
  if (record.tokens && isUsable(record)) return record.tokens;
  throw new SessionError(record.refusals < GRACE ? "try_later" : "login_required", message, { cause });
}
