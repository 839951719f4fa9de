import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "puppeteer-core";
import { findFirefox } from "../../../scripts/lib/programs.mjs";
import { closesWithProfile } from "./closing.mjs";
import { START } from "./patience.mjs";

/**
 * Starts the system's Firefox, headless, with an empty profile that closing the browser removes. It
 * is driven by WebDriver BiDi.
 *
 * @param {import("puppeteer-core").LaunchOptions} [options]
 * @returns {Promise<import("puppeteer-core").Browser>}
 */
export async function launchFirefox(options = {}) {
  const executablePath = findFirefox();
  if (!executablePath) {
    throw new Error("Firefox is missing: install it, or name its program in $FIREFOX");
  }
  const userDataDir = await mkdtemp(join(tmpdir(), "eiam-token-firefox-"));
  const browser = await launch({
    browser: "firefox",
    executablePath,
    userDataDir,
    timeout: START,
    protocolTimeout: START,
    headless: true,
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
 * Runs an expression with the rights of the browser itself, which must have been started with
 * `--remote-allow-system-access`. Its value must be a string, a number or a boolean.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} expression
 * @returns {Promise<unknown>}
 */
export async function evaluateInFirefox(browser, expression) {
  // Puppeteer has no word for this, so it is said in BiDi's own.
  const { connection } = /** @type {any} */ (browser);
  const tree = await connection.send("browsingContext.getTree", { "moz:scope": "chrome" });
  const { context } = tree.result.contexts[0];
  const { result } = await connection.send("script.evaluate", {
    expression,
    target: { context },
    awaitPromise: true,
  });
  if (result.type !== "success") throw new Error(`Firefox: ${result.exceptionDetails.text}`);
  return result.result.value;
}
