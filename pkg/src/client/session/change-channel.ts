/** Tells the other tabs and workers that the tokens changed. No token goes over it. */
export class ChangeChannel {
  readonly #channel: BroadcastChannel | undefined;

  constructor(name: string, onChange: () => void) {
    if (typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = onChange;
    // In Node a channel would keep the process alive.
    (this.#channel as { unref?: () => void }).unref?.();
  }

  announce(): void {
    this.#channel?.postMessage("changed");
  }

  close(): void {
    this.#channel?.close();
  }
}
