import { invalid } from "../client/invalid.js";
import { type Duration, secondsIn } from "./duration.js";

/** A point in time: Unix seconds, a `Date`, or its text as `Date` reads it, such as `"2030-01-01T00:00:00Z"`. */
export type Instant = number | bigint | Date | string;

/** The last second of the year 9999, which all date formats can still say. */
const LATEST = 253_402_300_799n;

/** What has the clock. */
interface Timed {
  time(host: bigint): bigint;
  setTime(at: bigint, isFrozen: boolean | undefined, host: bigint): void;
}

/**
 * The time of a test issuer, which requests to `/_control/clock` read and move as well. Everything that the issuer gives
 * out ages by it at once: codes, tokens, device requests, sessions, keys and throttles.
 *
 * It begins as the host's time. Nothing else in the process follows it: a client that checks lifetimes itself reads `Date`,
 * which the test runner can move. A clock that was not moved goes with that.
 */
export class TestClock {
  readonly #issuer: Timed;

  /** @internal */
  constructor(issuer: Timed) {
    this.#issuer = issuer;
  }

  /**
   * The time in Unix seconds. It is bound, so it can be passed on.
   *
   * @throws {EiamTokenError} `invalid_argument` if the issuer was closed, as every method does
   */
  readonly now = (): bigint => this.#issuer.time(hostSeconds());

  /** Stops the clock: time passes only by {@link TestClock.advance} and {@link TestClock.set}. */
  freeze(): this {
    return this.#move((now) => now, true);
  }

  /** Lets a stopped clock go on from where it stands. */
  resume(): this {
    return this.#move((now) => now, false);
  }

  /**
   * Lets time pass at once, whether the clock is stopped or not.
   *
   * @throws {InvalidArgumentError} if it is no span of time, or leads beyond the year 9999
   * @example
   * ```js
   * issuer.clock.advance("20m");
   * ```
   */
  advance(duration: Duration): this {
    const span = secondsIn(duration, "duration");
    return this.#move((now) => inRange(now + span, "duration"));
  }

  /**
   * Sets the time, also back.
   *
   * @throws {InvalidArgumentError} if it is no point in time from 1970 to 9999
   * @example
   * ```js
   * issuer.clock.freeze().set("2030-01-01T00:00:00Z");
   * ```
   */
  set(time: Instant): this {
    const at = instant(time, "time");
    return this.#move(() => at);
  }

  /** @param isFrozen whether it stands from now on; by default as before */
  #move(to: (now: bigint) => bigint, isFrozen?: boolean): this {
    const host = hostSeconds();
    this.#issuer.setTime(to(this.#issuer.time(host)), isFrozen, host);
    return this;
  }
}

/**
 * A point in time, in Unix seconds.
 *
 * @param argument what it is called in an error
 * @throws {InvalidArgumentError} if it is none from 1970 to 9999
 */
export function instant(time: unknown, argument: string): bigint {
  if (typeof time === "bigint") return inRange(time, argument);
  if (typeof time === "number" && Number.isSafeInteger(time)) return inRange(BigInt(time), argument);
  // Not every `Date` is of this realm: Jest's environments have classes of their own.
  const isDate = Object.prototype.toString.call(time) === "[object Date]";
  const milliseconds = isDate ? Number(time) : typeof time === "string" ? Date.parse(time) : NaN;
  if (Number.isNaN(milliseconds)) {
    throw invalid(argument, 'expected Unix seconds, a Date, or a text such as "2030-01-01T00:00:00Z"');
  }
  return inRange(BigInt(Math.floor(milliseconds / 1000)), argument);
}

function inRange(time: bigint, argument: string): bigint {
  if (time < 0n || time > LATEST) throw invalid(argument, "the time would not be from 1970 to 9999");
  return time;
}

function hostSeconds(): bigint {
  return BigInt(Math.floor(Date.now() / 1000));
}
