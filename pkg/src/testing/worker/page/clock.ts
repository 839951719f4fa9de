import { type Instant, instant } from "../../clock.js";
import type { Control } from "../../control.js";
import { type Duration, secondsIn } from "../../duration.js";
import type { ClockState } from "../messages.js";

/**
 * The time of an issuer in a service worker. Everything that the issuer gives out ages by it at once. Await its methods:
 * the worker is another thread.
 */
export class WorkerClock {
  readonly #control: Control;
  readonly #state: () => Promise<ClockState>;
  #offset = 0n;
  #frozenAt: bigint | undefined;

  /** @internal */
  constructor(control: Control, state: () => Promise<ClockState>) {
    this.#control = control;
    this.#state = state;
  }

  /**
   * The time in Unix seconds, as this page knows it: another page may have changed the clock. It is bound, so it can be
   * passed on to what takes a clock.
   */
  readonly now = (): bigint => this.#frozenAt ?? hostSeconds() + this.#offset;

  /** Stops the clock: time passes only by {@link WorkerClock.advance} and {@link WorkerClock.set}. */
  async freeze(): Promise<this> {
    return this.#change({ freeze: true });
  }

  /** Lets a stopped clock go on from where it stands. */
  async resume(): Promise<this> {
    return this.#change({ run: true });
  }

  /**
   * Lets time pass at once, whether the clock is stopped or not.
   *
   * @throws {InvalidArgumentError} if it is no span of time, or leads beyond the year 9999
   */
  async advance(duration: Duration): Promise<this> {
    return this.#change({ advance: Number(secondsIn(duration, "duration")) });
  }

  /** Sets the time, also back. @throws {InvalidArgumentError} if it is no point in time from 1970 to 9999 */
  async set(time: Instant): Promise<this> {
    return this.#change({ set: Number(instant(time, "time")) });
  }

  /** Asks how the clock goes. @internal */
  async look(): Promise<this> {
    const { offset, frozenAt } = await this.#state();
    this.#offset = BigInt(offset);
    this.#frozenAt = frozenAt === undefined ? undefined : BigInt(frozenAt);
    return this;
  }

  async #change(change: { readonly [name: string]: number | boolean }): Promise<this> {
    await this.#control("POST", "clock", change);
    return this.look();
  }
}

/** The worker has the host's time, whatever a test makes of the page's. */
const hostMilliseconds = Date.now;

function hostSeconds(): bigint {
  return BigInt(Math.floor(hostMilliseconds() / 1000));
}
