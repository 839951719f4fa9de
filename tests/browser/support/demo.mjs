import { mkdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { serve } from "../../../scripts/serve.mjs";
import { steady } from "../hands/puppeteer.mjs";
import { launchChromium } from "../harness/chromium.mjs";
import { WHOLE } from "../harness/patience.mjs";
import { Watch } from "./watch.mjs";

const SCREENSHOTS = inRoot("tests/browser/screenshots");

/**
 * Starts server and browser once for a file of tests.
 */
export async function startDemo() {
  await mkdir(SCREENSHOTS, { recursive: true });
  // Whatever is not this machine has no address at all.
  const browser = await launchChromium({
    args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"],
  });
  const server = await serve({ port: 0 });
  return {
    url: server.url,
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/**
 * Gives a test a browser context of its own with the demo open and its issuer ready. At the end
 * nothing may have gone wrong that nobody expected, and nothing may have left this machine.
 *
 * @param {{ url: string, browser: import("puppeteer-core").Browser }} demo
 * @param {(tools: { page: import("puppeteer-core").Page, watch: Watch, context: import("puppeteer-core").BrowserContext }) => Promise<void>} test
 * @param {{ expected?: RegExp[], prepare?: (page: import("puppeteer-core").Page) => Promise<void> }} [options]
 *   `expected`: console messages that belong to the test
 */
export async function withPage(demo, test, { expected = [], prepare } = {}) {
  const context = await demo.browser.createBrowserContext();
  const watch = new Watch(demo.url, expected);
  context.on("targetcreated", async (target) => {
    if (target.type() === "service_worker") {
      // It may have ended before it could be looked at.
      return watch.addWorker(target).catch(() => undefined);
    }
    const page = await target.page().catch(() => null);
    if (page) watch.add(page);
  });
  const newPage = context.newPage.bind(context);
  context.newPage = async () => steady(await newPage());
  try {
    const page = await context.newPage();
    watch.add(page);
    await page.setViewport({ width: 1280, height: 900 });
    await prepare?.(page);
    await page.goto(demo.url);
    await ready(page);
    await within(WHOLE, test({ page, watch, context }));
    watch.check();
  } finally {
    await context.close();
  }
}

/**
 * @param {number} milliseconds
 * @param {Promise<void>} work
 */
async function within(milliseconds, work) {
  const timer = new AbortController();
  const late = delay(milliseconds, undefined, { signal: timer.signal }).then(
    () => {
      throw new Error(`the test took longer than ${milliseconds} ms`);
    },
    () => undefined,
  );
  try {
    await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

/**
 * Waits until the issuer answers for the page.
 *
 * @param {import("puppeteer-core").Page} page
 */
export async function ready(page) {
  await page.waitForFunction(
    () =>
      document.getElementById("state")?.textContent === "The issuer is ready." &&
      document.querySelector("#sign-in-button:not([aria-disabled])") !== null,
  );
}

/**
 * The text of an element, once it matches.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {string} selector
 * @param {RegExp} pattern
 */
export async function textOf(page, selector, pattern = /\S/) {
  try {
    const found = await page.waitForFunction(
      (selector, source, flags) => {
        const text = document.querySelector(selector)?.textContent ?? "";
        // In an object, for no text at all may be what is waited for.
        return new RegExp(source, flags).test(text) && { text };
      },
      {},
      selector,
      pattern.source,
      pattern.flags,
    );
    return String(await found.evaluate((found) => found?.text));
  } catch (error) {
    const text = await page.$eval(selector, (element) => element.textContent).catch(() => "not there");
    throw new Error(`${selector} never matched ${pattern}; it says: ${text}`, { cause: error });
  }
}

/**
 * Keeps a picture for people to look at.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {string} name
 * @param {import("puppeteer-core").ScreenshotOptions} [options]
 */
export async function picture(page, name, options = {}) {
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, ...options });
}
