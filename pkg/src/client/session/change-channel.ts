/** Tells the other tabs and workers that the tokens changed. No token goes over it. */
export class ChangeChannel {
  #channel: BroadcastChannel | undefined;

  constructor(name: string, onChange: () => void) {
    try {
      this.#channel = new BroadcastChannel(name);
    } catch {
      // The host has no such channels, or not for this page: in a sandboxed frame, for one.
      return;
    }
    this.#channel.onmessage = onChange;
    // In Node a channel would keep the process alive.
    (this.#channel as { unref?: () => void }).unref?.();
  }

  announce(): void {
    this.#channel?.postMessage("changed");
  }

  /** Afterwards, `announce` does nothing: a closed channel would throw. */
  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }
}
