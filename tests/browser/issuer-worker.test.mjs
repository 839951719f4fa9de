// The issuer in the service worker of a static site, with the site's own login.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { steady } from "./hands/puppeteer.mjs";
import { launchChromium } from "./harness/chromium.mjs";
import { until } from "./harness/patience.mjs";
import { stopWorker } from "./support/service-worker.mjs";
import { follow, logIn } from "./support/user.mjs";
import { startWorkerSite } from "./support/worker-site.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("puppeteer-core").BrowserContext} Context */

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof startWorkerSite>>} */
let site;

before(async () => {
  browser = await launchChromium();
  site = await startWorkerSite();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/**
 * Opens the site in a browser without a past.
 *
 * @param {(page: Page, context: Context) => Promise<void>} body
 * @param {string} [path]
 */
async function visit(body, path = "") {
  const context = await browser.createBrowserContext();
  try {
    const page = steady(await context.newPage());
    await page.goto(site.url + path);
    if (path === "") await said(page, /^ready$/);
    await body(page, context);
  } finally {
    await context.close();
  }
}

/** What the site says, once it matches. @param {Page} page @param {RegExp} pattern */
async function said(page, pattern) {
  let text = "nothing";
  await until(
    () => `the site says ${text}`,
    async () => {
      text = await page.evaluate(() => document.querySelector("output")?.textContent ?? "").catch(String);
      // What it says of an error it says for ever.
      if (text.includes(": ") && !pattern.test(text)) throw new Error(`the site says ${text}`);
      return pattern.test(text);
    },
  );
  return text;
}

/** @param {Page} page */
async function signIn(page) {
  await follow(page, "#sign-in");
  await logIn(page, "alice", "alice-password");
  await follow(page, "#allow");
  await said(page, /^signed in as alice$/);
}

/**
 * Runs a function with what the page has.
 *
 * @template R
 * @param {Page} page
 * @param {(window: any) => Promise<R> | R} act
 * @returns {Promise<R>}
 */
function inPage(page, act) {
  return page.evaluate(`(${act})(window)`);
}

describe("a static site", () => {
  test("signs in by pages that say what they are, refreshes, and signs out", () =>
    visit(async (page) => {
      await follow(page, "#sign-in");
      assert.equal(new URL(page.url()).origin, new URL(site.url).origin);
      assert.match(page.url(), /\/_issuer\//);
      const note = await page.$eval("[role=note]", (note) => note.textContent);
      assert.match(note ?? "", /^Test issuer in this browser’s service worker\./);
      await logIn(page, "alice", "alice-password");
      assert.match((await page.$eval("main", (main) => main.textContent)) ?? "", /Test issuer/);
      await follow(page, "#allow");
      await said(page, /^signed in as alice$/);
      assert.match(page.url(), /\/callback\.html$/);

      const refreshed = await inPage(page, async ({ client, tokens }) => {
        const again = await client.refresh(tokens.refreshToken);
        const { sub } = await client.userInfo(again.accessToken, { subject: tokens.claims.sub });
        return { sub, isNew: again.accessToken !== tokens.accessToken };
      });
      assert.deepEqual(refreshed, { sub: "alice", isNew: true });

      await follow(page, "#sign-out");
      if (/_issuer/.test(page.url())) await follow(page, "button");
      await said(page, /^ready$/);
      await follow(page, "#sign-in");
      assert.ok(await page.$("#password"), "nobody is signed in any more");
    }));

  test("is told of a user who refuses", () =>
    visit(async (page) => {
      await follow(page, "#sign-in");
      await follow(page, "#cancel");
      await said(page, /^oauth_error: access_denied$/);
    }));

  test("has the same issuer after a reload, in another tab, and after the worker was stopped", () =>
    visit(async (page, context) => {
      await signIn(page);
      const before = await inPage(page, async ({ issuer, tokens }) => {
        await issuer.clock.advance("5m");
        await issuer.next("userinfo").times(2).fail(503);
        await issuer.hostile.be("alg_none", { times: 3 });
        await issuer.setUser("carol");
        await issuer.automatic({ autoConsent: true });
        globalThis.sessionStorage.setItem("refresh", tokens.refreshToken);
        return {
          ahead: Number(issuer.clock.now()) - Math.floor(Date.now() / 1000),
          entries: await issuer.journal.entries("token"),
        };
      });
      assert.ok(Math.abs(before.ahead - 300) <= 1);

      const other = steady(await context.newPage());
      await other.goto(site.url);
      await said(other, /^ready$/);
      assert.equal(await inPage(other, async ({ issuer }) => (await issuer.script.list())[0].left), 2);
      await other.close();

      const restarted = await stopWorker(page);
      await page.goto(site.url);
      await said(page, /^ready$/);
      await until("the worker was not stopped", restarted);
      const later = await inPage(page, async ({ issuer }) => {
        const entries = await issuer.journal.entries("token");
        const refresh_token = globalThis.sessionStorage.getItem("refresh");
        const body = new URLSearchParams({ grant_type: "refresh_token", client_id: "spa", refresh_token });
        const response = await fetch(issuer.clients.spa.tokenEndpoint, { method: "POST", body });
        const { access_token, id_token = "" } = await response.json();
        const [fault] = await issuer.script.list();
        const active = (await issuer.hostile.cases()).filter(({ left }) => left !== undefined);
        return {
          ahead: Number(issuer.clock.now()) - Math.floor(Date.now() / 1000),
          entries,
          answer: [response.status, access_token.slice(0, 2), JSON.parse(atob(id_token.split(".")[0])).alg],
          fault: [fault.endpoint, fault.fail, fault.left],
          active: active.map(({ name }) => name),
          last: (await issuer.journal.last("token")).sequence > entries.at(-1).sequence,
          carol: (await issuer.tokens({ user: "carol", client: "spa" })).token_type,
        };
      });
      assert.ok(Math.abs(later.ahead - 300) <= 1);
      assert.deepEqual(later.entries, before.entries);
      assert.deepEqual(
        { ...later, ahead: 0, entries: 0 },
        {
          ahead: 0,
          entries: 0,
          answer: [200, "AT", "none"],
          fault: ["userinfo", 503, 2],
          active: ["alg_none"],
          last: true,
          carol: "Bearer",
        },
      );
      // The login session is there as well, and consent comes by itself.
      await inPage(page, async ({ issuer }) => {
        await issuer.hostile.end();
        // The client of the site goes by the host's clock.
        await issuer.clock.set(new Date());
      });
      await follow(page, "#sign-in");
      await said(page, /^signed in as alice$/);
      // What goes back to the start goes back to that of the first worker.
      await inPage(page, ({ issuer }) => issuer.reset());
      const begun = await inPage(page, async ({ issuer }) => ({
        ahead: Number(issuer.clock.now()) - Math.floor(Date.now() / 1000),
        faults: await issuer.script.list(),
        journal: await issuer.journal.entries(),
        carol: await issuer.removeUser("carol"),
        alice: await issuer.removeUser("alice"),
      }));
      assert.ok(Math.abs(begun.ahead) <= 1);
      assert.deepEqual({ ...begun, ahead: 0 }, { ahead: 0, faults: [], journal: [], carol: false, alice: true });
    }));
});
