import { CONSOLE, judgeConsole } from "../checks.mjs";

/** What every page must show beside the shared list. */
export const PAGE_CHECKS = [CONSOLE, "no complaint"];

/**
 * A browser reports answers such as 400 `invalid_grant` itself; here they are words of the protocol. And
 * Firefox complains about every redirect by a service worker that a script follows, though it arrives.
 */
const PROTOCOL = /status of 4\d\d|A ServiceWorker intercepted the request and encountered/;

/**
 * Opens a page of the browser application, runs the list in it, and watches what it complains about.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} url
 * @param {{ base?: string, before?: (page: import("puppeteer-core").Page) => Promise<unknown> }} [options]
 */
export async function runPage(browser, url, { base, before } = {}) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const complaints = /** @type {string[]} */ ([]);
    const shown = await watchConsole(page);
    const complain = (/** @type {string} */ text) => {
      if (!(base !== undefined && PROTOCOL.test(text))) complaints.push(text);
    };
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warn") complain(message.text());
    });
    page.on("pageerror", (error) => complain(`${error}`));
    await page.goto(url);
    await page.waitForFunction(() => "runtimeChecks" in globalThis);
    await before?.(page);
    const results = await page.evaluate((base) => /** @type {any} */ (globalThis).runtimeChecks.run(base), base);
    await page.evaluate(() => /** @type {any} */ (globalThis).runtimeChecks.printSecrets());
    await waitForEnd(shown);
    const error = complaints.length > 0 ? complaints.join("\n") : undefined;
    return [...results, judgeConsole(shown.join("\n")), { name: "no complaint", ...(error && { error }) }];
  } finally {
    await context.close();
  }
}

/** @param {string[]} shown */
export async function waitForEnd(shown) {
  for (let i = 0; i < 50 && !shown.join().includes("drawn at random"); i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
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
export async function watchTarget(target, shown) {
  const session = await target.createCDPSession();
  session.on("Runtime.consoleAPICalled", ({ args }) => shown.push(JSON.stringify(args)));
  await session.send("Runtime.enable");
}

/** @param {import("puppeteer-core").Browser} browser */
export function isFirefox(browser) {
  return browser.process()?.spawnfile.includes("firefox") ?? false;
}

/** @param {import("puppeteer-core").Browser} browser */
export async function browserVersion(browser) {
  return (await browser.version()).replace(/^\w+\//, "").replace(/^HeadlessChrome\//i, "");
}
