import { openChannel } from "../channel.js";

/** Tells the other tabs and workers that the tokens changed. No token goes over it. */
export class ChangeChannel {
  #channel: BroadcastChannel | undefined;

  /** @param onChange is called when another tab or worker with the same `name` announces a change */
  constructor(name: string, onChange: () => void) {
    this.#channel = openChannel(name);
    if (!this.#channel) return;
    this.#channel.onmessage = onChange;
    // In Node a channel would keep the process alive.
    (this.#channel as { unref?: () => void }).unref?.();
  }

  /** Tells the others that the tokens changed. */
  announce(): void {
    try {
      this.#channel?.postMessage("changed");
    } catch {
      // The tokens are stored. The others see them when they ask.
    }
  }

  /** Afterwards, `announce` does nothing: a closed channel would throw. */
  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }
}
