// The issuer in the service worker of a static site, with the site's own login.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { look } from "./hands/hands.mjs";
import { handsOf, steady } from "./hands/puppeteer.mjs";
import { launchChromium } from "./harness/chromium.mjs";
import { until } from "./harness/patience.mjs";
import { leave } from "./support/person.mjs";
import { stopWorker } from "./support/service-worker.mjs";
import { follow, logIn } from "./support/user.mjs";
import { hasOidcClient, startWorkerSite } from "./support/worker-site.mjs";

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

/**
 * Runs a function in a page that has nothing but `start`, which is `startIssuerWorker`.
 *
 * @template R
 * @param {(window: any) => Promise<R> | R} act
 * @returns {Promise<R>}
 */
async function alone(act) {
  /** @type {any} */
  let result;
  await visit(async (page) => {
    await withStart(page);
    result = await inPage(page, act);
  }, "empty.html");
  return result;
}

/** @param {Page} page */
function withStart(page) {
  return page.evaluate(`import("/testing-worker.js").then(({ startIssuerWorker }) => {
    window.start = startIssuerWorker;
    window.failed = (promise) => promise.then(() => "nothing", ({ name, code, argument, path, message }) =>
      ({ name, code, where: argument ?? path ?? null, message }));
  })`);
}

describe("a static site", () => {
  test("signs in by pages that say what they are, refreshes, and signs out", () =>
    visit(async (page) => {
      await follow(page, "#sign-in");
      assert.equal(new URL(page.url()).origin, new URL(site.url).origin);
      assert.match(page.url(), /\/_issuer\//);
      const note = await page.$eval("[role=note]", (note) => note.textContent);
      assert.match(note ?? "", /^⚠ Test issuer in this browser’s service worker\./);
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
        await issuer.next("jwks").fail(503);
        await fetch(issuer.clients.spa.jwksUri);
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
      assert.equal(await inPage(other, async ({ issuer }) => (await issuer.script.list()).at(-1).left), 2);
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

  test("has its own key, a clock that stands still, and what happens by itself after the worker was stopped", () =>
    visit(async (page) => {
      await withStart(page);
      const look = `(async () => {
        const options = { config: { signing: "ES256" }, clock: "2030-01-01T00:00:00Z", autoSignIn: "bob", seed: 7 };
        const issuer = await start(options);
        Object.assign(window, { issuer });
        const keys = await (await fetch(issuer.instance.jwksUri)).text();
        const { id_token } = await issuer.tokens({ user: "alice", client: "web" });
        const entries = await issuer.journal.entries();
        return { now: String(issuer.clock.now()), keys, header: id_token.split(".")[0], entries: entries.length };
      })()`;
      const first = /** @type {any} */ (await page.evaluate(look));
      const before = await inPage(page, async ({ issuer }) => {
        await issuer.clock.advance("5m");
        await issuer.automatic({ autoConsent: true });
        await issuer.journal.keep(2);
        for (let i = 0; i < 3; i++) await fetch(issuer.instance.jwksUri);
        return issuer.journal.entries();
      });
      assert.equal(before.length, 2);
      const restarted = await stopWorker(page);
      await page.reload();
      await withStart(page);
      const later = /** @type {any} */ (await page.evaluate(look));
      await until("the worker was not stopped", restarted);
      assert.deepEqual(later, { ...first, now: "1893456300", entries: 2 });
      const after = await inPage(page, async ({ issuer }) => issuer.journal.entries());
      assert.deepEqual(
        after.map(({ sequence }) => sequence),
        before.map(({ sequence }) => sequence + 1),
      );
      const url = await inPage(page, ({ issuer }) => {
        const query = new URLSearchParams({
          client_id: "spa",
          response_type: "code",
          redirect_uri: `${location.origin}/empty.html`,
          scope: "openid",
          code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
          code_challenge_method: "S256",
        });
        return `${issuer.clients.spa.authorizationEndpoint}?${query}`;
      });
      await page.goto(url);
      assert.match(page.url(), /\/empty\.html\?code=CO/);
    }, "empty.html"));
});

describe("other workers and other hosts", () => {
  /** @type {Awaited<ReturnType<typeof startWorkerSite>>} */
  let other;
  before(async () => {
    // As workers of tools are that answer a page's requests: it knows some, and sends the others to the network.
    const foreign = `
      addEventListener("fetch", (event) => {
        if (event.request.mode === "navigate") return;
        const isKnown = new URL(event.request.url).pathname === "/api/hello";
        event.respondWith(isKnown ? Response.json("hello") : fetch(event.request));
      });
      addEventListener("message", async ({ data, ports: [port] }) => {
        // Some end themselves when they think that nobody needs them.
        const isGone = await registration.unregister();
        port?.postMessage({ foreign: data, isGone });
      });`;
    other = await startWorkerSite({
      "foreign.js": foreign,
      "both.js": 'importScripts("/issuer-worker.js"); importScripts("/foreign.js");',
      "wrong.js": 'importScripts("/foreign.js"); importScripts("/issuer-worker.js");',
    });
  });
  after(() => other?.close());

  /** @param {(page: Page) => Promise<void>} body */
  async function atOther(body) {
    const context = await browser.createBrowserContext();
    try {
      const page = steady(await context.newPage());
      await page.goto(`${other.url}empty.html`);
      await withStart(page);
      await body(page);
    } finally {
      await context.close();
    }
  }

  test("one worker can be this and another one", () =>
    atOther(async (page) => {
      const seen = await inPage(page, async ({ start }) => {
        const issuer = await start({ worker: "/both.js" });
        const hello = await (await fetch("/api/hello")).json();
        const { port1, port2 } = new MessageChannel();
        const told = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
        navigator.serviceWorker.controller?.postMessage("hello", [port2]);
        return { hello, told: await told, keys: (await fetch(issuer.instance.jwksUri)).status };
      });
      assert.deepEqual(seen, { hello: "hello", told: { foreign: "hello", isGone: false }, keys: 200 });
      const url = await inPage(page, async ({ start }) => {
        const { clients } = await start({ worker: "/both.js" });
        return `${clients.spa.authorizationEndpoint}?client_id=spa`;
      });
      await page.goto(url);
      assert.match((await page.$eval("[role=note]", (note) => note.textContent)) ?? "", /^⚠ Test issuer/);
    }));

  test("whoever imports it too late is told so", () =>
    atOther(async (page) => {
      const seen = await inPage(page, ({ start, failed }) => failed(start({ worker: "/wrong.js" })));
      assert.match(
        seen.message,
        /wrong\.js and from there elsewhere: .* import issuer-worker\.js before everything else$/,
      );
    }));

  test("a page is warned of a worker of another version, and takes a newer one", () =>
    atOther(async (page) => {
      const warnings = /** @type {string[]} */ ([]);
      page.on("console", (message) => void (message.type() === "warn" && warnings.push(message.text())));
      const file = join(other.root, "issuer-worker.js");
      const worker = readFileSync(file, "utf8");
      const [, stamp = ""] = /issuer-worker\.js (\S+)\. /.exec(worker) ?? [];
      writeFileSync(file, worker.replaceAll(stamp, "0.0.1-older"));
      await inPage(page, ({ start }) => start());
      assert.deepEqual(warnings, [
        `eiam-token: the worker is 0.0.1-older and this page's code ${stamp}: run "npx eiam-token worker FOLDER" again`,
      ]);
      writeFileSync(file, worker);
      await inPage(page, ({ start }) => start());
      assert.equal(warnings.length, 1);
    }));

  test("only this machine has an issuer, unless a page says otherwise", async () => {
    const { host, port } = new URL(other.url);
    const origin = `http://site.test:${port}`;
    const args = [
      `--host-resolver-rules=MAP site.test ${host}`,
      `--unsafely-treat-insecure-origin-as-secure=${origin}`,
    ];
    const elsewhere = await launchChromium({ args });
    try {
      const page = steady(await elsewhere.newPage());
      await page.goto(`${origin}/empty.html`);
      await withStart(page);
      const seen = await inPage(page, async ({ start, failed }) => {
        const { where } = await failed(start());
        await navigator.serviceWorker.register("/issuer-worker.js");
        await navigator.serviceWorker.ready;
        const { port1, port2 } = new MessageChannel();
        const told = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data.failure?.message)));
        const { active } = await navigator.serviceWorker.ready;
        const beginning = JSON.stringify({ config: {} });
        active?.postMessage({ to: "eiam-token issuer-worker", ask: "start", beginning }, [port2]);
        const message = await told;
        const redirectUris = [`${location.origin}/callback`];
        const issuer = await start({ anyHost: true, config: { clients: { spa: { public: true, redirectUris } } } });
        return [where, message, (await fetch(issuer.instance.jwksUri)).status];
      });
      assert.deepEqual(seen, ["options.anyHost", "this worker is a test issuer, which site.test must not have", 200]);
    } finally {
      await elsewhere.close();
    }
  });
});

describe("oidc-client-ts", { skip: !hasOidcClient && "oidc-client-ts is not installed" }, () => {
  const script = `
    const { start } = window;
    const url = (path) => location.origin + path;
    window.manager = (issuer) => new oidc.UserManager({
      authority: issuer.clients.spa.issuer,
      client_id: "spa",
      redirect_uri: url("/empty.html"),
      post_logout_redirect_uri: url("/empty.html"),
      scope: "openid offline_access",
      automaticSilentRenew: false,
    });
    window.config = {
      clients: { spa: { public: true, postLogoutRedirectUris: [url("/empty.html")], consent: "always" } },
    };`;
  const load = async (/** @type {Page} */ page) => {
    await withStart(page);
    await page.addScriptTag({ url: "/oidc-client-ts.js" });
    await page.evaluate(script);
  };

  test("signs in, refreshes and signs out", () =>
    visit(async (page) => {
      await load(page);
      await leave(
        { look: (run, ...args) => look(handsOf(page), run, ...args) },
        async () => {
          await page.evaluate("start({ config }).then((issuer) => manager(issuer).signinRedirect())").catch(() => {});
        },
        "signinRedirect",
      );
      await logIn(page, "alice", "alice-password");
      await follow(page, "#allow");
      await load(page);
      const user = await inPage(page, async ({ start, manager, config }) => {
        const own = manager(await start({ config }));
        const { profile, access_token } = await own.signinRedirectCallback();
        const again = await own.signinSilent();
        return { sub: profile.sub, isNew: again.access_token !== access_token };
      });
      assert.deepEqual(user, { sub: "alice", isNew: true });
      await leave(
        { look: (run, ...args) => look(handsOf(page), run, ...args) },
        async () => {
          await page.evaluate("start({ config }).then((issuer) => manager(issuer).signoutRedirect())").catch(() => {});
        },
        "signoutRedirect",
      );
      if (/_issuer/.test(page.url())) await follow(page, "button");
      assert.match(page.url(), /\/empty\.html/);
    }, "empty.html"));
});

describe("the issuer in a page", () => {
  test("has clients, users, tokens and devices", async () => {
    const seen = await alone(async ({ start }) => {
      const issuer = await start();
      const { clientId, deviceAuthorizationEndpoint, tokenEndpoint } = issuer.clients.device;
      const post = async (/** @type {string} */ url, /** @type {Record<string, string>} */ form) => {
        const body = new URLSearchParams({ client_id: clientId, ...form });
        return (await fetch(url, { method: "POST", body })).json();
      };
      const device = await post(deviceAuthorizationEndpoint, { scope: "openid" });
      await issuer.approve(device.user_code, { user: "bob" });
      const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
      const approved = await post(tokenEndpoint, { grant_type, device_code: device.device_code });
      const { access_token } = await issuer.tokens({ user: "alice", client: "web", scope: "openid profile" });
      const headers = { authorization: `Bearer ${access_token}` };
      const of = (/** @type {string} */ url) => fetch(url, { headers });
      const machine = await issuer.tokens({ client: "machine" });
      const { userinfoEndpoint } = issuer.clients.web;
      const before = await of(userinfoEndpoint);
      await issuer.expire(access_token);
      return {
        clients: Object.keys(issuer.clients),
        users: Object.values(issuer.users).map(({ username, password }) => [username, password]),
        url: issuer.url === `${location.origin}/_issuer`,
        approved: approved.token_type,
        sub: (await before.json()).sub,
        expired: (await of(userinfoEndpoint)).status,
        machine: [machine.token_type, machine.id_token ?? null],
      };
    });
    assert.deepEqual(seen, {
      clients: ["web", "spa", "device", "machine"],
      users: [
        ["alice", "alice-password"],
        ["bob", "bob-password"],
      ],
      url: true,
      approved: "Bearer",
      sub: "alice",
      expired: 400,
      machine: ["Bearer", null],
    });
  });

  test("has a clock", async () => {
    const seen = await alone(async ({ start }) => {
      const issuer = await start({ clock: "2030-01-01T00:00:00Z" });
      const { access_token } = await issuer.tokens({ user: "alice", client: "web" });
      const headers = { authorization: `Bearer ${access_token}` };
      const status = async () => (await fetch(issuer.clients.web.userinfoEndpoint, { headers })).status;
      const first = await status();
      await issuer.clock.advance("20m");
      const second = await status();
      const { now } = issuer.clock;
      const stands = String(now());
      await issuer.reset();
      const begins = String(now());
      await issuer.clock.set("2031-01-01T00:00:00Z");
      const set = String(now());
      await issuer.clock.resume();
      const { message } = await issuer.clock.advance("soon").catch((/** @type {Error} */ error) => error);
      return { first, second, stands, begins, set, message };
    });
    assert.deepEqual(seen, {
      first: 200,
      second: 400,
      stands: "1893457200",
      begins: "1893456000",
      set: "1924992000",
      message: 'duration: expected whole seconds from 0, or a number with its unit: "90s", "20m", "1h" or "2d"',
    });
  });

  test("goes on while a test fakes the page's timers and its date", async () => {
    const seen = await alone(async ({ start }) => {
      const { Date: HostDate } = window;
      Object.assign(window, {
        Date: class extends HostDate {
          static now = () => 0;
        },
        setTimeout: () => 0,
      });
      const issuer = await start();
      const ahead = () => Number(issuer.clock.now()) - Math.floor(HostDate.now() / 1000);
      const first = ahead();
      await issuer.clock.advance("1h");
      const coming = issuer.journal.waitFor("jwks");
      // What is waited for has to come later.
      await issuer.journal.entries();
      await fetch(issuer.instance.jwksUri);
      const { decision } = await coming;
      return { first, decision, later: ahead() };
    });
    assert.ok(Math.abs(seen.first) <= 1 && Math.abs(seen.later - 3600) <= 1, JSON.stringify(seen));
    assert.equal(seen.decision, "granted");
  });

  test("has faults, on the connection too", async () => {
    const seen = await alone(async ({ start }) => {
      const issuer = await start();
      const { jwksUri } = issuer.clients.web;
      const get = async () => {
        try {
          const response = await fetch(jwksUri);
          const text = await response.text().catch((/** @type {Error} */ error) => error.name);
          return [response.status, text.startsWith("{") ? Object.keys(JSON.parse(text)).join() : text.slice(0, 15)];
        } catch (error) {
          return /** @type {Error} */ (error).name;
        }
      };
      await issuer.next("jwks").fail(503);
      await issuer.next("jwks").drop();
      await issuer.next("jwks").truncate(10);
      await issuer.next("jwks").html(502);
      await issuer.next("jwks").mutate({ merge: { keys: null, other: 1 } });
      await issuer.next("jwks").delay(1);
      return [await get(), await get(), await get(), await get(), await get(), await get(), await get()];
    });
    assert.deepEqual(
      seen.map((each) => (Array.isArray(each) ? each[0] : each)),
      [503, "TypeError", 200, 502, 200, 200, 200],
    );
    assert.equal(seen[2]?.[1], "TypeError");
    assert.deepEqual(seen.slice(4), [
      [200, "other"],
      [200, "keys"],
      [200, "keys"],
    ]);
  });

  test("has a journal, and no control over HTTP", async () => {
    const seen = await alone(async ({ start }) => {
      const issuer = await start();
      const { tokenEndpoint } = issuer.clients.machine;
      const grant_type = "client_credentials";
      const body = new URLSearchParams({ grant_type, client_id: "machine", client_secret: "wrong" });
      const coming = issuer.journal.waitFor("token");
      // What is waited for has to come later.
      await issuer.journal.entries();
      await fetch(tokenEndpoint, { method: "POST", body });
      const { decision, error } = await coming;
      await issuer.journal.clear();
      await issuer.journal.keep(1);
      await fetch(tokenEndpoint, { method: "POST", body });
      await fetch(tokenEndpoint, { method: "POST", body });
      const kept = (await issuer.journal.entries()).map(({ sequence }) => sequence);
      const headers = { authorization: "Bearer 0123456789abcdef" };
      const control = await fetch(`${issuer.url}/_control/clock`, { headers });
      return { decision, error, kept, control: control.status };
    });
    assert.deepEqual(seen, { decision: "refused", error: "invalid_client", kept: [3], control: 404 });
  });

  test("is the same for the same options, and a new one for others", async () => {
    const seen = await alone(async ({ start }) => {
      const used = async (/** @type {any} */ issuer) => (await issuer.journal.entries()).length;
      const first = await start({ seed: "one" });
      await fetch(first.instance.jwksUri);
      const same = await used(await start({ seed: "one" }));
      const other = await used(await start({ seed: "two" }));
      const [left, right] = await Promise.all([start({ seed: "left" }), start({ seed: "right" })]);
      const clock = "2030-01-01T00:00:00Z";
      const seeded = await start({ seed: "one", clock });
      const tokens = async () => (await seeded.tokens({ user: "alice", client: "web" })).id_token;
      const id_token = await tokens();
      await seeded.reset();
      return { same, other, both: [await used(left), await used(right)], again: (await tokens()) === id_token };
    });
    assert.deepEqual(seen, { same: 1, other: 0, both: [0, 0], again: true });
  });

  test("signs in and agrees by itself, also after a reset", () =>
    visit(async (page) => {
      await withStart(page);
      const callback = await page.evaluate(`(async () => {
        const issuer = await start({ autoSignIn: "alice", autoConsent: true });
        await issuer.reset();
        const query = new URLSearchParams({
          client_id: "spa",
          response_type: "code",
          redirect_uri: location.origin + "/empty.html",
          scope: "openid",
          code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
          code_challenge_method: "S256",
        });
        return issuer.clients.spa.authorizationEndpoint + "?" + query;
      })()`);
      await page.goto(`${callback}`);
      assert.match(page.url(), /\/empty\.html\?code=CO/);
      await withStart(page);
      await page.evaluate(`(async () => {
        const issuer = await start();
        await issuer.signIn("bob");
      })()`);
      await page.goto(`${callback}`);
      assert.match(page.url(), /\/empty\.html\?code=CO/);
    }, "empty.html"));

  test("ends, and the worker with it", () =>
    visit(async (page) => {
      await withStart(page);
      const seen = await inPage(page, async ({ start, failed }) => {
        const issuer = await start();
        const { jwksUri } = issuer.instance;
        await fetch(jwksUri);
        const did = [await issuer.unregister(), await issuer.unregister()];
        const late = await fetch(jwksUri);
        const { message } = await failed(issuer.tokens());
        const registrations = await navigator.serviceWorker.getRegistrations();
        return { did, late: [late.status, await late.json()], message, registrations: registrations.length };
      });
      assert.deepEqual(seen.did, [true, false]);
      assert.equal(seen.late[0], 503);
      assert.match(seen.late[1].error_description, /^There is no issuer: a page of this site has to call/);
      assert.match(seen.message, /call startIssuerWorker\(\) again/);
      await page.reload();
      await withStart(page);
      assert.deepEqual(
        await inPage(page, async ({ start }) => {
          const gone = (await fetch("/_issuer/ready")).status;
          return [gone, (await (await start()).journal.entries()).length];
        }),
        [404, 0],
      );
    }, "empty.html"));

  test("is refused with what is wrong", async () => {
    const seen = await alone(async ({ start, failed }) => {
      const clients = { spa: { public: true, redirectUris: ["https://a.example/#b"] } };
      return [
        await failed(start({ sed: 1 })),
        await failed(start({ config: { clients: { spa: { publik: true } } } })),
        await failed(start({ config: { clients } })),
        await failed(start({ config: { baseUrl: "https://issuer.test" } })),
        await failed(start({ scope: "/app/" })),
        await failed(start({ scope: "/app" })),
        await failed(start({ worker: "/missing.js" })),
        await failed(start({ autoSignIn: "nobody" })),
        await failed(start().then((issuer) => issuer.tokens({ user: "nobody" }))),
      ].map(({ name, where, message }) => [name, where, message]);
    });
    const origin = site.url.slice(0, -1);
    assert.deepEqual(
      seen.map(([name, where]) => [name, where]),
      [
        ["InvalidArgumentError", "options.sed"],
        ["InvalidArgumentError", "config.clients.spa.publik"],
        ["IssuerConfigError", "config.clients.spa.redirectUris[0]"],
        ["InvalidArgumentError", "config.baseUrl"],
        ["InvalidArgumentError", "options.scope"],
        ["InvalidArgumentError", "options.scope"],
        ["EiamTokenError", null],
        ["InvalidArgumentError", "options.autoSignIn"],
        ["InvalidArgumentError", "user"],
      ],
    );
    assert.match(seen[8]?.[2] ?? "", /^user: there is no user with this id or username; setUser\(\) adds one$/);
    assert.match(seen[6]?.[2] ?? "", new RegExp(`^the worker ${origin}/missing\\.js cannot be registered \\(`));
  });
});
