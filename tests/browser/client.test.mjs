import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { startCommand } from "../../pkg/test/support/command-process.mjs";
import { steady } from "./hands/puppeteer.mjs";
import { launchChromium } from "./harness/chromium.mjs";
import { until } from "./harness/patience.mjs";
import { startApp } from "./support/app.mjs";
import { follow, logIn, retype } from "./support/user.mjs";

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof startCommand>>} */
let issuer;
/** @type {Awaited<ReturnType<typeof startApp>>} */
let app;

before(async () => {
  browser = await launchChromium();
  issuer = await startCommand(["--port", "0"]);
  const name = `${issuer.address}/v2/idaas_example/app_spa/oidc`;
  const shared = `
    import * as eiam from "/client.js";
    const client = await eiam.Client.discover("${name}", { clientId: "app_spa" });
    const parameters = { redirectUri: location.origin + "/callback", scope: "openid profile" };
    const say = (text) => { document.querySelector("output").textContent = text; };
    const done = (signingIn) => signingIn.then(
      (tokens) => {
        window.tokens = tokens;
        say("signed in as " + tokens.claims.sub);
      },
      (error) => say(error.code + ": " + (error.error ?? error.message)),
    );
    Object.assign(window, { eiam, client, parameters, done });`;
  app = await startApp({
    home: `${shared}
      // How the pop-up waits, and what it told, for the tests.
      window.options = {};
      window.looksClosed = 0;
      const onClosed = () => window.looksClosed++;
      // Whether the request is pushed while the pop-up is empty.
      const asked = () =>
        window.pushes ? eiam.prepareSignIn(window.client, parameters, { pushed: true }) : parameters;
      document.getElementById("pop-up").onclick = () =>
        done(eiam.signInByPopUp(window.client, asked(), { ...window.options, onClosed }));
      document.getElementById("redirect").onclick = () => eiam.redirectToSignIn(client, parameters);
      say("ready");`,
    callback: `${shared}
      if (sessionStorage.length > 0) done(eiam.completeRedirect(client));
      else say(String(eiam.answerPopUp()));`,
  });
});
after(async () => {
  await browser?.close();
  await app?.close();
  await issuer?.stop();
});

/**
 * Opens the app with nobody signed in anywhere.
 *
 * @param {(page: import("puppeteer-core").Page, context: import("puppeteer-core").BrowserContext) => Promise<void>} body
 */
async function withApp(body) {
  const context = await browser.createBrowserContext();
  try {
    const page = steady(await context.newPage());
    await page.goto(app.url);
    await said(page, /^ready$/);
    await body(page, context);
  } finally {
    await context.close();
  }
}

/**
 * @param {import("puppeteer-core").Page} page
 * @param {RegExp} pattern
 */
async function said(page, pattern) {
  const output = await page.waitForFunction(
    (source) => {
      const text = document.querySelector("output")?.textContent ?? "";
      return new RegExp(source).test(text) ? text : undefined;
    },
    {},
    pattern.source,
  );
  return output.jsonValue();
}

/** @param {import("puppeteer-core").Page} page */
async function openPopUp(page) {
  /** @type {Promise<import("puppeteer-core").Page | null>} */
  const opened = new Promise((resolve) => page.once("popup", resolve));
  await page.click("#pop-up");
  const popUp = steady(/** @type {import("puppeteer-core").Page} */ (await opened));
  await popUp.waitForSelector("#username");
  return popUp;
}

describe("signing in", () => {
  test("by redirect, and the code leaves the address bar", () =>
    withApp(async (page) => {
      await follow(page, "#redirect");
      await logIn(page, "alice", "alice-password");
      assert.equal(await said(page, /./), "signed in as user_alice");
      assert.equal(page.url(), `${app.url}callback`);
      assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    }));

  test("by redirect, refused by the user", () =>
    withApp(async (page) => {
      await follow(page, "#redirect");
      await follow(page, "#cancel");
      assert.equal(await said(page, /./), "oauth_error: access_denied");
    }));

  test("by a pop-up that a click opens", () =>
    withApp(async (page) => {
      const popUp = await openPopUp(page);
      const closed = new Promise((resolve) => popUp.once("close", resolve));
      await retype(popUp, "#username", "alice");
      await retype(popUp, "#password", "alice-password");
      // The application is the issuer's own, so nobody is asked for consent: the pop-up goes by itself.
      await popUp.click("#submit");
      assert.equal(await said(page, /signed in|:/), "signed in as user_alice");
      await closed;
    }));

  test("by a pop-up that is empty until the request is pushed", () =>
    withApp(async (page) => {
      await page.evaluate(() => void Object.assign(window, { pushes: true }));
      const popUp = await openPopUp(page);
      await retype(popUp, "#username", "alice");
      await retype(popUp, "#password", "alice-password");
      await popUp.click("#submit");
      assert.equal(await said(page, /signed in|:/), "signed in as user_alice");
    }));

  test("by a pop-up whose request the server refuses: it is closed again", () =>
    withApp(async (page, context) => {
      await page.evaluate(() => {
        const { parameters } = /** @type {any} */ (window);
        Object.assign(window, { pushes: true });
        parameters.redirectUri = "https://other.example/";
      });
      await page.click("#pop-up");
      assert.equal(await said(page, /:/), "oauth_error: invalid_request");
      await until("the pop-up is closed", async () => (await context.pages()).length === 1);
    }));

  test("by a pop-up that the user closes: the page is told, and the call ends with its time limit", () =>
    withApp(async (page) => {
      // The five minutes of the default pass when the test says so.
      await page.evaluate(() => {
        const { setTimeout } = window;
        const wait = (/** @type {() => void} */ run, /** @type {number} */ delay) =>
          delay === 300_000 ? Object.assign(window, { timeIsOver: run }) && 0 : setTimeout(run, delay);
        Object.assign(window, { setTimeout: wait });
      });
      await (await openPopUp(page)).close();
      await page.waitForFunction(() => /** @type {any} */ (window).looksClosed === 1);
      assert.equal(await page.evaluate(() => document.querySelector("output")?.textContent), "ready");
      await page.evaluate(() => /** @type {any} */ (window).timeIsOver());
      assert.match(await said(page, /:/), /^popup_closed: /);
    }));

  test("by a pop-up that the user closes, whereupon the page gives up", () =>
    withApp(async (page) => {
      await page.evaluate(() => {
        const giveUp = new AbortController();
        Object.assign(window, { giveUp, options: { signal: giveUp.signal } });
      });
      await (await openPopUp(page)).close();
      await page.waitForFunction(() => /** @type {any} */ (window).looksClosed === 1);
      await page.evaluate(() => {
        /** @type {any} */ (window).giveUp.abort(Object.assign(new Error("given up"), { code: "given_up" }));
      });
      assert.equal(await said(page, /:/), "given_up: given up");
    }));

  test("by a pop-up that is open when the time is over", () =>
    withApp(async (page) => {
      await page.evaluate(() => Object.assign(window, { options: { timeout: 1 } }));
      await page.click("#pop-up");
      assert.match(await said(page, /:/), /^timeout: /);
    }));

  for (const where of ["the page that opens it", "a page of the server"]) {
    test(`by a pop-up that looks closed, because ${where} has a Cross-Origin-Opener-Policy`, () =>
      withApp(async (page, context) => {
        if (where === "the page that opens it") {
          await page.goto(`${app.url}?coop=same-origin`);
          await said(page, /^ready$/);
        } else {
          await page.evaluate(() => {
            const { eiam, client } = /** @type {any} */ (window);
            const { authorizationEndpoint: to } = client.server;
            const authorizationEndpoint = `${location.origin}/door?${new URLSearchParams({ coop: "same-origin", to })}`;
            const server = { ...client.server, authorizationEndpoint };
            Object.assign(window, { client: new eiam.Client({ server, clientId: "app_spa" }) });
          });
        }
        const opened = context.waitForTarget((target) => target.url().startsWith(issuer.address));
        await page.click("#pop-up");
        const popUp = await (await opened).page();
        const window = steady(/** @type {import("puppeteer-core").Page} */ (popUp));
        await window.waitForSelector("#username");
        // The browser says that it is closed, and it is not.
        await page.waitForFunction(() => /** @type {any} */ (globalThis).looksClosed === 1);
        await retype(window, "#username", "alice");
        await retype(window, "#password", "alice-password");
        await window.click("#submit");
        assert.equal(await said(page, /signed in|:/), "signed in as user_alice");
      }));
  }

  test("by a pop-up in a browser without BroadcastChannel", () =>
    withApp(async (page) => {
      const forget = () => Reflect.deleteProperty(globalThis, "BroadcastChannel");
      await page.evaluate(forget);
      const popUp = await openPopUp(page);
      await popUp.evaluateOnNewDocument(forget);
      await retype(popUp, "#username", "alice");
      await retype(popUp, "#password", "alice-password");
      await popUp.click("#submit");
      assert.equal(await said(page, /signed in|:/), "signed in as user_alice");
      assert.equal(await page.evaluate(() => localStorage.length), 0);
    }));

  test("by a pop-up that no click opened", () =>
    withApp(async (page) => {
      // A real user's browser blocks it; this one is told to.
      const code = await page.evaluate(async () => {
        window.open = () => null;
        const { eiam, client, parameters } = /** @type {any} */ (window);
        return eiam.signInByPopUp(client, parameters).catch((/** @type {any} */ error) => error.code);
      });
      assert.equal(code, "popup_blocked");
    }));
});

test("the console shows no secret, not even in what DevTools calls a preview", () =>
  withApp(async (page) => {
    const session = await page.createCDPSession();
    await session.send("Runtime.enable");
    /** @type {string[]} */
    const shown = [];
    session.on("Runtime.consoleAPICalled", ({ args }) => shown.push(JSON.stringify(args)));
    await page
      .evaluate(() => {
        const { eiam, client, parameters } = /** @type {any} */ (window);
        const tokens = eiam.parseTokenResponse(
          '{"token_type":"Bearer","access_token":"ATsecret","refresh_token":"RTsecret","expires_in":5}',
        );
        const request = client.authorizationRequest(parameters);
        const state = new URL(request.url).searchParams.get("state");
        const callback = new URLSearchParams({ code: "COsecret", state, iss: client.server.issuer });
        const response = client.parseCallback(callback, request);
        const verifier = JSON.parse(request.serialize()).code_verifier;
        console.log(tokens, request, response, client, [tokens], { tokens });
        console.log(eiam.generatePkce(), client.tokenRequest.refreshToken("RTsecret"));
        return verifier;
      })
      .then((verifier) => assert.ok(!shown.join().includes(verifier)));
    assert.equal(shown.length, 2);
    assert.ok(shown.join().includes("Bearer"));
    assert.ok(!/ATsecret|RTsecret|COsecret/.test(shown.join()), shown.join("\n"));
  }));

test("a key for bound tokens is kept in IndexedDB, and nobody can take it away", () =>
  withApp(async (page) => {
    const use = () =>
      page.evaluate(async () => {
        const { eiam } = /** @type {any} */ (window);
        const keys = await Promise.all([eiam.indexedDbKey(), eiam.indexedDbKey()]);
        const proofs = await Promise.all(keys.map((key) => eiam.dpopProofs(key)));
        const proof = await proofs[0].proof({ method: "GET", url: location.href });
        const thumbprints = proofs.map(({ thumbprint }) => thumbprint);
        return { thumbprints, proof, extractable: keys[0].privateKey.extractable };
      });
    const first = await use();
    await page.reload();
    await said(page, /^ready$/);
    const second = await use();
    assert.equal(new Set([...first.thumbprints, ...second.thumbprints]).size, 1);
    assert.equal(second.extractable, false);
    assert.match(second.proof, /^ey[\w-]+\.ey[\w-]+\.[\w-]{86}$/);
  }));

describe("a session", () => {
  /** @param {import("puppeteer-core").Page} page */
  const refreshing = (page) =>
    page.evaluate(() => {
      const { eiam, client } = /** @type {any} */ (window);
      const session = new eiam.TokenSession(client, { store: eiam.indexedDbStore() });
      return session.getAccessToken().catch((/** @type {any} */ error) => `${error.code} ${error.cause}`);
    });

  test("of 20 tabs one refreshes, the other 19 read its result, by Web Locks and IndexedDB", () =>
    withApp(async (page, context) => {
      await follow(page, "#redirect");
      await logIn(page, "alice", "alice-password");
      await said(page, /signed in/);
      // They are kept as old ones, so that every tab wants to refresh them.
      await page.evaluate(async () => {
        const { eiam, client, tokens } = /** @type {any} */ (window);
        const old = { ...JSON.parse(tokens.serialize()), deadline: "1000" };
        const session = new eiam.TokenSession(client, { store: eiam.indexedDbStore() });
        await session.set(eiam.deserializeTokens(JSON.stringify(old)));
      });

      const tabs = [page];
      while (tabs.length < 20) {
        const tab = steady(await context.newPage());
        await tab.goto(app.url);
        await said(tab, /^ready$/);
        tabs.push(tab);
      }
      const before = await tokenRequests();
      const given = await Promise.all(tabs.map(refreshing));
      assert.equal(new Set(given).size, 1, given.join());
      assert.match(String(given[0]), /^AT/);
      assert.equal((await tokenRequests()) - before, 1);
    }));
});

/** How many requests the issuer has answered at its token endpoint, by its log. */
async function tokenRequests() {
  // The log may come later than the answer, but not out of order.
  const mark = `/mark-${randomUUID()}`;
  await fetch(issuer.address + mark);
  await until("the issuer's log has no end", () => issuer.output().includes(mark));
  return issuer
    .output()
    .split("\n")
    .filter((line) => /POST .*\/oauth2\/token\b/.test(line)).length;
}
