import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { onSignal } from "./on-signal.mjs";
import { END } from "./patience.mjs";
import { descendants, endTree, killTree } from "./processes.mjs";

/**
 * Has a browser remove its profile when it is closed, also by a signal to this process; one that does
 * not close is ended.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} profile its folder
 */
export function closesWithProfile(browser, profile) {
  const pid = browser.process()?.pid ?? 0;
  const remove = () => rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  const forget = onSignal(() => {
    killTree(pid);
    try {
      remove();
    } catch {
      // One of its processes wrote into it to the last. The system empties its folder of temporary files.
    }
  });
  const close = browser.close.bind(browser);
  browser.close = async () => {
    forget();
    const below = descendants(pid);
    // A browser that has lost its way may never answer.
    await Promise.race([close().catch(() => undefined), delay(END, undefined, { ref: false })]);
    // Until all its processes have ended, they write into the profile.
    await endTree(pid, below);
    remove();
  };
}
