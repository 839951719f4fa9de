import { setTimeout as delay } from "node:timers/promises";
import { serve } from "../../../scripts/serve.mjs";
import { Watch } from "../support/watch.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const VIEWPORT = { width: 1280, height: 900 };

/**
 * A visit in a browser that Puppeteer drives.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {object} engine what the engines do in different ways
 * @param {(page: Page, url: string) => Promise<() => Promise<boolean>>} engine.stopWorker
 *   its answer tells whether the worker has been started since then
 * @param {(context: import("puppeteer-core").BrowserContext, watch: Watch) => void} [engine.watchWorkers]
 * @param {readonly RegExp[]} [engine.expected] what the engine complains about without need
 * @returns {Promise<import("./engine.mjs").Visit>}
 */
export async function visitWithPuppeteer(browser, { stopWorker, watchWorkers, expected = [] }) {
  const server = await serve({ port: 0 });
  const context = await browser.createBrowserContext();
  const watch = new Watch(server.url, expected);
  watchWorkers?.(context, watch);
  const page = await context.newPage();
  watch.add(page);
  await page.setViewport(VIEWPORT);
  await page.goto(server.url);
  let runs = async () => true;
  return {
    url: server.url,
    tab: tabOf(page),
    async openTab(from, selector) {
      const opened = new Promise((resolve) => context.once("targetcreated", resolve));
      await from.click(selector);
      const page = await (/** @type {import("puppeteer-core").Target} */ (await opened)).page();
      if (!page) throw new Error("the link opened no tab");
      watch.add(page);
      return tabOf(page);
    },
    async stopWorker() {
      runs = await stopWorker(page, server.url);
    },
    workerRuns: () => runs(),
    complaints: () => watch.problems(),
    async close() {
      await context.close();
      await server.close();
    },
  };
}

/**
 * @param {Page} page
 * @returns {import("./engine.mjs").Tab}
 */
function tabOf(page) {
  return {
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    show: () => page.bringToFront(),
    click: async (selector) => (await find(page, selector)).click(),
    async type(selector, text) {
      const input = await find(page, selector);
      await input.evaluate((input) => (/** @type {HTMLInputElement} */ (input).value = ""));
      await input.type(text);
    },
    evaluate: (run, ...args) => page.evaluate(run, ...args),
    picture: () => page.screenshot(),
  };
}

/**
 * An element that is there. In a page that has only just come, Firefox sometimes still looks with the
 * means of the one before, and says "Not allowed to define cross-origin object": then once more.
 *
 * @param {Page} page
 * @param {string} selector
 */
async function find(page, selector) {
  for (let tries = 5; ; tries--) {
    try {
      const element = await page.$(selector);
      if (element) return element;
      throw new Error(`there is no ${selector} at ${page.url()}`);
    } catch (error) {
      if (tries === 0 || !/cross-origin object/.test(`${error}`)) throw error;
      await delay(100);
    }
  }
}
