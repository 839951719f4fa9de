import { STEP, until } from "../../browser/harness/patience.mjs";
import { CONSOLE, judgeConsole } from "../checks.mjs";

/** The name of what {@link judgeComplaints} finds. */
export const COMPLAINT = "no complaint";

/** What every page must show beside the shared list. */
export const PAGE_CHECKS = [CONSOLE, COMPLAINT];

/**
 * A browser reports answers such as 400 `invalid_grant` itself; here they are words of the protocol. And
 * Firefox complains about every redirect by a service worker that a script follows, though it arrives.
 */
const PROTOCOL = /status of 4\d\d|A ServiceWorker intercepted the request and encountered/;

/**
 * Judges what a browser complained about.
 *
 * @param {readonly string[]} complaints
 * @returns {import("../checks.mjs").Result}
 */
export function judgeComplaints(complaints) {
  return { name: COMPLAINT, ...(complaints.length > 0 && { error: complaints.join("\n") }) };
}

/**
 * Opens a page of the browser application, runs the list in it, and watches what it complains about.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} url
 * @param {import("./browsers.mjs").PageOptions} [options]
 */
export async function runPage(browser, url, { base, worker } = {}) {
  const context = await browser.createBrowserContext();
  try {
    const page = await newPage(context);
    const complaints = /** @type {string[]} */ ([]);
    const shown = await watchConsole(page);
    const complain = (/** @type {string} */ text) => {
      if (!(base !== undefined && PROTOCOL.test(text))) complaints.push(text);
    };
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warn") complain(message.text());
    });
    page.on("pageerror", (error) => complain(`${error}`));
    await open(page, url).catch((error) => {
      // Such as a module that the page does not find.
      throw new Error([`${error}`, ...complaints].join("\n"));
    });
    if (worker) await call(page, "register", worker);
    const results = await call(page, "run", base);
    await call(page, "printSecrets");
    await waitForEnd(() => shown.join());
    return [...results, judgeConsole(shown.join("\n")), judgeComplaints(complaints)];
  } finally {
    await context.close();
  }
}

/**
 * Runs the list in the service worker of a page.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} url
 * @param {"module" | "classic"} type
 */
export async function runWorker(browser, url, type) {
  const context = await browser.createBrowserContext();
  try {
    const page = await newPage(context);
    await open(page, url);
    await call(page, "register", type);
    const results = await call(page, "askWorker", "run");
    // Firefox tells nobody what its workers print.
    if (isFirefox(browser)) return results;
    const target = await context.waitForTarget((each) => each.type() === "service_worker", { timeout: STEP });
    const shown = /** @type {string[]} */ ([]);
    await watchTarget(target, shown);
    await call(page, "askWorker", "print");
    await waitForEnd(() => shown.join());
    return [...results, judgeConsole(shown.join("\n"))];
  } finally {
    await context.close();
  }
}

/**
 * What both halves throw in a page where they cannot start.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} url
 * @param {string} remedy that the error should name
 * @param {string} [lacks] what the page's world is without
 */
export async function tryBoth(browser, url, remedy, lacks) {
  const context = await browser.createBrowserContext();
  try {
    const page = await newPage(context);
    if (lacks) await page.evaluateOnNewDocument((name) => void Reflect.deleteProperty(globalThis, name), lacks);
    await open(page, url);
    return /** @type {string} */ (await call(page, "tryBoth", remedy));
  } finally {
    await context.close();
  }
}

/** @param {import("puppeteer-core").BrowserContext} context */
async function newPage(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(STEP);
  return page;
}

/**
 * Opens a page, and waits for its application.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {string} url
 */
async function open(page, url) {
  await page.goto(url);
  await page.waitForFunction(() => "runtimeChecks" in globalThis, { polling: 50 });
}

/**
 * Calls what the application put on its page.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {string} name
 * @param {...unknown} args
 */
function call(page, name, ...args) {
  const run = (/** @type {string} */ name, /** @type {unknown[]} */ args) =>
    /** @type {any} */ (globalThis).runtimeChecks[name](...args);
  return page.evaluate(run, name, args);
}

/**
 * Waits until the last of what `printSecrets` prints is shown.
 *
 * @param {() => string} shown all that was shown so far
 */
export async function waitForEnd(shown) {
  const end = /drawn at random:(?:[\s\S]*?[\w-]{43}){2}/;
  await until(
    () => `the console showed only: ${shown()}`,
    () => end.test(shown()),
  );
}

/**
 * All that the browser's own tools get to see of what a page prints, previews included.
 * @param {import("puppeteer-core").Page} page
 */
async function watchConsole(page) {
  const shown = /** @type {string[]} */ ([]);
  if (isFirefox(page.browser())) {
    page.on("console", (message) => {
      const values = message.args().map((arg) => /** @type {any} */ (arg).remoteValue?.());
      shown.push(JSON.stringify(values));
    });
  } else {
    await watchTarget(page.target(), shown);
  }
  return shown;
}

/**
 * @param {import("puppeteer-core").Target} target
 * @param {string[]} shown
 */
async function watchTarget(target, shown) {
  const session = await target.createCDPSession();
  session.on("Runtime.consoleAPICalled", ({ args }) => shown.push(JSON.stringify(args)));
  await session.send("Runtime.enable");
}

/** @param {import("puppeteer-core").Browser} browser */
function isFirefox(browser) {
  return browser.process()?.spawnfile.includes("firefox") ?? false;
}

/** @param {import("puppeteer-core").Browser} browser */
export async function browserVersion(browser) {
  return (await browser.version()).replace(/^\w+\//, "").replace(/^HeadlessChrome\//i, "");
}
