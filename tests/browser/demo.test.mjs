import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { serve } from "../../scripts/serve.mjs";
import { STEP } from "./harness/patience.mjs";
import { accessibilityProblems, overflow } from "./support/accessibility.mjs";
import { picture, ready, startDemo, textOf, withPage } from "./support/demo.mjs";
import { stopWorker } from "./support/service-worker.mjs";
import { follow, logIn, openTab, retype, signIn } from "./support/user.mjs";

/** @type {Awaited<ReturnType<typeof startDemo>>} */
let demo;
before(async () => {
  demo = await startDemo();
});
after(() => demo.close());

/**
 * The whole access or refresh token that the page shows.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {"access token" | "refresh token"} which
 */
async function shownToken(page, which) {
  const place = `[data-token="${which}"]`;
  await page.click(`${place} button[aria-expanded="false"]`);
  const token = await textOf(page, `${place} code`, /^[A-Za-z0-9_-]{30,}$/);
  await page.click(`${place} button[aria-expanded="true"]`);
  return token;
}

/**
 * What the log says, newest first: method, endpoint, status.
 *
 * @param {import("puppeteer-core").Page} page
 */
function logged(page) {
  return page.$$eval("#log-list summary", (summaries) =>
    summaries.map((summary) =>
      [".method", ".what b", ".outcome"].map((part) => summary.querySelector(part)?.textContent).join(" "),
    ),
  );
}

/** @param {import("puppeteer-core").Page} page */
async function startDevice(page) {
  await page.click("#device-start");
  return textOf(page, "#device-code", /^[A-Z]{4}-[A-Z]{4}$/);
}

/**
 * Holds back the requests whose form has a word in it: they are under way.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {string} word
 * @returns {Promise<{ arrived: () => Promise<unknown>, count: () => Promise<number>, release: () => Promise<void> }>}
 */
async function holdRequests(page, word) {
  await page.evaluate((word) => {
    const { fetch } = window;
    /** @type {any} */
    const held = { count: 0 };
    const released = new Promise((resolve) => (held.release = resolve));
    window.fetch = async (url, init) => {
      if (String(init?.body ?? "").includes(word)) {
        held.count++;
        await released;
      }
      return fetch(url, init);
    };
    Object.assign(window, { held });
  }, word);
  return {
    count: () => page.evaluate(() => /** @type {any} */ (window).held.count),
    arrived: () => page.waitForFunction(() => /** @type {any} */ (window).held.count > 0),
    release: () => page.evaluate(() => /** @type {any} */ (window).held.release()),
  };
}

/**
 * Lets the next request of the page find no network.
 *
 * @param {import("puppeteer-core").Page} page
 */
function loseOneRequest(page) {
  return page.evaluate(() => {
    const { fetch } = window;
    window.fetch = () => {
      window.fetch = fetch;
      return Promise.reject(new TypeError("Failed to fetch"));
    };
  });
}

/**
 * Starts a device flow that does not poll by itself while a test lasts.
 *
 * @param {import("puppeteer-core").Page} page
 */
async function startPatientDevice(page) {
  await startDevice(page);
  await page.evaluate(() => {
    const name = Object.keys(sessionStorage).find((key) => key.endsWith(" device pace"));
    if (!name) throw new Error("the pace is not kept");
    sessionStorage.setItem(name, JSON.stringify({ interval: "600", slowed: false }));
  });
  await page.reload();
  await ready(page);
  await textOf(page, "#device-interval", /^600 s$/);
}

/**
 * All that a place says from now on.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {string} selector
 * @returns {Promise<() => Promise<string[]>>}
 */
async function listen(page, selector) {
  await page.$eval(selector, (place) => {
    /** @type {string[]} */
    const said = [];
    new MutationObserver(() => said.push(place.textContent ?? "")).observe(place, { childList: true });
    Object.assign(window, { said });
  });
  return () => page.evaluate(() => /** @type {any} */ (window).said);
}

/**
 * Lets what the page has begun come to its end: one more request to the issuer, and its answer.
 *
 * @param {import("puppeteer-core").Page} page
 */
async function settle(page) {
  await page.click("#int64-button");
  await page.waitForSelector("#int64-answer table");
}

/** @param {import("puppeteer-core").Page} page */
function showsTokens(page) {
  return page.$eval("#tokens-view", (view) => view.checkVisibility());
}

/**
 * From the next page on it is later.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {number} hours
 */
function later(page, hours) {
  return page.evaluateOnNewDocument((milliseconds) => {
    const { now } = Date;
    Date.now = () => now() + milliseconds;
  }, hours * 3_600_000);
}

/** The device's user decides in a tab of their own. @param {import("puppeteer-core").Page} page @param {"#allow" | "#deny"} decision */
async function decide(page, decision) {
  const tab = await openTab(page.browserContext(), page, "#device-link");
  await follow(tab, "#submit");
  await logIn(tab, "alice", "wonderland");
  await follow(tab, decision);
  await tab.close();
  await page.bringToFront();
}

/**
 * Runs in the page: makes the issuer's stored state something that it did not write. Returns the
 * address of one of its pages.
 *
 * @returns {Promise<string>}
 */
async function damageIssuer() {
  const folder = location.pathname;
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open(`eiam-token-demo ${folder}`);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  await new Promise((resolve, reject) => {
    const names = [...database.objectStoreNames];
    const transaction = database.transaction(names, "readwrite");
    for (const name of names) {
      const records = transaction.objectStore(name);
      records.openCursor().onsuccess = ({ target }) => {
        const cursor = target.result;
        if (!cursor) return;
        if (cursor.value instanceof Uint8Array) cursor.update(new Uint8Array([1, 2, 3]));
        cursor.continue();
      };
    }
    transaction.oncomplete = resolve;
    transaction.onabort = reject;
  });
  database.close();
  return `${location.href}issuer/login/app/app_page/oauth2/authorize`;
}

describe("signing in with code and PKCE", () => {
  test("a callback that nobody asked for brings no tokens", () =>
    withPage(demo, async ({ page }) => {
      await page.goto(`${demo.url}?code=COguessed&state=guessed`);
      assert.match(await textOf(page, "#sign-in-status", /: /), /^invalid_\w+: .+\.$/);
      assert.equal(page.url(), demo.url);
      assert.ok(!(await logged(page)).some((line) => line.includes("token")), "the code was not sent");
    }));

  test("with the keyboard alone", () =>
    withPage(demo, async ({ page }) => {
      /** @param {string} id */
      const tabTo = async (id) => {
        for (let presses = 0; presses < 40; presses++) {
          await page.keyboard.press("Tab");
          const focus = await page.evaluate(() => {
            const { activeElement } = document;
            const outline = activeElement && getComputedStyle(activeElement).outlineStyle;
            return { id: activeElement?.id, outline, what: activeElement?.outerHTML.slice(0, 90) };
          });
          assert.notEqual(focus.outline, "none", `the focus can be seen on ${focus.what}`);
          if (focus.id === id) return;
        }
        assert.fail(`Tab never came to #${id}`);
      };
      const enter = () => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);

      await tabTo("sign-in-button");
      await picture(page, "focus");
      await enter();
      // The page puts the focus where the typing begins.
      await page.waitForFunction(() => document.activeElement?.id === "username", { polling: 50 });
      await page.keyboard.type("bob");
      await tabTo("password");
      await page.keyboard.type("builder");
      await enter();
      await tabTo("allow");
      await enter();
      assert.equal(await textOf(page, "#sign-in-status", /Signed in/), "Signed in as Bob Baumeister.");
      await tabTo("refresh");
    }));

  test("a worker that is stopped between login and token has forgotten nothing", () =>
    withPage(demo, async ({ page }) => {
      await follow(page, "#sign-in-button");
      await stopWorker(page);
      await logIn(page, "alice", "wonderland");
      await stopWorker(page);
      await follow(page, "#allow");
      assert.equal(await textOf(page, "#sign-in-status", /Signed in/), "Signed in as Alice Liddell.");
      await stopWorker(page);
      await page.click("#user-info");
      assert.match(await textOf(page, "#user-info-answer"), /"name": "Alice Liddell"/);
    }));

  test("from a folder of a site", async () => {
    const site = await serve({ port: 0, root: inRoot(".") });
    try {
      await withPage({ ...demo, url: `${site.url}www/` }, async ({ page }) => {
        await signIn(page);
        assert.equal(page.url(), `${site.url}www/`);
        const claims = JSON.parse(await textOf(page, "#claims"));
        assert.equal(claims.iss, `${site.url}www/issuer/v2/idaas_demo/app_page/oidc`);
      });
    } finally {
      await site.close();
    }
  });

  test("signing out lets somebody else sign in", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      await follow(page, "#sign-out");
      await follow(page, "#submit");
      assert.match(await textOf(page, "#sign-in-status"), /^Signed out/);
      assert.equal(await showsTokens(page), false);
      await signIn(page, "bob", "builder");
      assert.match(await textOf(page, "#tokens-view"), /Bob Baumeister/);
    }));
});

describe("the device flow", () => {
  test("the typed code, then denied", () =>
    withPage(demo, async ({ page, context }) => {
      const code = await startDevice(page);
      const address = await textOf(page, "#device-address");
      const tab = await context.newPage();
      await tab.goto(`http://${address}`);
      await retype(tab, "#user_code", code.toLowerCase().replace("-", " "));
      await follow(tab, "#submit");
      await logIn(tab, "bob", "builder");
      await follow(tab, "#deny");
      assert.match(await textOf(tab, "#done"), /refused/);
      await page.bringToFront();
      assert.match(await textOf(page, "#device-status", /\S/), /^access_denied: .+\.$/);
      assert.equal(await showsTokens(page), false);
    }));

  test("a reload goes on, with the worker stopped as well", () =>
    withPage(demo, async ({ page, context }) => {
      const code = await startDevice(page);
      await stopWorker(page);
      await page.reload();
      await ready(page);
      assert.equal(await textOf(page, "#device-code", /\S/), code);

      const tab = await openTab(context, page, "#device-link");
      await follow(tab, "#submit");
      await logIn(tab, "alice", "wonderland");
      await follow(tab, "#allow");
      await page.bringToFront();
      assert.match(await textOf(page, "#device-status", /Approved/), /Alice Liddell/);
    }));

  test("cancelled, it polls no more and stays so after a reload", () =>
    withPage(demo, async ({ page }) => {
      await startDevice(page);
      await page.click("#device-cancel");
      assert.match(await textOf(page, "#device-status"), /^Cancelled/);
      assert.equal(await page.evaluate(() => document.activeElement?.id), "device-start");
      await page.reload();
      await ready(page);
      assert.ok(await page.$eval("#device-running", (element) => /** @type {HTMLElement} */ (element).hidden));
    }));
});

describe("polling too early", () => {
  test("slow_down is obeyed by the polls that follow, and then no more is said of it", () =>
    withPage(demo, async ({ page }) => {
      await startDevice(page);
      const said = await listen(page, "#device-status");
      await page.click("#device-early");
      await textOf(page, "#device-interval", /^10 s, after slow_down$/);
      await textOf(page, "#log-list", /^.*authorization_pending.*slow_down/s);
      await textOf(page, "#device-status", /^$/);
      const lines = await page.$$eval("#log-list summary", (list) => list.map((line) => line.textContent ?? ""));
      assert.equal(lines.filter((line) => line.includes("slow_down")).length, 1);
      assert.ok((await said()).some((text) => /^slow_down: .+ 10 seconds .+\.$/.test(text)));
      await decide(page, "#allow");
      await textOf(page, "#device-status", /^Approved\..*Alice Liddell/);
    }));

  test("while a poll is under way it waits: the tokens that the poll brings are not lost", () =>
    withPage(demo, async ({ page }) => {
      await startDevice(page);
      const polls = await holdRequests(page, "device_code");
      await polls.arrived();
      await decide(page, "#allow");
      await page.click("#device-early");
      await settle(page);
      assert.equal(await polls.count(), 1, "one poll alone");
      await polls.release();
      await textOf(page, "#device-status", /^Approved\..*Alice Liddell/);
      await textOf(page, "#tokens-view", /Alice Liddell by device flow/);
    }));

  test("cancelled meanwhile, it stays cancelled", () =>
    withPage(demo, async ({ page }) => {
      await startDevice(page);
      const polls = await holdRequests(page, "device_code");
      await page.click("#device-early");
      await polls.arrived();
      await page.click("#device-cancel");
      await polls.release();
      await settle(page);
      assert.match(await textOf(page, "#device-status"), /^Cancelled\./);
      assert.equal(await page.$eval("#device-running", (panel) => panel.checkVisibility()), false);
      await page.reload();
      await ready(page);
      assert.equal(await page.$eval("#device-running", (panel) => panel.checkVisibility()), false);
      assert.equal(await page.$eval("#device-status", (status) => status.textContent), "");
    }));

  test("what it hears of the user's decision ends the flow", () =>
    withPage(demo, async ({ page }) => {
      await startDevice(page);
      await decide(page, "#deny");
      await page.click("#device-early");
      assert.match(await textOf(page, "#device-status", /\S/), /^access_denied: .+\.$/);
      assert.ok(await page.$eval("#device-start", (button) => button.checkVisibility()));
      await page.reload();
      await ready(page);
      assert.equal(await page.$eval("#device-running", (panel) => panel.checkVisibility()), false);
      assert.equal(await page.$eval("#device-status", (status) => status.textContent), "");
    }));

  test("without a network it says so, and the flow goes on", () =>
    withPage(demo, async ({ page }) => {
      await startPatientDevice(page);
      await loseOneRequest(page);
      await page.click("#device-early");
      assert.match(await textOf(page, "#device-status", /\S/), /Failed to fetch\.$/);
      await textOf(page, "#device-poll", /^next in \d+ s$/);
      await page.click("#device-early");
      await textOf(page, "#device-status", /^slow_down: .+ 605 seconds .+\.$/);
      await textOf(page, "#device-interval", /^605 s, after slow_down$/);
    }));
});

test("a device code that expires while nobody looks is told after the reload", () =>
  withPage(demo, async ({ page }) => {
    await startDevice(page);
    await later(page, 1);
    await page.reload();
    assert.match(await textOf(page, "#device-status"), /^expired_token: .+\.$/);
    assert.ok(await page.$eval("#device-start", (button) => button.checkVisibility()));
    await page.reload();
    await ready(page);
    assert.equal(await page.$eval("#device-status", (status) => status.textContent), "");
  }));

describe("what was overtaken goes away", () => {
  /** @param {import("puppeteer-core").Page} page @param {string[]} ids */
  const said = (page, ...ids) => page.evaluate((ids) => ids.map((id) => document.getElementById(id)?.textContent), ids);

  test("when other tokens come, what each panel said of those before", () =>
    withPage(demo, async ({ page }) => {
      await page.click("#refresh");
      await textOf(page, "#tokens-status", /^There is no refresh token yet/);
      await signIn(page);
      await page.click("#user-info");
      await textOf(page, "#tokens-status", /^The issuer answered/);
      await page.click("#machine");
      await textOf(page, "#machine-status", /came/);
      assert.deepEqual(await said(page, "sign-in-status", "tokens-status"), ["", ""]);
      assert.equal(await page.$eval("#user-info-answer", (answer) => answer.checkVisibility()), false);

      await retype(page, "#password", "wrong");
      await page.click("#password-button");
      await textOf(page, "#password-status", /^invalid_grant/);
      assert.match((await said(page, "machine-status"))[0] ?? "", /came/, "a failure overtakes nothing");
      await retype(page, "#password", "wonderland");
      await page.click("#password-button");
      await textOf(page, "#password-status", /came/);
      assert.deepEqual(await said(page, "machine-status"), [""]);
      await page.click("#machine");
      await textOf(page, "#machine-status", /came/);
      assert.deepEqual(await said(page, "password-status"), [""]);
    }));

  test("what is said of a device that still waits stays", () =>
    withPage(demo, async ({ page }) => {
      await startPatientDevice(page);
      await page.click("#device-early");
      const hint = await textOf(page, "#device-status", /^slow_down/);
      await page.click("#machine");
      await textOf(page, "#machine-status", /came/);
      assert.deepEqual(await said(page, "device-status"), [hint]);
    }));

  test("a lost connection of the device, by the next answer", () =>
    withPage(demo, async ({ page }) => {
      await startDevice(page);
      const said = await listen(page, "#device-status");
      await loseOneRequest(page);
      await textOf(page, "#log-list", /^.*authorization_pending.*failed/s);
      await textOf(page, "#device-status", /^$/);
      assert.ok((await said()).some((text) => /^network_error: .+\.$/.test(text)));
    }));

  test("clicks in one moment happen one after the other, and each once", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      const before = await logged(page);
      await page.evaluate(() => {
        for (const id of ["refresh", "user-info", "refresh", "revoke"]) document.getElementById(id)?.click();
      });
      await textOf(page, "#tokens-status", /^The access token is revoked/);
      assert.deepEqual((await logged(page)).slice(0, -before.length), [
        "POST revoke 200",
        "GET userinfo 200",
        "POST token 200",
      ]);
      assert.equal(await page.$eval("#user-info-answer", (answer) => answer.checkVisibility()), false);
      // What was revoked is the token that the refresh had brought.
      await textOf(page, '[data-token="access token"] .fate', /^revoked$/);
      await page.click("#user-info");
      await textOf(page, "#tokens-status", /^invalid_token: .+\.$/);
    }));

  test("the answer about tokens that the page has no more", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      const revocation = await holdRequests(page, "token_type_hint");
      await page.click("#revoke");
      await revocation.arrived();
      await page.click("#machine");
      await textOf(page, "#machine-status", /came/);
      await revocation.release();
      await page.waitForSelector("#revoke:not([aria-disabled])");
      assert.deepEqual(await said(page, "tokens-status"), [""]);
      assert.equal(await page.$(".fate"), null);
    }));

  test("of two copied tokens the first", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      await page.evaluate(() => {
        Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.resolve() } });
      });
      const hint = (/** @type {string} */ which) => `[data-token="${which} token"] .hint`;
      for (const [which, other] of [
        ["access", "refresh"],
        ["refresh", "access"],
      ]) {
        await page.click(`[data-token="${which} token"] button[aria-label^="Copy"]`);
        await textOf(page, hint(which ?? ""), /^Copied\.$/);
        assert.equal(await page.$eval(hint(other ?? ""), (place) => place.textContent), "");
      }
    }));
});

describe("with tokens", () => {
  test("what the issuer refuses is shown as refused, after a reload too", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      const access = await shownToken(page, "access token");
      const refresh = await shownToken(page, "refresh token");
      // Somebody else revokes both.
      await page.evaluate(
        async (...tokens) => {
          for (const token of tokens) {
            const body = new URLSearchParams({ token, client_id: "app_page" });
            const { ok } = await fetch("issuer/v2/idaas_demo/app_page/oauth2/revoke", { method: "POST", body });
            if (!ok) throw new Error("not revoked");
          }
        },
        access,
        refresh,
      );
      await page.click("#user-info");
      await textOf(page, "#tokens-status", /^invalid_token: .+\.$/);
      await page.click("#refresh");
      await textOf(page, "#tokens-status", /^invalid_grant: .+\.$/);
      for (const reload of [false, true]) {
        if (reload) await page.reload();
        await ready(page);
        for (const which of ["access", "refresh"]) {
          await textOf(page, `[data-token="${which} token"] .fate`, /^refused by the issuer$/);
        }
        await textOf(page, "#time-left", /^none, because the access token is refused by the issuer$/);
      }
    }));

  test("what expires while nobody looks is expired after the reload", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      await later(page, 1);
      await page.reload();
      await ready(page);
      await textOf(page, "#time-left", /^expired$/);
    }));

  test("a refused sign-in leaves nothing behind", () =>
    withPage(demo, async ({ page }) => {
      await follow(page, "#sign-in-button");
      await logIn(page, "alice", "wonderland");
      await follow(page, "#deny");
      await textOf(page, "#sign-in-status", /^access_denied: .+\.$/);
      await page.reload();
      await ready(page);
      assert.equal(await page.$eval("#sign-in-status", (status) => status.textContent), "");
      assert.equal(await showsTokens(page), false);
    }));

  test("a page that the browser kept as it was shows what this tab has by now", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      await startDevice(page);
      await page.evaluate(() => sessionStorage.clear());
      await Promise.all([
        page.waitForNavigation(),
        page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))),
      ]);
      await ready(page);
      assert.equal(await showsTokens(page), false);
      assert.equal(await page.$eval("#device-running", (panel) => panel.checkVisibility()), false);
    }));

  test("a reload keeps tokens and log", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      const access = await shownToken(page, "access token");
      const before = await logged(page);
      await page.reload();
      await ready(page);
      assert.equal(await shownToken(page, "access token"), access);
      assert.match(await textOf(page, "#tokens-view"), /Alice Liddell/);
      assert.deepEqual(await logged(page), before);
      await page.click("#refresh");
      assert.match(await textOf(page, "#tokens-status"), /^You have new tokens/);
    }));

  test("without them the buttons say why they cannot be used", () =>
    withPage(demo, async ({ page }) => {
      for (const id of ["refresh", "user-info", "revoke", "sign-out"]) {
        assert.equal(await page.$eval(`#${id}`, (button) => button.getAttribute("aria-disabled")), "true");
        const reason = await textOf(page, `#${id}-hint`);
        await page.$eval("#tokens-status", (place) => place.replaceChildren());
        await page.click(`#${id}`);
        assert.equal(await textOf(page, "#tokens-status"), reason);
      }
      assert.deepEqual(await logged(page), [], "nothing was sent");
    }));
});

describe("without a login page", () => {
  test("client credentials bring a token and nothing of a user", () =>
    withPage(demo, async ({ page }) => {
      await page.click("#machine");
      assert.match(await textOf(page, "#machine-status"), /^An access token came/);
      assert.match(await textOf(page, "#tokens-view"), /Nightly job by client credentials.*app_machine/);
      assert.match(await textOf(page, "#tokens-view"), /3600n/);
      assert.match(await textOf(page, "#refresh-hint"), /no refresh token/);
      assert.equal(await page.$eval("#user-info", (button) => button.getAttribute("aria-disabled")), "true");
    }));

  test("a wrong password is invalid_grant, the right one brings tokens", () =>
    withPage(demo, async ({ page }) => {
      await retype(page, "#username", "bob");
      await retype(page, "#password", "wonderland");
      await page.click("#password-button");
      assert.match(await textOf(page, "#password-status"), /^invalid_grant: .+\.$/);
      await page.$eval("#others", (section) => section.scrollIntoView());
      await picture(page, "password-refused");

      await retype(page, "#password", "builder");
      await page.keyboard.press("Enter");
      assert.match(await textOf(page, "#password-status", /came/), /Bob Baumeister/);
      assert.match(await textOf(page, "#tokens-view"), /by password.*app_form/);
    }));
});

test("int64: the bytes, JSON.parse and this library, side by side", () =>
  withPage(demo, async ({ page }) => {
    await page.click("#int64-button");
    await page.waitForSelector("#int64-answer table");
    const rows = await page.$$eval("#int64-answer tbody tr", (list) =>
      list.map((row) => [...row.children].map((cell) => cell.textContent)),
    );
    const [bytes, parsed, exact, remaining, date] = rows;
    assert.equal(bytes?.[1], "9007199254740993");
    // What the same engine makes of it here; the literal would be rounded as well.
    assert.equal(parsed?.[1], String(JSON.parse("9007199254740993")));
    assert.equal(parsed?.[1], "9007199254740992");
    assert.equal(exact?.[1], "9007199254740993n");
    assert.equal(exact?.[2], `${bytes?.[2]}n`);
    assert.ok(BigInt(bytes?.[2] ?? 0) > 9007199254740993n + 1_700_000_000n);
    assert.match(remaining?.[1] ?? "", /^90071992547409\d\dn/);
    assert.match(date?.[1] ?? "", /^undefined/);
    await page.$eval("#int64", (section) => section.scrollIntoView());
    await picture(page, "int64");
  }));

describe("the log", () => {
  test("has every exchange, decoded, with secrets masked and digits kept", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      await page.click("#int64-button");
      await page.waitForSelector("#int64-answer table");
      assert.deepEqual(await logged(page), [
        "POST token 200",
        "GET openid-configuration 200",
        "POST token 200",
        "GET jwks 200",
        "POST decision 303",
        "POST login 200",
        "GET authorize 200",
        "GET openid-configuration 200",
      ]);
      assert.equal(await textOf(page, "#log-count"), "8 exchanges");
      await page.$$eval("#log-list details", (list) => list.forEach((details) => (details.open = true)));

      const [centuries, , code, , decision, login, authorize] = await page.$$eval("#log-list li", (list) =>
        list.map((item) => item.textContent ?? ""),
      );
      assert.match(authorize ?? "", /code_challenge_method\s*S256/);
      assert.match(authorize ?? "", /page: Sign in/);
      assert.match(login ?? "", /usernamealice/);
      assert.match(login ?? "", /password•{8}/);
      assert.match(decision ?? "", /decisionallow/);
      assert.match(decision ?? "", /location.*code=CO/);
      assert.match(code ?? "", /grant_typeauthorization_code/);
      assert.match(code ?? "", /code_verifier[A-Za-z0-9_-]{43}/);
      assert.match(code ?? "", /"expires_in": 1200,\n/);
      assert.match(centuries ?? "", /"expires_in": 9007199254740993,\n/);
      const all = await page.$eval("#log", (log) => log.textContent ?? "");
      assert.ok(!all.includes("wonderland"), "no password is in it");
      assert.ok(!all.includes("CSdemoSecret"), "nor a client's secret");
      assert.ok(!/Basic [A-Za-z0-9]/.test(all), "nor in its base64 form");

      await page.$$eval("#log-list details", (list) => list.forEach((details, index) => (details.open = index === 2)));
      await page.$eval("#log", (log) => log.scrollIntoView());
      await picture(page, "log-open");
      await page.click("#log-clear");
      assert.deepEqual(await logged(page), []);
      await page.reload();
      await ready(page);
      assert.deepEqual(await logged(page), [], "cleared is cleared");
    }));

  test("has the navigations of the other tab as they happen", () =>
    withPage(demo, async ({ page, context }) => {
      await startDevice(page);
      await openTab(context, page, "#device-link");
      // The page is not in front, so its painting is not waited for.
      await page.waitForFunction(
        () =>
          [...document.querySelectorAll("#log-list summary")].some(({ textContent }) =>
            /^GETdevice/.test(textContent ?? ""),
          ),
        { polling: 50 },
      );
    }));
});

describe("where a worker answers already", () => {
  /**
   * To register the worker does something else where it answers already.
   *
   * @param {import("puppeteer-core").Page} page
   * @param {() => Promise<ServiceWorkerRegistration>} register
   */
  const registerBy = (page, register) =>
    page.evaluateOnNewDocument(`
      if (navigator.serviceWorker?.controller) ServiceWorkerContainer.prototype.register = ${register};
    `);

  test("who returns from consent sees the tokens, however long it takes to register the worker again", () =>
    withPage(demo, async ({ page }) => {
      await registerBy(page, () => new Promise(() => undefined));
      await signIn(page);
      await textOf(page, "#tokens-view", /Alice Liddell by authorization code/);
      await page.click("#refresh");
      await textOf(page, "#tokens-status", /^You have new tokens/);
    }));

  test("a worker that cannot be registered again is a sentence, and the one that is there goes on", () =>
    withPage(demo, async ({ page }) => {
      await registerBy(page, () => Promise.reject(new TypeError("A bad HTTP response code (500) was received")));
      await signIn(page);
      assert.match(await textOf(page, "#state"), /^The service worker could not be registered again: .+\.$/);
      await page.click("#refresh");
      await textOf(page, "#tokens-status", /^You have new tokens/);
    }));

  test("a new version that comes in the middle takes over, and nothing is lost", async () => {
    const root = await mkdtemp(join(tmpdir(), "eiam-token-demo-"));
    await cp(inRoot("www"), root, { recursive: true });
    const site = await serve({ port: 0, root });
    try {
      await withPage({ ...demo, url: site.url }, async ({ page, context }) => {
        // The policy of the issuer's pages lets them start no worker.
        const other = await context.newPage();
        other.setDefaultTimeout(STEP);
        await other.goto(site.url);
        await ready(other);
        await page.bringToFront();
        const update = async () => {
          await appendFile(join(root, "sw.js"), "\n// a new version");
          await other.evaluate(async () => {
            const registration = await navigator.serviceWorker.getRegistration("/");
            const old = registration?.active;
            await registration?.update();
            while (registration?.active === old || registration?.active?.state !== "activated") {
              await new Promise((resolve) => setTimeout(resolve, 20));
            }
          });
        };
        await follow(page, "#sign-in-button");
        await logIn(page, "alice", "wonderland");
        await update();
        await follow(page, "#allow");
        await textOf(page, "#sign-in-status", /^Signed in as Alice Liddell\.$/);
        await update();
        await page.click("#refresh");
        await textOf(page, "#tokens-status", /^You have new tokens/);
      });
    } finally {
      await site.close();
      await rm(root, { recursive: true });
    }
  });

  test("one that is silent is told of, until it speaks", () =>
    withPage(demo, async ({ page }) => {
      await page.evaluateOnNewDocument(() => {
        const { postMessage } = ServiceWorker.prototype;
        /** @type {unknown[][]} */
        const kept = [];
        ServiceWorker.prototype.postMessage = (...message) => {
          kept.push(message);
        };
        Object.assign(window, {
          speak: () => {
            ServiceWorker.prototype.postMessage = postMessage;
          },
        });
      });
      await page.reload();
      await textOf(page, "#state", /^The service worker with the issuer does not answer: .+\.$/);
      await page.click("#machine");
      await textOf(page, "#machine-status", /came/);
      await page.evaluate(() => /** @type {any} */ (window).speak());
      await textOf(page, "#state", /^The issuer is ready\.$/);
    }));

  test("one that fails at once is left alone for a while before it is asked again", () =>
    withPage(demo, async ({ page }) => {
      await page.evaluateOnNewDocument(() => {
        const { postMessage } = ServiceWorker.prototype;
        /** @type {number[]} */
        const asked = [];
        let fails = true;
        ServiceWorker.prototype.postMessage = function (message, transfer) {
          if (message.type !== "navigations") return postMessage.call(this, message, /** @type {any} */ (transfer));
          asked.push(performance.now());
          if (!fails) return postMessage.call(this, message, /** @type {any} */ (transfer));
          /** @type {MessagePort[]} */ (transfer)[0]?.postMessage({ failure: "the disk is full" });
        };
        Object.assign(window, { asked, work: () => (fails = false) });
      });
      await page.reload();
      await textOf(
        page,
        "#state",
        /^The service worker with the issuer does not answer: the disk is full\. You can wait/,
      );
      await page.waitForFunction(() => /** @type {any} */ (window).asked.length > 2);
      await page.evaluate(() => /** @type {any} */ (window).work());
      await textOf(page, "#state", /^The issuer is ready\.$/);
      /** @type {number[]} */
      const asked = await page.evaluate(() => /** @type {any} */ (window).asked);
      const pauses = asked.slice(1).map((time, i) => time - (asked[i] ?? 0));
      assert.ok(Math.min(...pauses) > 900, `${pauses}`);
    }));
});

describe("when things go wrong", () => {
  test("a hard reload, which leaves a page without its worker", () =>
    withPage(demo, async ({ page }) => {
      const session = await page.createCDPSession();
      await Promise.all([page.waitForNavigation(), session.send("Page.reload", { ignoreCache: true })]);
      await ready(page);
      await page.click("#machine");
      assert.match(await textOf(page, "#machine-status"), /^An access token came/);
    }));

  test("a network that is gone is a sentence, and nothing breaks", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      await page.evaluate(() => {
        window.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
      });
      await page.click("#refresh");
      assert.match(await textOf(page, "#tokens-status"), /^network_error: .+\.$/);
      assert.equal((await logged(page))[0], "POST token failed");
    }));

  test("no service worker, one sentence", () =>
    withPage(demo, async ({ page, context }) => {
      const other = await context.newPage();
      await other.evaluateOnNewDocument(() => {
        delete (/** @type {any} */ (Navigator.prototype).serviceWorker);
      });
      await other.goto(demo.url);
      assert.match(await textOf(other, "#state", /service worker/), /^This demo needs a service worker/);
      await other.close();
      await page.bringToFront();
    }));

  test("no WebAssembly, one sentence", () =>
    withPage(demo, async ({ context }) => {
      const other = await context.newPage();
      await other.evaluateOnNewDocument(() => {
        delete (/** @type {any} */ (globalThis).WebAssembly);
      });
      await other.goto(demo.url);
      assert.match(await textOf(other, "#state", /WebAssembly/), /^This demo needs WebAssembly/);
    }));

  test("an issuer that cannot start says so, and starting over mends it", () =>
    withPage(
      demo,
      async ({ page }) => {
        await page.click("#machine");
        await textOf(page, "#machine-status", /came/);
        const request = await page.evaluate(damageIssuer);
        await stopWorker(page);

        await page.click("#machine");
        assert.match(await textOf(page, "#machine-status", /: /), /^server_error: .+IssuerSnapshotError.+\.$/);
        await page.goto(request);
        assert.equal(await textOf(page, "h1"), "The issuer could not answer");
        assert.deepEqual(await accessibilityProblems(page), []);
        await picture(page, "issuer-failed");

        await follow(page, "main a");
        await ready(page);
        await follow(page, "#start-over");
        await ready(page);
        await signIn(page);
      },
      { expected: [/the issuer failed/, /status of 500/] },
    ));

  test("another version of the worker takes the storage over: one request fails, the next goes on", () =>
    withPage(
      demo,
      async ({ page }) => {
        await signIn(page);
        await page.evaluate(async () => {
          const { indexedDbStorage } = await import(`${location.href}dist/issuer.js`);
          await indexedDbStorage(`eiam-token-demo ${location.pathname}`).load();
        });
        await page.click("#refresh");
        assert.match(await textOf(page, "#tokens-status", /: /), /IssuerStorageError/);
        await page.click("#refresh");
        await textOf(page, "#tokens-view", /authorization code, refreshed/);
      },
      { expected: [/the issuer failed/, /status of 500/] },
    ));

  test("starting over forgets tokens, log, session and keys", () =>
    withPage(demo, async ({ page }) => {
      await signIn(page);
      const kid = /"kid": "(KEY[^"]+)"/;
      const before = kid.exec(await textOf(page, "#id-token-view"))?.[1];
      assert.ok(before);
      await follow(page, "#start-over");
      await ready(page);
      assert.deepEqual(await logged(page), []);
      assert.equal(await showsTokens(page), false);
      // The session is gone: the login page comes again, and another key signs.
      await signIn(page, "bob", "builder");
      const after = kid.exec(await textOf(page, "#id-token-view"))?.[1];
      assert.ok(after);
      assert.notEqual(after, before);
    }));
});

describe("starting over", () => {
  test("empties the other tabs as well, for their tokens are nobody's any more", () =>
    withPage(demo, async ({ page, context }) => {
      const other = await context.newPage();
      other.setDefaultTimeout(STEP);
      await other.goto(demo.url);
      await ready(other);
      await signIn(other);
      await page.bringToFront();
      await follow(page, "#start-over");
      await ready(page);
      await other.waitForFunction(() => document.getElementById("tokens-view")?.checkVisibility() === false);
      await other.bringToFront();
      await ready(other);
      await signIn(other, "bob", "builder");
      await textOf(other, "#tokens-view", /Bob Baumeister/);
    }));

  test("twice in one moment is once, and what was under way leaves nothing behind", () =>
    withPage(demo, async ({ page }) => {
      const answers = await holdRequests(page, "grant_type=client_credentials");
      await page.click("#machine");
      await answers.arrived();
      await page.evaluate(() => {
        Object.assign(navigator.serviceWorker, {
          getRegistration: () => new Promise((resolve) => Object.assign(window, { go: resolve })),
        });
        for (let clicks = 0; clicks < 2; clicks++) document.getElementById("start-over")?.click();
      });
      await page.waitForFunction(() => "go" in window);
      await answers.release();
      await textOf(page, "#machine-status", /came/);
      await Promise.all([page.waitForNavigation(), page.evaluate(() => /** @type {any} */ (window).go())]);
      await ready(page);
      assert.equal(await showsTokens(page), false);
      assert.deepEqual(await logged(page), []);
    }));
});

describe("for everybody", () => {
  /** @typedef {(place: string, page: import("puppeteer-core").Page) => Promise<void>} Check */

  /**
   * All that who signs in may see, the issuer's pages too; at last everything at once.
   *
   * @param {import("puppeteer-core").Page} page
   * @param {Check} check
   */
  const signInTour = async (page, check) => {
    await check("start", page);
    await follow(page, "#sign-in-button");
    await check("login", page);
    await logIn(page, "alice", "wrong");
    await check("login refused", page);
    await logIn(page, "alice", "wonderland");
    await check("consent", page);
    await follow(page, "#deny");
    await textOf(page, "#sign-in-status", /access_denied/);
    await check("denied", page);
    await follow(page, "#sign-in-button");
    await follow(page, "#allow");
    await textOf(page, "#sign-in-status", /Signed in/);
    await check("tokens", page);
    await page.click('[data-token="access token"] button[aria-expanded]');
    await page.click("#id-token-view button");
    await textOf(page, "#signature-status", /^Valid/);
    await page.click("#user-info");
    await textOf(page, "#user-info-answer");
    await page.click("#int64-button");
    await page.waitForSelector("#int64-answer table");
    await page.click("#password-button");
    await startDevice(page);
    await page.click("#device-early");
    await textOf(page, "#device-interval", /slow_down/);
    await page.$$eval("#log-list details", (list) => list.forEach((details) => (details.open = true)));
    await check("everything", page);
    await page.click("#revoke");
    await textOf(page, "#tokens-status", /revoked/);
    await page.click("#device-cancel");
    await check("revoked", page);
    await follow(page, "#sign-out");
    await check("logout", page);
    await follow(page, "#submit");
    await textOf(page, "#sign-in-status", /^Signed out/);
    await check("signed out", page);
    await page.goto(
      `${demo.url}issuer/login/app/app_page/oauth2/authorize?client_id=app_page&redirect_uri=${demo.url}elsewhere`,
    );
    await check("issuer error", page);
  };

  /**
   * All that who signs in on a device may see, in both tabs.
   *
   * @param {import("puppeteer-core").Page} page
   * @param {Check} check
   */
  const deviceTour = async (page, check) => {
    await startDevice(page);
    await check("device waiting", page);
    const tab = await openTab(page.browserContext(), page, "#device-link");
    const look = page.viewport();
    if (look) await tab.setViewport(look);
    await check("user code", tab);
    await retype(tab, "#user_code", "BBBB-BBBB");
    await follow(tab, "#submit");
    await check("user code unknown", tab);
    await tab.goto(await page.$eval("#device-link", (link) => /** @type {HTMLAnchorElement} */ (link).href));
    await follow(tab, "#submit");
    await logIn(tab, "alice", "wonderland");
    await check("device consent", tab);
    await follow(tab, "#deny");
    await check("device refused", tab);
    await page.bringToFront();
    await textOf(page, "#device-status", /^access_denied/);
    await check("device denied", page);

    await startDevice(page);
    const link = await page.$eval("#device-link", (link) => /** @type {HTMLAnchorElement} */ (link).href);
    await tab.bringToFront();
    await tab.goto(link);
    await follow(tab, "#submit");
    await follow(tab, "#allow");
    await check("device connected", tab);
    await page.bringToFront();
    await textOf(page, "#device-status", /^Approved/);
    await check("device approved", page);

    await startDevice(page);
    await later(page, 1);
    await page.reload();
    await textOf(page, "#device-status", /^expired_token/);
    await check("device expired", page);
  };

  /** Sections of the demo, for pictures. */
  const SECTIONS = ["tokens", "device", "int64", "log"];

  const looks = {
    light: async () => undefined,
    dark: (/** @type {import("puppeteer-core").Page} */ page) =>
      page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]),
    "360 pixels": async (/** @type {import("puppeteer-core").Page} */ page) => {
      await page.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true });
      // To become a phone the page is loaded anew.
      await page.reload();
      await ready(page);
    },
  };
  for (const [look, put] of Object.entries(looks)) {
    for (const [what, tour] of Object.entries({ "signing in": signInTour, "a device": deviceTour })) {
      test(`${what}, ${look}: accessible to all that axe-core knows, and no wider than the window`, () =>
        withPage(demo, async ({ page }) => {
          await put(page);
          await tour(page, async (place, page) => {
            if (look === "dark") await put(page);
            assert.deepEqual(await accessibilityProblems(page), [], place);
            assert.deepEqual(await page.evaluate(overflow), [], place);
            const name = `${look} ${place}`.replaceAll(" ", "-");
            await picture(page, name);
            if (place !== "everything") return;
            for (const id of SECTIONS) {
              await page.$eval(`#${id}`, (section) => section.scrollIntoView());
              await picture(page, `${name}-${id}`);
            }
          });
        }));
    }
  }

  test("who wants less motion sees none", () =>
    withPage(demo, async ({ page }) => {
      await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
      await page.$eval("#wire", (wire) => wire.setAttribute("data-going", "out"));
      assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
    }));
});
