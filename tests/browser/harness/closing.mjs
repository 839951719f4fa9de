import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { onSignal } from "./on-signal.mjs";

/** How long a browser may take to close, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Has a browser remove its profile when it is closed, also by a signal to this process; one that does
 * not close is ended.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} profile its folder
 */
export function closesWithProfile(browser, profile) {
  const end = () => {
    browser.process()?.kill("SIGKILL");
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  const forget = onSignal(end);
  const close = browser.close.bind(browser);
  browser.close = async () => {
    forget();
    // A browser that has lost its way may never answer.
    await Promise.race([close().catch(() => undefined), delay(PATIENCE, undefined, { ref: false })]);
    end();
  };
}
