/**
 * What a person does with a page, in any engine: looks, presses, types.
 *
 * A page may change between the moment in which a driver has found an element and the moment in which
 * it acts: elements are replaced, move, or go with their page. So finding and acting are one step, which
 * is tried again when the page moved, and only when it is known that nothing was done: the driver said
 * that it did not act, or the click came to something else. What the page does of it is looked at once,
 * by the test.
 */
import { STEP, until } from "../harness/patience.mjs";
import { expectClick, expectTyping, whatIsShown, whatWasTyped, whereClickCame } from "./in-page.mjs";

/**
 * What each engine does in its own way.
 *
 * @typedef {object} Hands
 * @property {(error: unknown) => boolean} moved
 *   whether an error says that the page is not any more what it was when the step began
 * @property {(error: unknown) => boolean} closed
 *   whether an error says that the tab itself is not there any more, as when a pop-up has closed itself
 * @property {Evaluate} evaluate
 * @property {(selector: string) => Promise<void>} click finds an element and clicks into it, once
 * @property {(selector: string, text: string) => Promise<void>} type
 *   finds a field, empties it, gives it the focus and types, once
 */

/**
 * Runs a function in the page; arguments and result are JSON.
 *
 * @typedef {<A extends unknown[], R>(run: (...args: A) => R, ...args: A) => Promise<Awaited<R>>} Evaluate
 */

/**
 * Does one step until it is done.
 *
 * @template T
 * @param {Hands} hands
 * @param {string} what it is, for the error
 * @param {() => Promise<T | undefined>} step nothing: it could not be done yet
 * @returns {Promise<NonNullable<T>>}
 */
async function act(hands, what, step) {
  let last = "";
  const once = async () => {
    try {
      last = "";
      return await step();
    } catch (error) {
      if (!hands.moved(error)) throw error;
      last = `${error}`;
      return undefined;
    }
  };
  const failed = () => `could not ${what}${last && `: ${last}`}`;
  return until(failed, once, STEP).catch(async (error) => {
    const shown = error.message === failed() ? await hands.evaluate(whatIsShown).catch(String) : "";
    throw shown ? new Error(`${error.message}; the page is ${shown}`, { cause: error }) : error;
  });
}

/**
 * Runs a function that changes nothing in the page, again where the page was just being left.
 *
 * @template {unknown[]} A
 * @template R
 * @param {Hands} hands
 * @param {(...args: A) => R} run
 * @param {A} args
 * @returns {Promise<Awaited<R>>}
 */
export async function look(hands, run, ...args) {
  const { seen } = await act(hands, "look at the page", async () => ({ seen: await hands.evaluate(run, ...args) }));
  return /** @type {Awaited<R>} */ (seen);
}

/**
 * Presses an element, once it is there and stands still.
 *
 * @param {Hands} hands
 * @param {string} selector
 */
export async function press(hands, selector) {
  await act(hands, `press ${selector}`, async () => {
    if (!(await hands.evaluate(expectClick, selector))) return undefined;
    /** @type {unknown} */
    let failure;
    await hands.click(selector).catch((error) => {
      // A pop-up may close itself at once: only the click can have had it do so.
      if (hands.closed(error)) return;
      if (!hands.moved(error)) throw error;
      failure = error;
    });
    const came = await until(`the click on ${selector} came to nothing`, async () => {
      const came = await look(hands, whereClickCame).catch((error) => {
        if (!hands.closed(error)) throw error;
        return "gone";
      });
      return came === "nowhere" && failure === undefined ? undefined : came;
    });
    // That its page has gone is what a click is for, unless the driver says that there was none.
    if (came === "element" || (came === "gone" && failure === undefined)) return true;
    if (failure !== undefined) throw failure;
    return undefined;
  });
}

/**
 * Replaces what a field contains.
 *
 * @param {Hands} hands
 * @param {string} selector
 * @param {string} text
 */
export async function fill(hands, selector, text) {
  await act(hands, `type into ${selector}`, async () => {
    if (!(await hands.evaluate(expectTyping, selector))) return undefined;
    await hands.type(selector, text);
    const { same, value } = await hands.evaluate(whatWasTyped, selector);
    if (value === text) return true;
    if (same) throw new Error(`${selector} has ${JSON.stringify(value)} when ${JSON.stringify(text)} was typed`);
    return undefined;
  });
}
