import { mkdirSync } from "node:fs";
import { esbuild } from "../lib/bundlers.mjs";
import { testCase } from "../lib/case.mjs";
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
  for (const browser of browsers.list) {
    const { name, missing, pageChecks, workerChecks } = browser;
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
      const client = { where: name, missing, how: `page as client of a ${worker}`, more: pageChecks };
      testCase({ ...client, parts: ["issuer", "remote", "indexedDB"] }, async () => {
        const { origin, close } = await site();
        try {
          const results = await browser.runPage(`${origin}/`, { base: `${origin}/issuer`, worker: type });
          return { results, version: await browser.version() };
        } finally {
          await close();
        }
      });
      const inside = { where: name, missing, how: `inside a ${worker}`, more: workerChecks };
      testCase({ ...inside, parts: ["issuer", "indexedDB"] }, async () => {
        const { origin, close } = await site();
        try {
          const results = await browser.runWorker(`${origin}/`, type);
          return { results, version: await browser.version() };
        } finally {
          await close();
        }
      });
    }
  }
}
