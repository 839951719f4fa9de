/** What a person does with the demo and the issuer's pages, in any engine. */
import { STEP, until } from "../harness/patience.mjs";

/**
 * @typedef {import("../engines/engine.mjs").Tab} Tab
 */

/**
 * The text of an element, once it matches.
 *
 * @param {Tab} tab
 * @param {string} selector
 * @param {RegExp} pattern
 * @param {number} [patience] in milliseconds
 */
export async function read(tab, selector, pattern = /\S/, patience = STEP) {
  let text = "nothing";
  await until(
    () => `${selector} never matched ${pattern}; it says: ${text}`,
    async () => {
      text = await tab.look((selector) => document.querySelector(selector)?.textContent ?? "", selector);
      return pattern.test(text);
    },
    patience,
  );
  return text;
}

/** Waits until the issuer answers for the page. @param {Tab} tab */
export async function issuerReady(tab) {
  await read(tab, "#state", /^The issuer is ready\.$/);
  await until("the buttons stay locked", () =>
    tab.look(() => document.getElementById("sign-in-button")?.hasAttribute("aria-disabled") === false),
  );
}

/**
 * Presses something that leads to another page, and waits for that.
 *
 * @param {Tab} tab
 * @param {string} selector
 */
export async function follow(tab, selector) {
  await leave(tab, () => tab.click(selector), selector);
}

/**
 * Does what leads to another page, and waits for that.
 *
 * @param {Pick<Tab, "look">} tab
 * @param {() => Promise<unknown>} act
 * @param {string} what it is, for the error
 */
export async function leave(tab, act, what) {
  const left = await tab.look(() => performance.timeOrigin);
  await act();
  await until(`${what} leads nowhere`, () =>
    tab.look((left) => performance.timeOrigin !== left && document.readyState === "complete", left),
  );
}

/**
 * Fills the login form and sends it.
 *
 * @param {Tab} tab
 * @param {string} [username]
 * @param {string} [password]
 */
export async function logIn(tab, username = "alice", password = "wonderland") {
  await tab.type("#username", username);
  await tab.type("#password", password);
  await follow(tab, "#submit");
}

/** From the demo's button to the demo with tokens. @param {Tab} tab */
export async function signIn(tab) {
  await follow(tab, "#sign-in-button");
  await logIn(tab);
  await follow(tab, "#allow");
  await read(tab, "#sign-in-status", /^Signed in as Alice Liddell\.$/);
}

/**
 * Starts the device flow, and returns the code to type.
 *
 * @param {Tab} tab
 */
export async function startDevice(tab) {
  await tab.click("#device-start");
  return read(tab, "#device-code", /^[A-Z]{4}-[A-Z]{4}$/);
}

/**
 * Waits until the page does not poll for a device within the next seconds, if it polls at all.
 *
 * @param {Pick<Tab, "look">} tab
 */
export async function betweenPolls(tab) {
  await until("the page polls on and on", () =>
    tab.look(() => {
      const running = document.getElementById("device-running");
      const left = /^next in (\d+) s$/.exec(document.getElementById("device-poll")?.textContent ?? "")?.[1];
      return !running || running.hidden || Number(left) >= 4;
    }),
  );
}

/**
 * The whole access or refresh token that the page shows.
 *
 * @param {Tab} tab
 * @param {"access token" | "refresh token"} which
 */
export async function shownToken(tab, which) {
  const place = `[data-token="${which}"]`;
  await tab.click(`${place} button[aria-expanded="false"]`);
  const token = await read(tab, `${place} code`, /^[A-Za-z0-9_-]{30,}$/);
  await tab.click(`${place} button[aria-expanded="true"]`);
  return token;
}

/** Whether the page shows tokens. @param {Tab} tab */
export function showsTokens(tab) {
  return tab.look(() => document.getElementById("tokens-view")?.checkVisibility() ?? false);
}

/**
 * The form of the latest request that the demo's log has for a grant, and where it went.
 *
 * @param {Tab} tab
 * @param {string} grant
 */
export async function loggedForm(tab, grant) {
  const found = await tab.look((grant) => {
    for (const item of document.querySelectorAll("#log-list li")) {
      /** @type {[string, string][]} */
      const form = [...item.querySelectorAll(".exchange > .pairs dl > div")].map((pair) => [
        pair.querySelector("dt")?.textContent ?? "",
        pair.querySelector("dd")?.textContent ?? "",
      ]);
      const line = item.querySelector(".request-line")?.textContent ?? "";
      const url = line.replace(/^POST /, "");
      if (form.some(([name, value]) => name === "grant_type" && value === grant)) {
        const isHeader = ([name = ""]) => ["authorization", "content-type", "accept"].includes(name);
        return { url, form: form.filter((pair) => !isHeader(pair)) };
      }
    }
    return undefined;
  }, grant);
  if (!found) throw new Error(`the log has no request for ${grant}`);
  return found;
}

/**
 * Sends a form from the page, past the client. Returns what the issuer answers, in short.
 *
 * @param {Tab} tab
 * @param {{ url: string, form: [string, string][] }} request
 */
export function post(tab, { url, form }) {
  return tab.evaluate(
    async (url, form) => {
      const response = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
      const { error = "no error" } = await response.json();
      return `${response.status} ${error}`;
    },
    url,
    form,
  );
}
