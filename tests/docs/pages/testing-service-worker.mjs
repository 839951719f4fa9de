import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { page, workerSite } from "../lib/chromium.mjs";
import { shell } from "../lib/shell.mjs";

/** An application that says the code of what went wrong. */
const APPLICATION = `
  import { Client, completeRedirect, redirectToSignIn } from "/client.js";
  import { startIssuerWorker } from "/testing-worker.js";

  window.issuer = await startIssuerWorker();
  const { issuer, clientId } = window.issuer.clients.spa;
  const client = await Client.discover(issuer, { clientId });
  const redirectUri = location.origin + "/callback.html";
  document.getElementById("sign-in").onclick = () => redirectToSignIn(client, { redirectUri, scope: "openid" });
  if (location.pathname === "/callback.html") {
    const said = await completeRedirect(client).then(() => "signed in", ({ code }) => code);
    document.querySelector("output").textContent = said;
  }`;

/** As much of Playwright as the page uses, over a page that Puppeteer drives. */
const PLAYWRIGHT = `
  import assert from "node:assert/strict";
  export const expect = (actual) => ({ toBe: (expected) => assert.equal(actual, expected) });
  export const tests = [];
  export const test = (_, act) => tests.push(act);`;

const { languages, run } = shell();

/** A command in a project that has a folder `public`. */
const inProject = {
  languages,
  async run(
    /** @type {import("../lib/markdown.mjs").Block} */ block,
    /** @type {import("../lib/world.mjs").World} */ world,
  ) {
    mkdirSync(join(world.folder, "public"));
    await run(block, world);
    assert.ok(existsSync(join(world.folder, "public/issuer-worker.js")));
  },
};

export const path = "docs/testing/service-worker.md";
export const blocks = {
  "Write the worker": [inProject],
  "Start it": [page({ prelude: () => "" }), page({ prelude: () => "" })],
  Playwright: [
    page({
      prelude: () => "",
      after: async (page) => assert.equal(await page.evaluate(() => typeof Object(window).issuer.reset), "function"),
    }),
    workerSite(
      async ({ text }, { url }, page, world) => {
        // The page about Playwright has a stand-in of its own under the real name.
        const folder = "node_modules/playwright-for-the-worker";
        world.write(`${folder}/package.json`, '{"type":"module","exports":"./index.js"}');
        const { tests } = await import(world.write(`${folder}/index.js`, PLAYWRIGHT));
        const program = text
          .replace("@playwright/test", "playwright-for-the-worker")
          .replace("http://localhost:5173/", url);
        await import(world.write("fails.js", program));
        const asPlaywrights = {
          goto: (/** @type {string} */ to) => page.goto(to),
          evaluate: (/** @type {() => unknown} */ act) => page.evaluate(act),
          waitForFunction: (/** @type {() => unknown} */ look) => page.waitForFunction(look),
          waitForURL: (/** @type {RegExp} */ pattern) =>
            page.waitForFunction((source) => new RegExp(source).test(location.href), {}, pattern.source),
          async click(/** @type {string} */ selector) {
            await (await page.waitForSelector(selector))?.click();
          },
          async fill(/** @type {string} */ selector, /** @type {string} */ words) {
            await (await page.waitForSelector(selector))?.type(words);
          },
          textContent: (/** @type {string} */ selector) => page.$eval(selector, (element) => element.textContent),
        };
        assert.equal(tests.length, 1);
        await tests[0]({ page: asPlaywrights });
      },
      { "site.js": APPLICATION },
    ),
  ],
  "Beside MSW": [
    workerSite(
      async ({ text }, { root }, page) => {
        writeFileSync(join(root, "worker.js"), text);
        const seen = await page.evaluate(`(async () => {
          const { startIssuerWorker } = await import("/testing-worker.js");
          const issuer = await startIssuerWorker({ worker: "/worker.js" });
          return [(await fetch(issuer.instance.jwksUri)).status, await (await fetch("/api/hello")).text()];
        })()`);
        assert.deepEqual(seen, [200, "hello"]);
      },
      // As MSW's, it answers whatever is asked.
      { "mockServiceWorker.js": 'addEventListener("fetch", (event) => event.respondWith(new Response("hello")));' },
    ),
  ],
};
