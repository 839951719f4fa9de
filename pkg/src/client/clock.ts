/** Unix seconds. */
export function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** The greatest delay of one timer: about 24.8 days. A longer one would fire at once. */
const LONGEST_TIMER = 0x7fff_ffff;

/**
 * Waits until `when` (milliseconds, as `Date.now()` counts them), however far that is.
 *
 * @throws the signal's reason, at once when it aborts
 */
export async function sleepUntil(when: number, signal?: AbortSignal): Promise<void> {
  for (let left = when - Date.now(); left > 0; left = when - Date.now()) {
    await sleep(Math.min(left, LONGEST_TIMER), signal);
  }
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
