import { serve } from "../../../scripts/serve.mjs";
import { fill, look, press } from "../hands/hands.mjs";
import { handsOf } from "../hands/puppeteer.mjs";
import { STEP } from "../harness/patience.mjs";
import { betweenPolls } from "../support/person.mjs";
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
  /** @type {import("puppeteer-core").BrowserContext | undefined} */
  let context;
  const close = async () => {
    await context?.close();
    await server.close();
  };
  try {
    const own = (context = await browser.createBrowserContext());
    const watch = new Watch(server.url, expected);
    watchWorkers?.(own, watch);
    const page = await own.newPage();
    watch.add(page);
    await page.setViewport(VIEWPORT);
    const tab = tabOf(page);
    await tab.open(server.url);
    let runs = async () => true;
    return {
      url: server.url,
      tab,
      async openTab(from, selector) {
        const known = new Set(own.targets());
        // A worker that is started for the page is a target, too.
        const isNew = (/** @type {import("puppeteer-core").Target} */ each) =>
          each.type() === "page" && !known.has(each);
        const [target] = await Promise.all([own.waitForTarget(isNew, { timeout: STEP }), from.click(selector)]);
        const opened = await target.page();
        if (!opened) throw new Error("the link opened no tab");
        watch.add(opened);
        return tabOf(opened);
      },
      async stopWorker() {
        // As a browser ends a worker that has nothing to do: what it has not answered might go to the network.
        await betweenPolls(tab);
        runs = await stopWorker(page, server.url);
      },
      workerRuns: () => runs(),
      complaints: () => watch.problems(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * @param {Page} page
 * @returns {import("./engine.mjs").Tab}
 */
function tabOf(page) {
  page.setDefaultTimeout(STEP);
  const hands = handsOf(page);
  return {
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    show: () => page.bringToFront(),
    click: (selector) => press(hands, selector),
    type: (selector, text) => fill(hands, selector, text),
    look: (run, ...args) => look(hands, run, ...args),
    evaluate: hands.evaluate,
    picture: () => page.screenshot(),
  };
}
