import { evaluateInFirefox, launchFirefox } from "../harness/firefox.mjs";
import { until } from "../harness/patience.mjs";
import { visitWithPuppeteer } from "./puppeteer.mjs";

/**
 * Firefox. No protocol of its tells anything of service workers, but its own parts do: the service
 * worker manager ends a worker as often as one likes, and counts how often it was launched. What a
 * worker prints nobody is told.
 *
 * @returns {Promise<import("./engine.mjs").Engine & { browser: import("puppeteer-core").Browser }>}
 */
export async function openFirefox() {
  const browser = await launchFirefox({ args: ["--remote-allow-system-access"] });
  return {
    name: "firefox",
    browser,
    visit: () => visitWithPuppeteer(browser, { stopWorker: (_, url) => stopWorker(browser, url) }),
    close: () => browser.close(),
  };
}

/**
 * How often Firefox has launched the service worker of this scope.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} scope
 */
export async function launchesOf(browser, scope) {
  return Number(await withWorker(browser, scope, "worker.launchCount"));
}

/**
 * Waits until no worker runs in any page's process: there is no thread for one.
 *
 * @param {import("puppeteer-core").Browser} browser
 */
export function workersEnded(browser) {
  const look = `(async () => {
    const { children } = await ChromeUtils.requestProcInfo();
    const threads = children.filter(({ type }) => type.startsWith("web")).flatMap(({ threads }) => threads);
    return !threads.some(({ name }) => name === "DOM Worker");
  })()`;
  return until("the worker runs on", async () => (await evaluateInFirefox(browser, look)) === true);
}

/**
 * Ends the service worker of this scope.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} scope
 * @returns {Promise<() => Promise<boolean>>} tells whether it has been started again
 */
export async function stopWorker(browser, scope) {
  const before = await launchesOf(browser, scope);
  await withWorker(browser, scope, "await worker.terminateWorker()");
  return async () => (await launchesOf(browser, scope)) > before;
}

/**
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} scope
 * @param {string} expression of `worker`, an nsIServiceWorkerInfo
 */
function withWorker(browser, scope, expression) {
  return evaluateInFirefox(
    browser,
    `(async () => {
      const manager = Cc["@mozilla.org/serviceworkers/manager;1"].getService(Ci.nsIServiceWorkerManager);
      const all = manager.getAllRegistrations();
      for (let i = 0; i < all.length; i++) {
        const registration = all.queryElementAt(i, Ci.nsIServiceWorkerRegistrationInfo);
        if (registration.scope !== ${JSON.stringify(scope)}) continue;
        const worker = registration.activeWorker;
        return ${expression};
      }
      throw new Error("there is no service worker");
    })()`,
  );
}
