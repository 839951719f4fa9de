import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { bundlers, scriptsIn, viteApp } from "../lib/bundlers.mjs";
import { testCase } from "../lib/case.mjs";
import { startServer } from "../lib/command.mjs";
import { html, serve } from "../lib/site.mjs";

const UNAVAILABLE = "both halves throw WasmUnavailableError";

/** A sentence that is in the issuer's JavaScript and nowhere else. */
const ISSUER = "this issuer was freed";

/** Text that is in the storage in files and nowhere else, and how it imports what only servers have. */
const FILES = "eiam-token issuer store ";
const NODE = /\b(?:from|import|require)\s*\(?\s*["'`]node:/;

const SHAKING = [
  "with both halves there is an issuer",
  "with the client alone there is none",
  "an app that signs users in has less than the whole client",
  "PKCE alone has less than that",
  "what is not used is nothing",
  "for browsers there is nothing of files",
];

const WASM_CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:";

/**
 * @typedef {import("../lib/workspace.mjs").Workspace} Workspace
 * @typedef {ReturnType<typeof import("../lib/browsers.mjs").openBrowsers>} Browsers
 * @typedef {import("../lib/browsers.mjs").Browser} Browser
 */

/**
 * Bundles of every bundler, without configuration, run in Chromium.
 *
 * @param {Workspace} workspace
 * @param {Browsers} browsers
 */
export function testBundlers(workspace, browsers) {
  const { chromium } = browsers;
  for (const { name, bundle } of bundlers) {
    testPage({ where: name, version: workspace.version(name), how: "bundle, in Chromium", browser: chromium }, () =>
      bundle(workspace, "browser"),
    );
    testCase({ where: name, how: "leaves out what is not imported", more: SHAKING }, async () => {
      const size = async (/** @type {string} */ app) => scriptsIn(await bundle(workspace, app));
      const both = await size("browser");
      const whole = await size("client-only");
      const signIn = await size("sign-in");
      const pkce = await size("pkce");
      const unused = await size("unused");
      const files = readFileSync(workspace.path("node_modules/eiam-token/dist/file-storage.js"), "utf8");
      const passed = [
        both.includes(ISSUER),
        !whole.includes(ISSUER) && whole.length < both.length - 300_000,
        signIn.length < whole.length,
        pkce.length < signIn.length,
        unused.length < 1000,
        files.includes(FILES) && NODE.test(files) && !both.includes(FILES) && !NODE.test(both),
      ];
      const bytes = { client: whole, "sign-in": signIn, PKCE: pkce, unused };
      const sizes = Object.entries(bytes).map(([what, text]) => `${what} ${gzipSync(text).length}`);
      const results = SHAKING.map((name, i) => ({ name, ...(passed[i] ? {} : { error: sizes.join() }) }));
      return { results, version: workspace.version(name), note: `gzip: ${sizes.join(", ")}` };
    });
  }
  testPage({ where: "no bundler", how: "import map, in Chromium", browser: chromium }, async () => {
    const dist = "/node_modules/eiam-token/dist";
    const imports = {
      "eiam-token": `${dist}/client.js`,
      "eiam-token/issuer": `${dist}/issuer.js`,
      "eiam-token/testing": `${dist}/testing.js`,
    };
    const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
    workspace.write("index.html", html("/tests/runtimes/apps/browser.mjs", 'type="module"', map));
    return workspace.folder;
  });
  for (const browser of browsers.list) {
    testPage(
      {
        where: "Content-Security-Policy",
        how: `script-src 'self' 'wasm-unsafe-eval', in ${browser.name}`,
        browser,
        headers: { "content-security-policy": WASM_CSP },
      },
      () => bundleOf("esbuild", workspace),
    );
    testWithoutWasm(workspace, browser);
  }
  testViteDev(workspace, chromium);
}

/** @param {string} name @param {Workspace} workspace */
async function bundleOf(name, workspace) {
  const bundler = bundlers.find((each) => each.name === name);
  if (!bundler) throw new Error(name);
  return bundler.bundle(workspace, "browser");
}

/**
 * @param {{ where: string, how: string, version?: string, headers?: Record<string, string>, browser: Browser }} about
 * @param {() => Promise<string>} make the folder that is served
 */
function testPage({ where, how, version = "", headers, browser }, make) {
  const parts = /** @type {const} */ (["issuer", "testing", "indexedDB"]);
  const { missing, pageChecks } = browser;
  testCase({ where, how, missing, parts, more: pageChecks }, async () => {
    const site = await serve(await make(), headers);
    try {
      return { results: await browser.runPage(`${site.origin}/`), version };
    } finally {
      await site.close();
    }
  });
}

/**
 * Where WebAssembly is forbidden by the page's policy, and where the browser has none.
 *
 * @param {Workspace} workspace
 * @param {Browser} browser
 */
function testWithoutWasm(workspace, browser) {
  const csp = WASM_CSP.replace(" 'wasm-unsafe-eval'", "");
  const policy = { "content-security-policy": csp };
  testUnavailable("Content-Security-Policy", "script-src 'self'", "'wasm-unsafe-eval'", policy);
  testUnavailable("no WebAssembly", "switched off", "WebAssembly", {}, "WebAssembly");

  /**
   * @param {string} where
   * @param {string} how
   * @param {string} remedy what the error names
   * @param {Record<string, string>} headers
   * @param {string} [lacks] what the page's world is without
   */
  function testUnavailable(where, how, remedy, headers, lacks) {
    const about = { where, how: `${how}, in ${browser.name}`, missing: browser.missing, more: [UNAVAILABLE] };
    testCase(about, async () => {
      const site = await serve(await bundleOf("esbuild", workspace), headers);
      try {
        const seen = await browser.tryBoth(`${site.origin}/`, remedy, lacks);
        const expected = "WasmUnavailableError wasm_unavailable true";
        const error = seen === `${expected},${expected}` ? undefined : seen;
        return { results: [{ name: UNAVAILABLE, ...(error && { error }) }] };
      } finally {
        await site.close();
      }
    });
  }
}

/**
 * @param {Workspace} workspace
 * @param {Browser} browser
 */
function testViteDev(workspace, browser) {
  const parts = /** @type {const} */ (["issuer", "testing", "indexedDB"]);
  const { missing, pageChecks } = browser;
  const about = { where: "vite", how: "dev server, in Chromium", missing, parts, more: pageChecks };
  testCase(about, async () => {
    const folder = viteApp(workspace, "browser");
    const vite = workspace.path("node_modules/vite/bin/vite.js");
    const args = [vite, folder, "--host", "127.0.0.1", "--port", "0"];
    const server = await startServer(process.execPath, args, workspace.folder);
    try {
      return { results: await browser.runPage(`${server.address}/`), version: workspace.version("vite") };
    } finally {
      await server.stop();
    }
  });
}
