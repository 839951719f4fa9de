import { launchChromium } from "../harness/chromium.mjs";
import { stopWorker } from "../support/service-worker.mjs";
import { visitWithPuppeteer } from "./puppeteer.mjs";

/**
 * Chromium. DevTools ends a service worker as often as one likes, as the browser does with an idle
 * one, and tells when it runs again.
 *
 * @returns {Promise<import("./engine.mjs").Engine>}
 */
export async function openChromium() {
  // Whatever is not this machine has no address at all.
  const args = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"];
  const browser = await launchChromium({ args });
  return {
    name: "chromium",
    visit: () =>
      visitWithPuppeteer(browser, {
        stopWorker,
        watchWorkers(context, watch) {
          context.on("targetcreated", (target) => {
            // It may have ended before it could be looked at.
            if (target.type() === "service_worker") watch.addWorker(target).catch(() => undefined);
          });
        },
      }),
    close: () => browser.close(),
  };
}
