import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../scripts/lib/process.mjs";
import { findMiniBrowser, findXvfb } from "../../../scripts/lib/programs.mjs";
import { startMiniBrowser } from "../../browser/harness/webkit.mjs";
import { startXvfb } from "../../browser/harness/xvfb.mjs";
import { COMPLAINT_CHECKS, judgeComplaints } from "./page.mjs";

/** How long one page may take, in milliseconds. */
const PATIENCE = 60_000;

/**
 * WebKitGTK, a MiniBrowser for each page. It is not driven: under automation nobody could read its
 * console. So a page beside the application does by itself what its address asks for.
 *
 * @returns {import("./browsers.mjs").Browser}
 */
export function webKit() {
  const missing = findMiniBrowser() ? undefined : "WebKitGTK's MiniBrowser";
  /** @type {Promise<string> | undefined} */
  let version;
  /** @type {(...about: Parameters<typeof play>) => Promise<import("./browsers.mjs").Result[]>} */
  const results = async (...about) => {
    const { value, complaints } = await play(...about);
    return [.../** @type {import("./browsers.mjs").Result[]} */ (value), judgeComplaints(complaints)];
  };
  return {
    name: "WebKitGTK",
    missing: missing ?? (findXvfb() ? undefined : "Xvfb"),
    pageChecks: COMPLAINT_CHECKS,
    workerChecks: COMPLAINT_CHECKS,
    note: "its console is had as text, in which objects are not opened, so what it shows of them is not judged",
    version: () => (version ??= readVersion()),
    runPage: (url, { base, worker } = {}) => results(url, [...(worker ? [["register", worker]] : []), ["run", base]]),
    runWorker: (url, type) => results(url, [["register", type], ["askWorker", "run"]]),
    async tryBoth(url, remedy, lacks) {
      const { value } = await play(url, [["tryBoth", remedy]], lacks ? [lacks] : []);
      return /** @type {string} */ (value);
    },
  };
}

/**
 * Has a page call what the application put on it.
 *
 * @param {string} url of the application
 * @param {readonly (readonly unknown[])[]} calls names, each with its arguments; the value of the last is told
 * @param {readonly string[]} [lacks] what the page's world is without
 */
async function play(url, calls, lacks = []) {
  const asked = encodeURIComponent(JSON.stringify({ calls, lacks }));
  const folder = await mkdtemp(join(tmpdir(), "eiam-token-webkit-"));
  /** @type {string[]} */
  const complaints = [];
  /** @type {Awaited<ReturnType<typeof startMiniBrowser>> | undefined} */
  let browser;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    const told = await new Promise((resolve, reject) => {
      const tooLate = () => reject(new Error(`WebKitGTK told nothing: ${complaints.join("\n")}`));
      timer = setTimeout(tooLate, PATIENCE);
      const page = new URL(`/by-itself.html?${asked}`, url).href;
      const started = startMiniBrowser(page, folder, (line) => {
        const [, json] = /CONSOLE LOG by-itself: (.+)$/.exec(line) ?? [];
        if (json) resolve(JSON.parse(json));
        else if (line.includes("CONSOLE ")) complaints.push(line);
      });
      started.then((opened) => (browser = opened), reject);
    });
    if (told.error) throw new Error(`${told.error}\n${complaints.join("\n")}`);
    return { value: /** @type {unknown} */ (told.value), complaints };
  } finally {
    clearTimeout(timer);
    await browser?.close();
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
