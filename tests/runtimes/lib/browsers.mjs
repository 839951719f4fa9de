import { findChromium, findFirefox } from "../../../scripts/lib/programs.mjs";
import { launchChromium } from "../../browser/harness/chromium.mjs";
import { launchFirefox } from "../../browser/harness/firefox.mjs";

/** The browsers of this machine, each started when it is first needed. */
export function openBrowsers() {
  /** @type {Map<string, Promise<import("puppeteer-core").Browser>>} */
  const started = new Map();
  const once = (/** @type {string} */ name, /** @type {() => Promise<import("puppeteer-core").Browser>} */ start) => {
    const browser = started.get(name) ?? start();
    started.set(name, browser);
    return browser;
  };
  return {
    list: [
      {
        name: "Chromium",
        missing: findChromium() ? undefined : "Chromium",
        open: () => once("Chromium", () => launchChromium()),
      },
      {
        name: "Firefox",
        missing: findFirefox() ? undefined : "Firefox",
        open: () => once("Firefox", () => launchFirefox()),
      },
    ],
    async close() {
      for (const browser of started.values()) await (await browser).close();
    },
  };
}
