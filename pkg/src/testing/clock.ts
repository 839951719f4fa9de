import { invalid } from "../client/invalid.js";
import { type Duration, secondsIn } from "./duration.js";

/** A point in time: Unix seconds, a `Date`, or its text as `Date` reads it, such as `"2030-01-01T00:00:00Z"`. */
export type Instant = number | bigint | Date | string;

/** The greatest time in seconds that the issuer knows, and the least below zero. */
const LIMIT = 2n ** 63n - 1n;

/**
 * The time of a test issuer. Everything that the issuer gives out ages by it at once: codes, tokens, device requests,
 * sessions, keys and throttles.
 *
 * It begins as the host's time. Nothing else in the process follows it, so a client that checks lifetimes itself needs
 * the same time: `{ clock: issuer.clock.now }`.
 */
export class TestClock {
  /** What {@link TestClock.reset} goes back to. */
  readonly #start: { readonly offset: bigint; readonly frozenAt: bigint | undefined };
  #offset: bigint;
  #frozenAt: bigint | undefined;

  /** @internal */
  constructor(at: Instant | undefined, offset = 0n) {
    this.#offset = offset;
    this.#frozenAt = at === undefined ? undefined : instant(at, "clock");
    this.#start = { offset, frozenAt: this.#frozenAt };
  }

  /** The time in Unix seconds. It is bound, so it can be passed on. */
  readonly now = (): bigint => this.#frozenAt ?? hostSeconds() + this.#offset;

  /** Stops the clock: time passes only by {@link TestClock.advance} and {@link TestClock.set}. */
  freeze(): this {
    this.#frozenAt = this.now();
    return this;
  }

  /** Lets a stopped clock go on from where it stands. */
  resume(): this {
    if (this.#frozenAt !== undefined) this.#offset = this.#frozenAt - hostSeconds();
    this.#frozenAt = undefined;
    return this;
  }

  /**
   * Lets time pass at once, whether the clock is stopped or not.
   *
   * @throws {InvalidArgumentError} if it is no span of time, or leads beyond what the issuer can count
   * @example
   * ```js
   * issuer.clock.advance("20m");
   * ```
   */
  advance(duration: Duration): this {
    return this.#moveTo(this.now() + secondsIn(duration, "duration"), "duration");
  }

  /**
   * Sets the time, also back.
   *
   * @throws {InvalidArgumentError} if it is no point in time
   * @example
   * ```js
   * issuer.clock.freeze().set("2030-01-01T00:00:00Z");
   * ```
   */
  set(time: Instant): this {
    return this.#moveTo(instant(time, "time"), "time");
  }

  /** Goes back to how it began. @internal */
  reset(): void {
    this.#offset = this.#start.offset;
    this.#frozenAt = this.#start.frozenAt;
  }

  /** A clock that begins as this one is, and changes by itself from now on. @internal */
  copy(): TestClock {
    return new TestClock(this.#frozenAt, this.#offset);
  }

  #moveTo(time: bigint, name: string): this {
    inRange(time, name);
    if (this.#frozenAt === undefined) this.#offset = time - hostSeconds();
    else this.#frozenAt = time;
    return this;
  }
}

function instant(time: unknown, name: string): bigint {
  if (typeof time === "bigint") return inRange(time, name);
  if (typeof time === "number" && Number.isSafeInteger(time)) return BigInt(time);
  // Not every `Date` is of this realm: Jest's environments have classes of their own.
  const isDate = Object.prototype.toString.call(time) === "[object Date]";
  const milliseconds = isDate ? Number(time) : typeof time === "string" ? Date.parse(time) : NaN;
  if (Number.isNaN(milliseconds)) {
    throw invalid(name, 'expected Unix seconds, a Date, or a text such as "2030-01-01T00:00:00Z"');
  }
  return BigInt(Math.floor(milliseconds / 1000));
}

function inRange(time: bigint, name: string): bigint {
  if (time > LIMIT || time < -LIMIT) throw invalid(name, "the time would not be a 64-bit integer of seconds");
  return time;
}

function hostSeconds(): bigint {
  return BigInt(Math.floor(Date.now() / 1000));
}
