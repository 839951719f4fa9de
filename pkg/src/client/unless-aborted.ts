import type { CallOptions } from "./http.js";

/**
 * The result of work, which goes on if the signal aborts: others may wait for it as well.
 *
 * @throws the signal's reason, at once when it aborts
 */
export function unlessAborted<T>(work: Promise<T>, { signal }: CallOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    work
      .then(resolve, reject)
      .finally(() => signal?.removeEventListener("abort", abort))
      // What a signal of the application's own throws.
      .catch(reject);
  });
}
