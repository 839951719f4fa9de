import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { findChromium } from "../../../scripts/lib/programs.mjs";
import { launchChromium } from "../../browser/harness/chromium.mjs";
import { startWorkerSite } from "../../browser/support/worker-site.mjs";
import { Claims, withClaims } from "./javascript.mjs";

/** @typedef {import("./world.mjs").World} World */
/** @typedef {import("./markdown.mjs").Block} Block */

const MODULES = {
  "eiam-token": "/client.js",
  "eiam-token/issuer": "/issuer.js",
  "eiam-token/testing/worker": "/testing-worker.js",
};

/** What of the package a page can load. */
const SERVED = [...Object.values(MODULES), "/issuer-worker.js"];

/** Whether there is no Chromium. */
export const missing = () => (findChromium() ? undefined : "Chromium");

/**
 * A block that is run as a module in a page of Chromium.
 *
 * @param {{
 *   prelude: (world: World) => Promise<string> | string,
 *   after?: (page: import("puppeteer-core").Page) => Promise<unknown>,
 * }} options `prelude`: a module that gives the names which the text supposes
 */
export function page({ prelude, after }) {
  return {
    languages: ["js"],
    missing,
    /** @param {Block} block @param {World} world */
    async run(block, world) {
      const claims = new Claims();
      const { module, count } = withClaims(world.placed(block.text));
      await inChromium({ "/prelude.js": await prelude(world), "/block.js": module }, async (page) => {
        const said = await page.evaluate(
          async (names) => {
            /** @type {[number, unknown, unknown][]} */
            const said = [];
            Object.assign(globalThis, {
              __says: (/** @type {[number, unknown, unknown]} */ ...claim) => said.push(claim),
            });
            for (const name of names) await import(name);
            return said;
          },
          ["/prelude.js", "/block.js"],
        );
        for (const claim of said) claims.says(...claim);
        await after?.(page);
      });
      claims.check(count);
    },
  };
}

/**
 * A block that is run for a site of static files with the issuer's worker.
 *
 * @param {(block: Block, site: Site, page: import("puppeteer-core").Page, world: World) => Promise<unknown>} act
 *   is given an empty page of the site
 * @param {Record<string, string>} [files] of the site
 *
 * @typedef {Awaited<ReturnType<typeof startWorkerSite>>} Site
 */
export function workerSite(act, files) {
  return {
    languages: ["js"],
    missing,
    /** @param {Block} block @param {World} world */
    async run(block, world) {
      const site = await startWorkerSite(files);
      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        await page.goto(`${site.url}empty.html`);
        await act(block, site, page, world);
      } finally {
        await browser.close();
        await site.close();
      }
    },
  };
}

/** A block that is a whole service worker; `after` is done in a page that it controls. @param {{ after: (page: import("puppeteer-core").Page) => Promise<unknown> }} options */
export function serviceWorker({ after }) {
  return {
    languages: ["js"],
    missing,
    /** @param {Block} block */
    async run(block) {
      // Import maps are for pages alone.
      const worker = block.text.replaceAll('"eiam-token/issuer"', '"/issuer.js"');
      await inChromium({ "/sw.js": worker }, async (page) => {
        await page.evaluate(async () => {
          await navigator.serviceWorker.register("/sw.js", { type: "module" });
          await navigator.serviceWorker.ready;
        });
        await page.reload();
        await after(page);
      });
    },
  };
}

/** @param {Record<string, string>} files @param {(page: import("puppeteer-core").Page) => Promise<void>} act */
async function inChromium(files, act) {
  const map = `<script type="importmap">${JSON.stringify({ imports: MODULES })}</script>`;
  const server = createServer(async ({ url = "/" }, response) => {
    const script = SERVED.includes(url) ? await readFile(inRoot(`pkg/dist${url}`), "utf8") : files[url];
    if (script !== undefined) response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    else if (url === "/")
      response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>page</title>${map}`);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    /** @type {unknown[]} */
    const errors = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(`http://127.0.0.1:${port}/`);
    await act(page);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
