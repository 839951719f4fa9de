import type { CallOptions } from "./http.js";
import { unlessAborted } from "./unless-aborted.js";

/** The present, in Unix seconds. */
export function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/**
 * A clock that starts with the present and never jumps back, in milliseconds as `Date.now()` has them.
 *
 * It is the later of two clocks. The host's own does not follow when somebody sets the time back, and
 * the time of day goes on while a computer sleeps, during which some hosts' own clocks stand still.
 */
export function steadyClock(): () => number {
  const origin = Date.now() - performance.now();
  return () => Math.max(Date.now(), origin + performance.now());
}

/** The greatest delay of one timer: about 24.8 days. A longer one would fire at once. */
export const LONGEST_TIMER = 0x7fff_ffff;

/**
 * Waits for a number of milliseconds, which may be more than one timer can wait for.
 *
 * @throws the signal's reason, at once when it aborts
 */
export async function sleep(milliseconds: number, signal?: CallOptions["signal"]): Promise<void> {
  for (let left = milliseconds; left > 0; left -= LONGEST_TIMER) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = (resolve: () => void) => {
      timer = setTimeout(resolve, Math.min(left, LONGEST_TIMER));
    };
    try {
      await unlessAborted(new Promise<void>(wake), { signal });
    } finally {
      clearTimeout(timer);
    }
  }
}
