import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../scripts/lib/process.mjs";
import { findMiniBrowser, findXvfb } from "../../../scripts/lib/programs.mjs";
import { WHOLE } from "../../browser/harness/patience.mjs";
import { startInspectedMiniBrowser } from "../../browser/harness/webkit.mjs";
import { startXvfb } from "../../browser/harness/xvfb.mjs";
import { CONSOLE } from "../checks.mjs";
import { judgeInConsole } from "./inspector.mjs";
import { COMPLAINT, PAGE_CHECKS, judgeComplaints } from "./page.mjs";

/**
 * WebKitGTK, a MiniBrowser for each page. It is not driven: under automation nobody could read its
 * console. So a page beside the application does by itself what its address asks for.
 *
 * @param {import("./workspace.mjs").Workspace} workspace
 * @returns {import("./browsers.mjs").Browser}
 */
export function webKit(workspace) {
  const missing = findMiniBrowser() ? undefined : "WebKitGTK's MiniBrowser";
  /** @type {Promise<string> | undefined} */
  let version;
  return {
    name: "WebKitGTK",
    missing: missing ?? (findXvfb() ? undefined : "Xvfb"),
    pageChecks: PAGE_CHECKS,
    workerChecks: [CONSOLE, COMPLAINT],
    version: () => (version ??= readVersion()),
    async runPage(url, { base, worker } = {}) {
      const calls = [...(worker ? [["register", worker]] : []), ["run", base]];
      return play(url, calls, async ({ value, complaints, inspector }) => [
        .../** @type {import("./browsers.mjs").Result[]} */ (value),
        judgeComplaints(complaints),
        await judgeInConsole(inspector, workspace.require("ws"), "WebPage", "runtimeChecks.printSecrets()"),
      ]);
    },
    async runWorker(url, type) {
      const calls = [
        ["register", type],
        ["askWorker", "run"],
      ];
      return play(url, calls, async ({ value, complaints, inspector }) => [
        .../** @type {import("./browsers.mjs").Result[]} */ (value),
        judgeComplaints(complaints),
        await judgeInConsole(inspector, workspace.require("ws"), "ServiceWorker", 'runtimeChecks.askWorker("print")'),
      ]);
    },
    async tryBoth(url, remedy, lacks) {
      const tried = async (/** @type {Told} */ { value }) => /** @type {string} */ (value);
      return play(url, [["tryBoth", remedy]], tried, lacks ? [lacks] : []);
    },
  };
}

/**
 * Has a page call what the application put on it.
 *
 * @typedef {object} Told
 * @property {unknown} value of the last call
 * @property {readonly string[]} complaints that the console showed until then
 * @property {string} inspector its address
 *
 * @template T
 * @param {string} url of the application
 * @param {readonly (readonly unknown[])[]} calls names, each with its arguments
 * @param {(told: Told) => Promise<T>} judge is called while the page is still there
 * @param {readonly string[]} [lacks] what the page's world is without
 */
async function play(url, calls, judge, lacks = []) {
  const page = new URL(`/by-itself.html?${encodeURIComponent(JSON.stringify({ calls, lacks }))}`, url).href;
  const folder = await mkdtemp(join(tmpdir(), "eiam-token-webkit-"));
  const complaints = /** @type {string[]} */ ([]);
  /** @type {(outcome: { value?: unknown, error?: string }) => void} */
  let tell = () => undefined;
  const told = new Promise((/** @type {typeof tell} */ resolve) => (tell = resolve));
  const timer = setTimeout(() => tell({ error: "the page told nothing" }), WHOLE);
  try {
    const onLine = (/** @type {string} */ line) => {
      const [, json] = /CONSOLE LOG by-itself: (.+)$/.exec(line) ?? [];
      if (json) tell(JSON.parse(json));
      else if (line.includes("CONSOLE ")) complaints.push(line);
    };
    const browser = await startInspectedMiniBrowser(page, folder, onLine);
    try {
      const { value, error } = await told;
      if (error !== undefined) throw new Error([error, ...complaints].join("\n"));
      return await judge({ value, complaints: [...complaints], inspector: `http://127.0.0.1:${browser.inspector}` });
    } finally {
      await browser.close();
    }
  } finally {
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function readVersion() {
  const screen = await startXvfb();
  try {
    const env = { ...process.env, DISPLAY: screen.display, GDK_BACKEND: "x11" };
    const shown = await run(findMiniBrowser() ?? "", ["--version"], { env, minutes: 1 });
    return /WebKitGTK ([\d.]+)/.exec(shown)?.[1] ?? "";
  } finally {
    await screen.close();
  }
}
