/** What a person does with the issuer's pages, in a page that Puppeteer drives. */
import { fill, look, press } from "../hands/hands.mjs";
import { handsOf, steady } from "../hands/puppeteer.mjs";
import { STEP } from "../harness/patience.mjs";
import { leave } from "./person.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

/**
 * Presses something that leads to another page, and waits for that.
 *
 * @param {Page} page
 * @param {string} selector
 */
export async function follow(page, selector) {
  const hands = handsOf(page);
  await leave({ look: (run, ...args) => look(hands, run, ...args) }, () => press(hands, selector), selector);
}

/**
 * Fills the login form and sends it.
 *
 * @param {Page} page
 * @param {string} username
 * @param {string} password
 */
export async function logIn(page, username, password) {
  await retype(page, "#username", username);
  await retype(page, "#password", password);
  await follow(page, "#submit");
}

/**
 * From the demo's button to the demo with tokens.
 *
 * @param {Page} page
 * @param {string} [username]
 * @param {string} [password]
 */
export async function signIn(page, username = "alice", password = "wonderland") {
  await follow(page, "#sign-in-button");
  await logIn(page, username, password);
  await follow(page, "#allow");
  const signedIn = () => document.getElementById("sign-in-status")?.textContent?.startsWith("Signed in as");
  await page.waitForFunction(signedIn, { polling: 50, timeout: STEP });
}

/**
 * @param {Page} page
 * @param {string} selector
 * @param {string} text
 */
export async function retype(page, selector, text) {
  await fill(handsOf(page), selector, text);
}

/**
 * The tab that a link opens.
 *
 * @param {import("puppeteer-core").BrowserContext} context
 * @param {Page} page
 * @param {string} selector of the link
 */
export async function openTab(context, page, selector) {
  const known = new Set(context.targets());
  const isNew = (/** @type {import("puppeteer-core").Target} */ each) => each.type() === "page" && !known.has(each);
  const [target] = await Promise.all([context.waitForTarget(isNew, { timeout: STEP }), press(handsOf(page), selector)]);
  const tab = await target.page();
  if (!tab) throw new Error("the link opened no tab");
  await tab.waitForSelector("h1", { timeout: STEP });
  return steady(tab);
}
