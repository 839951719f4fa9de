/** Saves one state after the other. Whoever waits for the same save waits for one that began after their change. */
export class Saver {
  readonly #write: () => Promise<void>;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** @param write takes the state as it is when it is called, and writes it */
  constructor(write: () => Promise<void>) {
    this.#write = write;
  }

  /** @throws what `write` throws */
  save(): Promise<void> {
    return (this.#next ??= this.#after(this.#current.catch(() => {})));
  }

  /** Waits for the saves that have begun, whatever comes of them. */
  async settled(): Promise<void> {
    await (this.#next ?? this.#current).catch(() => {});
  }

  async #after(former: Promise<void>): Promise<void> {
    await former;
    this.#next = undefined;
    await (this.#current = this.#write());
  }
}
