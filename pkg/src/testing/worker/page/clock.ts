import { type Instant, TestClock } from "../../clock.js";
import type { Control } from "../../control.js";
import { type Duration, secondsIn } from "../../duration.js";

/**
 * The time of an issuer in a service worker. Everything that the issuer gives out ages by it at once. Await its methods:
 * the worker is another thread.
 */
export class WorkerClock {
  readonly #control: Control;
  #offset = 0n;
  #frozenAt: bigint | undefined;

  /** @internal */
  constructor(control: Control) {
    this.#control = control;
  }

  /**
   * The time in Unix seconds, as this page knows it: another page may have changed the clock. It is bound, so it can be
   * passed on: `{ clock: issuer.clock.now }`.
   */
  readonly now = (): bigint => this.#frozenAt ?? hostSeconds() + this.#offset;

  /** Stops the clock: time passes only by {@link WorkerClock.advance} and {@link WorkerClock.set}. */
  freeze(): Promise<this> {
    return this.#change({ freeze: true });
  }

  /** Lets a stopped clock go on from where it stands. */
  resume(): Promise<this> {
    return this.#change({ run: true });
  }

  /**
   * Lets time pass at once, whether the clock is stopped or not.
   *
   * @throws {InvalidArgumentError} if it is no span of time, or leads beyond the year 9999
   */
  advance(duration: Duration): Promise<this> {
    return this.#change({ advance: Number(secondsIn(duration, "duration")) });
  }

  /** Sets the time, also back. @throws {InvalidArgumentError} if it is no point in time from 1970 to 9999 */
  set(time: Instant): Promise<this> {
    return this.#change({ set: Number(new TestClock(time).now()) });
  }

  /** Asks what time it is. @internal */
  async look(): Promise<this> {
    return this.#take(await this.#control("GET", "clock"));
  }

  async #change(change: { readonly [name: string]: number | boolean }): Promise<this> {
    return this.#take(await this.#control("POST", "clock", change));
  }

  #take(shown: unknown): this {
    const { now, frozen } = shown as { now: number; frozen: boolean };
    this.#frozenAt = frozen ? BigInt(now) : undefined;
    this.#offset = BigInt(now) - hostSeconds();
    return this;
  }
}

function hostSeconds(): bigint {
  return BigInt(Math.floor(Date.now() / 1000));
}
