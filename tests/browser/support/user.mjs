/** What a person does with the issuer's pages. */

/** @typedef {import("puppeteer-core").Page} Page */

/**
 * Presses something that leads to another page, and waits for that.
 *
 * @param {Page} page
 * @param {string} selector
 */
export async function follow(page, selector) {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
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
  await page.waitForFunction(() => document.getElementById("sign-in-status")?.textContent?.startsWith("Signed in as"));
}

/**
 * @param {Page} page
 * @param {string} selector
 * @param {string} text
 */
export async function retype(page, selector, text) {
  await page.$eval(selector, (input) => {
    if (input instanceof HTMLInputElement) input.value = "";
  });
  await page.type(selector, text);
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
  const opened = context.waitForTarget((target) => target.type() === "page" && !known.has(target));
  await page.click(selector);
  const tab = await (await opened).page();
  if (!tab) throw new Error("the link opened no tab");
  await tab.waitForSelector("h1");
  return tab;
}
