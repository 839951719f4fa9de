/**
 * A channel to the other pages and workers of this origin; `undefined` if the host has none, or refuses it to this page, for
 * example in a sandboxed frame.
 *
 * @internal
 */
export function openChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}
