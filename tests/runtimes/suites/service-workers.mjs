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
  const made = FORMATS.map((each) => ({ ...each, folder: /** @type {Promise<string> | undefined} */ (undefined) }));
  for (const browser of browsers.list) {
    const { name, missing, pageChecks, workerChecks } = browser;
    for (const each of made) {
      const { type } = each;
      const worker = `${type} service worker`;
      // Once: rows serve it at the same time.
      const site = async () => serve(await (each.folder ??= makeFolder(workspace, each)));
      const client = { where: name, missing, how: `page as client of a ${worker}`, more: pageChecks };
      testCase({ ...client, parts: ["issuer", "testing", "remote", "indexedDB"] }, async () => {
        const { origin, close } = await site();
        try {
          const results = await browser.runPage(`${origin}/`, { base: `${origin}/issuer`, worker: type });
          return { results, version: await browser.version() };
        } finally {
          await close();
        }
      });
      const inside = { where: name, missing, how: `inside a ${worker}`, more: workerChecks };
      testCase({ ...inside, parts: ["issuer", "testing", "indexedDB"] }, async () => {
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

/**
 * @param {import("../lib/workspace.mjs").Workspace} workspace
 * @param {typeof FORMATS[number]} format
 */
async function makeFolder(workspace, { type, format }) {
  const folder = workspace.path(`dist/service-worker/${type}`);
  mkdirSync(folder, { recursive: true });
  await esbuild(workspace, "service-worker", `${folder}/worker.js`, format);
  await esbuild(workspace, "browser", `${folder}/app.js`, "esm");
  workspace.write(`dist/service-worker/${type}/index.html`, html("/app.js"));
  return folder;
}
