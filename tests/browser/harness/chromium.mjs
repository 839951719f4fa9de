import { rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "puppeteer-core";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { findChromium } from "../../../scripts/lib/programs.mjs";
import { closesWithProfile } from "./closing.mjs";
import { START } from "./patience.mjs";

/**
 * Starts the system's Chromium, headless, with an empty profile that closing the browser removes.
 *
 * @param {import("puppeteer-core").LaunchOptions} [options]
 * @returns {Promise<import("puppeteer-core").Browser>}
 */
export async function launchChromium({ args = [], ...options } = {}) {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new Error("Chromium is missing: install it, or name its program in $CHROMIUM");
  }
  const userDataDir = await mkdtemp(join(tmpdir(), "eiam-token-chromium-"));
  const browser = await launch({
    executablePath,
    userDataDir,
    timeout: START,
    protocolTimeout: START,
    args: [...(await flags()), ...args],
    // Puppeteer would close the browser and leave this process running, for ever if a test waits for
    // something that does not come.
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    ...options,
  }).catch((error) => {
    rmSync(userDataDir, { recursive: true, force: true, maxRetries: 20 });
    throw error;
  });
  closesWithProfile(browser, userDataDir);
  return browser;
}

/**
 * The flags that the wasm-bindgen tests give to the browser, too.
 * @returns {Promise<string[]>}
 */
async function flags() {
  const capabilities = JSON.parse(await readFile(inRoot("webdriver.json"), "utf8"));
  return capabilities["goog:chromeOptions"].args;
}
