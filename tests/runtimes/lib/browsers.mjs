import { findChromium, findFirefox } from "../../../scripts/lib/programs.mjs";
import { launchChromium } from "../../browser/harness/chromium.mjs";
import { launchFirefox } from "../../browser/harness/firefox.mjs";
import { CONSOLE } from "../checks.mjs";
import { PAGE_CHECKS, browserVersion, runPage, runWorker, tryBoth } from "./page.mjs";
import { webKit } from "./webkit.mjs";

/**
 * A browser, and what can be done in it. Its pages are of the application `browser.mjs`.
 *
 * @typedef {object} Browser
 * @property {string} name
 * @property {string | undefined} missing
 * @property {readonly string[]} pageChecks what a page must show in it beside the shared list
 * @property {readonly string[]} workerChecks what a service worker must show
 * @property {() => Promise<string>} version
 * @property {(url: string, options?: PageOptions) => Promise<Result[]>} runPage runs the list in a page
 * @property {(url: string, type: "module" | "classic") => Promise<Result[]>} runWorker
 *   runs the list in a page's service worker
 * @property {(url: string, remedy: string, lacks?: string) => Promise<string>} tryBoth
 *   tells what both halves throw in a page where they cannot start
 *
 * @typedef {object} PageOptions
 * @property {string} [base] of an issuer elsewhere
 * @property {"module" | "classic"} [worker] the type of a service worker that the page registers first
 *
 * @typedef {import("../checks.mjs").Result} Result
 */

/**
 * The browsers of this machine, each started when it is first needed.
 * @param {import("./workspace.mjs").Workspace} workspace
 */
export function openBrowsers(workspace) {
  /** @type {(() => Promise<void>)[]} */
  const closing = [];
  /** @type {(about: Pick<Browser, "name" | "missing" | "workerChecks">, launch: () => Promise<import("puppeteer-core").Browser>) => Browser} */
  const driven = (about, launch) => {
    /** @type {ReturnType<typeof launch> | undefined} */
    let started;
    closing.push(async () => (await started)?.close());
    const open = () => (started ??= launch());
    return {
      ...about,
      pageChecks: PAGE_CHECKS,
      version: async () => browserVersion(await open()),
      runPage: async (url, options) => runPage(await open(), url, options),
      runWorker: async (url, type) => runWorker(await open(), url, type),
      tryBoth: async (url, remedy, lacks) => tryBoth(await open(), url, remedy, lacks),
    };
  };
  const chromium = driven(
    { name: "Chromium", missing: findChromium() ? undefined : "Chromium", workerChecks: [CONSOLE] },
    () => launchChromium(),
  );
  const firefox = driven({ name: "Firefox", missing: findFirefox() ? undefined : "Firefox", workerChecks: [] }, () =>
    launchFirefox(),
  );
  return {
    chromium,
    list: [chromium, firefox, webKit(workspace)],
    async close() {
      for (const close of closing) await close();
    },
  };
}
