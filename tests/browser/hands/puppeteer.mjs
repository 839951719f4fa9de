import { STEP } from "../harness/patience.mjs";
import { press } from "./hands.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

/** How often is looked, in milliseconds. */
const POLLING = 50;

/**
 * Words that say that an element, a frame or a page is not there any more, from DevTools, from BiDi and
 * from Puppeteer. In a page that has only just come, Firefox sometimes still looks with the means of the
 * one before, and says "Not allowed to define cross-origin object".
 */
const MOVED = new RegExp(
  [
    "Execution context was destroyed",
    "Execution context is not available in detached frame",
    "Attempted to use detached Frame",
    "Cannot find context with specified id",
    "Inspected target navigated or closed",
    "Node is detached from document",
    "Node is either not clickable or not an Element",
    "(?:Could not find|No) node with given id",
    "No element found for selector",
    "does not belong to the document",
    "no such (?:frame|node|handle)",
    "stale element reference",
    "DiscardedBrowsingContextError",
    "Actor .* destroyed before query",
    "cross-origin object",
  ].join("|"),
  "i",
);

/** Words that say that the tab is not there any more. */
const CLOSED = /Target closed|Session closed|Connection closed|no such window/i;

/** Whether an error of Puppeteer says that the page moved. @param {unknown} error */
export function pageMoved(error) {
  return MOVED.test(`${error}`);
}

/**
 * Has every test that uses a page find and press in one step and wait long enough; and not wait for the
 * page to be painted, which one behind another is not.
 *
 * @template {Page} P
 * @param {P} page
 * @returns {P}
 */
export function steady(page) {
  page.setDefaultTimeout(STEP);
  page.click = (selector) => press(handsOf(page), selector);
  const wait = page.waitForFunction.bind(page);
  page.waitForFunction = (run, options, ...args) => wait(run, { polling: POLLING, ...options }, ...args);
  return page;
}

/**
 * Hands for a page that Puppeteer drives. They call what every page has, not what {@link steady} made of it.
 *
 * @param {Page} page
 * @returns {import("./hands.mjs").Hands}
 */
export function handsOf(page) {
  const frame = () => page.mainFrame();
  // Of a tab that is gone, Puppeteer says that its frame is detached, as of one that is being left.
  const closed = (/** @type {unknown} */ error) => CLOSED.test(`${error}`) || page.isClosed();
  return {
    moved: (error) => pageMoved(error) && !closed(error),
    closed,
    evaluate: (run, ...args) => frame().evaluate(/** @type {any} */ (run), ...args),
    async click(selector) {
      await (await found(frame(), selector)).click();
    },
    async type(selector, text) {
      const field = await found(frame(), selector);
      await field.evaluate((field) => {
        /** @type {HTMLInputElement} */ (field).value = "";
      });
      await field.type(text);
    },
  };
}

/**
 * @param {import("puppeteer-core").Frame} frame
 * @param {string} selector
 */
async function found(frame, selector) {
  const element = await frame.$(selector);
  if (!element) throw new Error(`No element found for selector: ${selector}`);
  return element;
}
