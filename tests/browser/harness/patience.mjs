/**
 * How long anything is waited for. These only cost where something has failed, so they are many times
 * what a busy machine needs: nothing here may depend on its speed.
 */
import { setTimeout as delay } from "node:timers/promises";

/** How long a browser, a driver or an X server may take to start, in milliseconds. */
export const START = 180_000;

/** How long one step may take, in milliseconds: a page that comes, a text that changes. */
export const STEP = 90_000;

/** How long a whole test may take, in milliseconds. */
export const WHOLE = 280_000;

/** How long something may take to end before it is killed, in milliseconds. */
export const END = 10_000;

/** How often is looked, in milliseconds. */
const INTERVAL = 25;

/**
 * Looks until there is something, which is returned.
 *
 * @template T
 * @param {string | (() => string)} failure what is wrong if it never comes
 * @param {() => T | Promise<T>} look
 * @param {number} [patience] in milliseconds
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(failure, look, patience = STEP) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(typeof failure === "string" ? failure : failure());
    await delay(INTERVAL);
  }
}
