import { serve } from "../../../scripts/serve.mjs";
import { fill, look, press } from "../hands/hands.mjs";
import { handsOf } from "../hands/selenium.mjs";
import { STEP, until } from "../harness/patience.mjs";
import {
  descendants,
  killIfThere,
  processName,
  quiet,
  runs,
  signalIfThere,
  socketsOf,
  threadNames,
} from "../harness/processes.mjs";
import { startWebKit } from "../harness/webkit.mjs";
import { issuerReady } from "../support/person.mjs";

/**
 * @typedef {import("selenium-webdriver").WebDriver} WebDriver
 * @typedef {import("./engine.mjs").Visit} Visit
 */

/**
 * WebKitGTK. Nothing in it ends a service worker on request, so the process that the worker runs in
 * is killed.
 *
 * That process is one of those of the origin's pages, and when a page's process dies, the driver
 * gives the session up. But a process goes on for its worker's sake when its page has been closed:
 * so the demo is first opened in a window that is closed again, and what a visit works with is the
 * second. The worker that is started next does live with a page; thus a worker can be stopped once
 * in a visit.
 *
 * What the console says is not to be had: the driver has no log, and pages whose data are in memory
 * only, as they all are under automation, write none to the standard output. So opener.test.mjs plays
 * both flows once more in a browser without automation, where the console can be read.
 *
 * Each visit has a driver of its own, which has one session at a time: so no visit is in another's way.
 *
 * @returns {Promise<import("./engine.mjs").Engine>}
 */
export async function openWebKit() {
  /** @type {Set<Visit>} */
  const visits = new Set();
  return {
    name: "webkit",
    async visit() {
      const own = await visit(await startWebKit());
      visits.add(own);
      const close = async () => {
        visits.delete(own);
        await own.close();
      };
      return { ...own, close };
    },
    // A test that was given up has left its own behind.
    close: async () => void (await Promise.all([...visits].map((each) => each.close()))),
  };
}

/**
 * @param {Awaited<ReturnType<typeof startWebKit>>} webkit
 * @returns {Promise<Visit>}
 */
async function visit(webkit) {
  const server = await serve({ port: 0 });
  const close = async () => {
    await webkit.close();
    await server.close();
  };
  try {
    const driver = await webkit.startSession();
    await driver.manage().setTimeouts({ script: STEP, pageLoad: STEP, implicit: 0 });
    const first = new WebKitTab(driver, await driver.getWindowHandle());
    await first.open(server.url);
    await issuerReady(first);
    await driver.switchTo().newWindow("tab");
    const tab = new WebKitTab(driver, await driver.getWindowHandle());
    await tab.open(server.url);
    await driver.manage().window().setRect({ x: 0, y: 0, width: 1280, height: 950 });
    await first.close();
    return {
      url: server.url,
      tab,
      async openTab(from, selector) {
        const known = await driver.getAllWindowHandles();
        await from.click(selector);
        const handle = await until("the link opened no tab", async () =>
          (await driver.getAllWindowHandles()).find((each) => !known.includes(each)),
        );
        return new WebKitTab(driver, handle);
      },
      stopWorker: () => stopWorker(webkit.pid, driver),
      workerRuns: async () => hostOfWorker(webkit.pid) !== undefined,
      complaints: () => [],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Kills the worker's process between two requests, as a browser ends a worker that has nothing to do. What
 * the worker has not answered, and what is asked before WebKit knows of its end, would go to the network. So
 * all pages, which may ask for something at any time, stand still from before until after that.
 *
 * @param {number} pid of the driver
 * @param {WebDriver} session
 */
async function stopWorker(pid, session) {
  // A worker that is being started has no process yet.
  const { host, browser, network, pages } = await until(
    () => `there is no ${missingIn(processesOf(pid)).join(" and no ")}`,
    () => {
      const found = processesOf(pid);
      return missingIn(found).length === 0 ? /** @type {Required<typeof found>} */ (found) : undefined;
    },
  );
  try {
    for (const page of pages) signalIfThere(page, "SIGSTOP");
    // Whatever they have asked for before is answered.
    await quiet([host, network]);
    const known = [browser, network].map((each) => ({ each, before: socketsOf(each) }));
    killIfThere(host);
    await until("the worker does not end", () => !runs(host));
    // Those that start workers and hand them requests have closed their connections to the dead one,
    await until("nobody notices that the worker has ended", () =>
      known.every(({ each, before }) => {
        const now = new Set(socketsOf(each));
        return before.some((socket) => !now.has(socket));
      }),
    );
    // and have done what they do then, before they do what is asked after that.
    await session.getAllWindowHandles();
    await quiet([network]);
  } finally {
    for (const page of pages) signalIfThere(page, "SIGCONT");
  }
}

/**
 * What runs below a driver: the worker's process, the browser's, the network's, and those of pages.
 *
 * @param {number} driver
 */
function processesOf(driver) {
  const all = descendants(driver);
  const named = (/** @type {string} */ name) => all.filter((each) => processName(each) === name);
  const host = hostOfWorker(driver);
  const [[browser], [network]] = [named("MiniBrowser"), named("WebKitNetworkPr")];
  return { host, browser, network, pages: named("WebKitWebProces").filter((each) => each !== host) };
}

/** @param {ReturnType<typeof processesOf>} found */
function missingIn({ host, browser, network }) {
  const named = { "service worker": host, browser, "network process": network };
  return Object.entries(named).flatMap(([name, pid]) => (pid === undefined ? [name] : []));
}

/**
 * The process with the thread of a service worker: "WebCore: ServiceWorker", of which the kernel
 * keeps the end.
 *
 * @param {number} driver
 */
function hostOfWorker(driver) {
  return descendants(driver).find((pid) => threadNames(pid).some((name) => name.endsWith("ServiceWorker")));
}

/** @implements {import("./engine.mjs").Tab} */
class WebKitTab {
  #driver;
  #window;
  #hands;

  /**
   * @param {WebDriver} driver
   * @param {string} window
   */
  constructor(driver, window) {
    this.#driver = driver;
    this.#window = window;
    this.#hands = handsOf(driver);
  }

  /** @param {string} url */
  async open(url) {
    await this.show();
    await this.#driver.get(url);
  }

  async reload() {
    await this.show();
    await this.#driver.navigate().refresh();
  }

  async show() {
    await this.#driver.switchTo().window(this.#window);
  }

  /** @param {string} selector */
  async click(selector) {
    await this.show();
    await press(this.#hands, selector);
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  async type(selector, text) {
    await this.show();
    await fill(this.#hands, selector, text);
  }

  /** @type {import("./engine.mjs").Tab["look"]} */
  async look(run, ...args) {
    await this.show();
    return look(this.#hands, run, ...args);
  }

  /** @type {import("./engine.mjs").Tab["evaluate"]} */
  async evaluate(run, ...args) {
    await this.show();
    return this.#hands.evaluate(run, ...args);
  }

  async picture() {
    // A screenshot is of what was painted last, and only people look at it.
    await this.look(() => new Promise((resolve) => setTimeout(resolve, 100)));
    return Buffer.from(await this.#driver.takeScreenshot(), "base64");
  }

  async close() {
    await this.show();
    await this.#driver.close();
  }
}
