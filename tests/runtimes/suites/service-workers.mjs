import { mkdirSync } from "node:fs";
import { esbuild } from "../lib/bundlers.mjs";
import { CONSOLE, judgeConsole } from "../checks.mjs";
import { testCase } from "../lib/case.mjs";
import { PAGE_CHECKS, browserVersion, isFirefox, runPage, waitForEnd, watchTarget } from "../lib/page.mjs";
import { html, serve } from "../lib/site.mjs";

const FORMATS = /** @type {const} */ ([
  { type: "module", format: "esm" },
  { type: "classic", format: "iife" },
]);

/**
 * Service workers: an issuer for their pages, and the list in themselves.
 *
 * @param {import("../lib/workspace.mjs").Workspace} workspace
 * @param {ReturnType<typeof import("../lib/browsers.mjs").openBrowsers>} browsers
 */
export function testServiceWorkers(workspace, browsers) {
  for (const { name, missing, open } of browsers.list) {
    for (const { type, format } of FORMATS) {
      const worker = `${type} service worker`;
      const site = async () => {
        const folder = workspace.path(`dist/service-worker/${name}-${type}`);
        mkdirSync(folder, { recursive: true });
        await esbuild(workspace, "service-worker", `${folder}/worker.js`, format);
        await esbuild(workspace, "browser", `${folder}/app.js`, "esm");
        workspace.write(`dist/service-worker/${name}-${type}/index.html`, html("/app.js"));
        return serve(folder);
      };
      const client = { where: name, how: `page as client of a ${worker}`, missing, more: PAGE_CHECKS };
      testCase({ ...client, parts: ["issuer", "remote", "indexedDB"] }, async () => {
        const { origin, close } = await site();
        try {
          const browser = await open();
          const before = (/** @type {import("puppeteer-core").Page} */ page) => register(page, type);
          const results = await runPage(browser, `${origin}/`, { base: `${origin}/issuer`, before });
          return { results, version: await browserVersion(browser) };
        } finally {
          await close();
        }
      });
      // Firefox tells nobody what its workers print.
      const more = name === "Firefox" ? [] : [CONSOLE];
      const inside = { where: name, how: `inside a ${worker}`, missing, more };
      testCase({ ...inside, parts: ["issuer", "indexedDB"] }, async () => {
        const { origin, close } = await site();
        const browser = await open();
        const context = await browser.createBrowserContext();
        try {
          const page = await context.newPage();
          await page.goto(`${origin}/`);
          await register(page, type);
          const results = await ask(page, "run");
          if (!isFirefox(browser)) results.push(await consoleOf(context, page));
          return { results, version: await browserVersion(browser) };
        } finally {
          await context.close();
          await close();
        }
      });
    }
  }
}

/**
 * @param {import("puppeteer-core").Page} page
 * @param {"module" | "classic"} type
 */
function register(page, type) {
  return page.evaluate(async (type) => {
    const { serviceWorker } = navigator;
    const controlled = new Promise((resolve) => serviceWorker.addEventListener("controllerchange", resolve));
    await serviceWorker.register("/worker.js", { type });
    if (!serviceWorker.controller) await controlled;
  }, type);
}

/**
 * @param {import("puppeteer-core").Page} page
 * @param {"run" | "print"} what
 */
function ask(page, what) {
  return page.evaluate(
    (what) =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => resolve(data);
        navigator.serviceWorker.controller?.postMessage(what, [port2]);
      }),
    what,
  );
}

/**
 * @param {import("puppeteer-core").BrowserContext} context
 * @param {import("puppeteer-core").Page} page
 */
async function consoleOf(context, page) {
  const target = await context.waitForTarget((each) => each.type() === "service_worker");
  const shown = /** @type {string[]} */ ([]);
  await watchTarget(target, shown);
  await ask(page, "print");
  await waitForEnd(shown);
  return judgeConsole(shown.join("\n"));
}
