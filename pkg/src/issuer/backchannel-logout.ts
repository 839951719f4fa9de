import { EiamTokenError } from "../errors.js";

/** What a client is told about a login session that ended (OpenID Connect Back-Channel Logout). */
export interface LogoutNotice {
  /** The application that is told. */
  readonly applicationId: string;
  /** Where it is told: its `backchannelLogoutUri`. */
  readonly uri: string;
  /** The signed logout token (section 2.4). It is valid for two minutes. */
  readonly logoutToken: string;
}

/** A client that could not be told. */
export interface LogoutFailure {
  /** The application that was not told. */
  readonly applicationId: string;
  /** Its `backchannelLogoutUri`. */
  readonly uri: string;
  /** How often it was tried; 0 if so many notices were waiting already that this one was dropped. */
  readonly attempts: number;
  /** What is wrong with it, such as `cannot be reached` or `answered with the status 500`. It has no secrets in it. */
  readonly reason: string;
}

/**
 * How clients with a `backchannelLogoutUri` are told that a login session ended. They are told after the reply,
 * which does not wait for it and does not fail by it.
 */
export interface BackchannelLogoutOptions {
  /**
   * Tells a client, instead of a request: if it throws or rejects, it is called again as `retries` says. Default: a
   * `POST` by the host's `fetch` (section 2.5), which follows no redirect. It is not sent again if the answer is a
   * status from 400 to 499, other than 408 and 429: such an answer would stay the same (section 2.8).
   */
  readonly send?: ((notice: LogoutNotice) => unknown) | undefined;
  /** How long one attempt may take, in milliseconds. Default: 5000. */
  readonly timeout?: number | undefined;
  /**
   * How long to wait before each further attempt, in milliseconds. Default: `[1000, 5000, 25000]`; an empty list for
   * a single attempt.
   */
  readonly retries?: readonly number[] | undefined;
  /** Is called if a client could not be told. Default: nobody hears of it. */
  readonly onError?: ((failure: LogoutFailure) => void) | undefined;
}

/** What the module gives: for each notice the application, the URI and the token, one after the other. */
export type RawNotices = readonly string[];

/** Keeps a host alive until a promise is settled, as `ctx.waitUntil` and `event.waitUntil` do. */
export type WaitUntil = (promise: Promise<unknown>) => void;

/**
 * Sends notices, a few at a time, and again where that failed.
 *
 * @internal
 */
export class LogoutSender {
  readonly #send: (notice: LogoutNotice, signal: AbortSignal) => unknown;
  readonly #timeout: number;
  readonly #retries: readonly number[];
  readonly #onError: ((failure: LogoutFailure) => void) | undefined;
  /** Calls that wait for others to end. */
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #pending = 0;

  /** @throws {EiamTokenError} `invalid_argument` if an option is wrong */
  constructor({ send, timeout = 5000, retries = RETRIES, onError }: BackchannelLogoutOptions = {}) {
    for (const [name, value] of Object.entries({ send, onError })) {
      if (value !== undefined && typeof value !== "function") throw wrong(`${name} is no function`);
    }
    if (!Array.isArray(retries)) throw wrong("retries is no list");
    for (const time of [timeout, ...retries]) {
      if (typeof time !== "number" || !(time >= 0 && time <= LONGEST_TIMER)) {
        throw wrong("timeout and retries are numbers of milliseconds");
      }
    }
    this.#send = send ?? post;
    this.#timeout = timeout;
    this.#retries = retries;
    this.#onError = onError;
  }

  /** Sends what the module gives, and never throws. */
  send(notices: Promise<RawNotices>, waitUntil?: WaitUntil): void {
    const sent = this.#sendAll(notices);
    try {
      waitUntil?.(sent);
    } catch {
      // A host that keeps nothing alive may lose notices, but must not fail the reply.
    }
  }

  async #sendAll(notices: Promise<RawNotices>): Promise<void> {
    let flat: RawNotices = [];
    try {
      flat = await notices;
    } catch {
      // The key that signs logout tokens signs everything else, so the host hears of it elsewhere.
    }
    const all: Promise<void>[] = [];
    for (let i = 0; i + 2 < flat.length; i += 3) {
      all.push(this.#tell({ applicationId: flat[i]!, uri: flat[i + 1]!, logoutToken: flat[i + 2]! }));
    }
    await Promise.all(all);
  }

  async #tell(notice: LogoutNotice): Promise<void> {
    if (this.#pending >= MOST_PENDING) return this.#fail(notice, 0, "has to wait for too many others");
    this.#pending += 1;
    try {
      for (const [attempt, wait] of [0, ...this.#retries].entries()) {
        if (attempt > 0) await pause(wait);
        const failure = await this.#attempt(notice);
        if (!failure) return;
        if (failure.isFinal || attempt === this.#retries.length) {
          return this.#fail(notice, attempt + 1, failure.reason);
        }
      }
    } finally {
      this.#pending -= 1;
    }
  }

  async #attempt(notice: LogoutNotice): Promise<Refusal | undefined> {
    if (this.#running >= MOST_RUNNING) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    const timeout = this.#timeout;
    const controller = new AbortController();
    let timer: Timer | undefined;
    try {
      // A host's own function may never end, or throw before it returns a promise.
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new Refusal(`did not answer within ${timeout} ms`));
          controller.abort();
        }, timeout);
      });
      await Promise.race([late, (async () => this.#send(notice, controller.signal))()]);
      return undefined;
    } catch (thrown) {
      return thrown instanceof Refusal ? thrown : new Refusal("cannot be reached");
    } finally {
      clearTimeout(timer);
      // The place goes to who waits longest.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #fail({ applicationId, uri }: LogoutNotice, attempts: number, reason: string): void {
    try {
      this.#onError?.({ applicationId, uri, attempts, reason });
    } catch {
      // What the host's own function throws is nobody's here.
    }
  }
}

type Timer = ReturnType<typeof setTimeout>;

/** Why an attempt failed. */
class Refusal extends Error {
  readonly reason: string;
  /** Whether another attempt would end in the same way. */
  readonly isFinal: boolean;

  constructor(reason: string, isFinal = false) {
    super(reason);
    this.reason = reason;
    this.isFinal = isFinal;
  }
}

/** Section 2.5. */
async function post({ uri, logoutToken }: LogoutNotice, signal: AbortSignal): Promise<void> {
  const response = await fetch(uri, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ logout_token: logoutToken }).toString(),
    redirect: "manual",
    signal,
  });
  const { status } = response;
  // The answer says nothing more, and an unread one would hold its connection.
  await response.body?.cancel();
  if (response.ok) return;
  const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  throw new Refusal(`answered with the status ${status}`, isFinal);
}

/** Waits. In Node the pause does not keep the process alive. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds) as Timer & { unref?: () => void };
    timer.unref?.();
  });
}

function wrong(problem: string): EiamTokenError {
  return new EiamTokenError("invalid_argument", `backchannelLogout: ${problem}`);
}

/** Together with four attempts this is less than the two minutes for which a logout token is valid. */
const RETRIES = [1000, 5000, 25_000];

/** How many clients are told at the same time. */
const MOST_RUNNING = 16;

/** How many notices are kept that are not sent yet. */
const MOST_PENDING = 1000;

/** The longest delay of one timer. */
const LONGEST_TIMER = 0x7fff_ffff;
