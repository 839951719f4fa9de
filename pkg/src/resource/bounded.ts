/**
 * Values until a time, and no more than so many: the one that was added first makes room.
 *
 * @internal
 */
export class Bounded<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly until: number }>();

  readonly #most: number;

  /** When all were looked through for the last time, in seconds. */
  #lookedAt = -Infinity;

  /** @param most how many there are at most */
  constructor(most: number) {
    this.#most = most;
  }

  /** The value, if its time is not over. `now` and times are in seconds. */
  get(key: string, now: number): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || now < entry.until) return entry?.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: T, until: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until });
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value!);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /**
   * Whether there is room without taking it from somebody whose time is not over; what is over goes. All of them are
   * looked through once a second at most, because whoever has filled them would make each call slow.
   */
  hasRoom(now: number): boolean {
    if (this.#entries.size < this.#most) return true;
    if (Math.abs(now - this.#lookedAt) < 1) return false;
    this.#lookedAt = now;
    for (const [key, { until }] of this.#entries) if (until <= now) this.#entries.delete(key);
    return this.#entries.size < this.#most;
  }
}
