/** Tells the other tabs and workers that the tokens changed. No token goes over it. */
export class ChangeChannel {
  #channel: BroadcastChannel | undefined;

  /** @param onChange is called when another tab or worker with the same `name` announces a change */
  constructor(name: string, onChange: () => void) {
    try {
      this.#channel = new BroadcastChannel(name);
    } catch {
      // The host has no such channels, or refuses them to this page, for example in a sandboxed frame.
      return;
    }
    this.#channel.onmessage = onChange;
    // In Node a channel would keep the process alive.
    (this.#channel as { unref?: () => void }).unref?.();
  }

  /** Tells the others that the tokens changed. */
  announce(): void {
    this.#channel?.postMessage("changed");
  }

  /** Afterwards, `announce` does nothing: a closed channel would throw. */
  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }
}
