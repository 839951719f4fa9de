import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { serve } from "../../../scripts/serve.mjs";
import { descendants, threadNames } from "../harness/processes.mjs";
import { killIfThere, startWebKit } from "../harness/webkit.mjs";
import { issuerReady } from "../support/person.mjs";

/** How long what must happen may take, in milliseconds. */
const PATIENCE = 10_000;

/**
 * How long WebKit's other processes may take to notice that one has died, in milliseconds. Until they
 * have, a request that is meant for the worker goes to the network.
 */
const NOTICE = 500;

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
 * @returns {Promise<import("./engine.mjs").Engine>}
 */
export async function openWebKit() {
  const webkit = await startWebKit();
  return { name: "webkit", visit: () => visit(webkit), close: webkit.close };
}

/**
 * @param {Awaited<ReturnType<typeof startWebKit>>} webkit
 * @returns {Promise<import("./engine.mjs").Visit>}
 */
async function visit(webkit) {
  const server = await serve({ port: 0 });
  const session = await webkit.startSession();
  const first = new WebKitTab(session, await session.window());
  await first.open(server.url);
  await issuerReady(first);
  const tab = new WebKitTab(session, await session.newWindow());
  await tab.open(server.url);
  await tab.resize(1280, 950);
  await first.close();
  return {
    url: server.url,
    tab,
    async openTab(from, selector) {
      const known = await session.windows();
      await from.click(selector);
      const handle = await until("the link opened no tab", async () =>
        (await session.windows()).find((each) => !known.includes(each)),
      );
      return new WebKitTab(session, handle);
    },
    async stopWorker() {
      const host = hostOfWorker(webkit.pid);
      if (host === undefined) throw new Error("there is no service worker");
      killIfThere(host);
      await until("the worker does not end", () => !existsSync(`/proc/${host}`));
      await delay(NOTICE);
    },
    workerRuns: async () => hostOfWorker(webkit.pid) !== undefined,
    complaints: () => [],
    async close() {
      await session.end();
      await server.close();
    },
  };
}

/**
 * The process with the thread of a service worker: "WebCore: ServiceWorker", of which the kernel
 * keeps the end.
 *
 * @param {number} driver
 */
function hostOfWorker(driver) {
  return descendants(driver).find((pid) =>
    threadNames(pid).some((name) => name.endsWith("ServiceWorker")),
  );
}

/** @implements {import("./engine.mjs").Tab} */
class WebKitTab {
  #session;
  #window;

  /**
   * @param {import("../harness/webdriver.mjs").WebDriverSession} session
   * @param {string} window
   */
  constructor(session, window) {
    this.#session = session;
    this.#window = window;
  }

  /** @param {string} url */
  async open(url) {
    await this.show();
    await this.#session.open(url);
  }

  async reload() {
    await this.show();
    await this.#session.reload();
  }

  async show() {
    await this.#session.switchTo(this.#window);
  }

  /** @param {string} selector */
  async click(selector) {
    await this.show();
    await this.#session.click(selector);
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  async type(selector, text) {
    await this.show();
    await this.#session.type(selector, text);
  }

  /** @type {import("./engine.mjs").Tab["evaluate"]} */
  async evaluate(run, ...args) {
    await this.show();
    return /** @type {any} */ (await this.#session.run(`return (${run}).apply(null, arguments);`, args));
  }

  async picture() {
    // A screenshot is of what was painted last.
    await this.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
    return this.#session.screenshot();
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  async resize(width, height) {
    await this.show();
    await this.#session.resize(width, height);
  }

  async close() {
    await this.show();
    await this.#session.closeWindow();
  }
}

/**
 * @template T
 * @param {string} failure
 * @param {() => T | Promise<T>} look
 * @returns {Promise<NonNullable<T>>}
 */
async function until(failure, look) {
  for (let waited = 0; waited < PATIENCE; waited += 20) {
    const found = await look();
    if (found) return found;
    await delay(20);
  }
  throw new Error(failure);
}
