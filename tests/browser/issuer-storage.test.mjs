// The issuer's storage in IndexedDB, in a page that has nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { steady } from "./hands/puppeteer.mjs";
import { launchChromium } from "./harness/chromium.mjs";
import { startApp } from "./support/app.mjs";

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof startApp>>} */
let app;

before(async () => {
  browser = await launchChromium();
  app = await startApp({ home: "", callback: "" });
});
after(async () => {
  await browser?.close();
  await app?.close();
});

/**
 * @template T
 * @param {() => Promise<T>} body runs in a page with an empty database
 */
async function inPage(body) {
  const context = await browser.createBrowserContext();
  try {
    const page = steady(await context.newPage());
    await page.goto(app.url);
    await page.evaluate(async () => {
      const { Issuer, exampleConfig, indexedDbStorage } = await import(`${location.origin}/issuer.js`);
      const config = exampleConfig(location.origin);
      Object.assign(window, {
        storage: indexedDbStorage("test"),
        /** @param {object} [storage] */
        start: (storage = indexedDbStorage("test")) => Issuer.create(config, { storage }),
        /** @param {any} issuer @param {Record<string, string>} form */
        async token(issuer, form) {
          const credentials = { client_id: "app_web", client_secret: config.applications[1].clientSecrets[0] };
          const { status, body } = await issuer.handle({
            method: "POST",
            url: "/v2/idaas_example/app_web/oauth2/token",
            headers: { "content-type": "application/x-www-form-urlencoded" },
            body: String(new URLSearchParams({ ...credentials, ...form })),
          });
          return { status, ...JSON.parse(new TextDecoder().decode(body)) };
        },
        signIn: { grant_type: "password", username: "alice", password: "alice-password", scope: "openid" },
        /** @param {string} refresh_token */
        refreshing: (refresh_token) => ({ grant_type: "refresh_token", refresh_token }),
      });
    });
    return await page.evaluate(body);
  } finally {
    await context.close();
  }
}

test("what was kept goes on, with a key that cannot be exported", async () => {
  const seen = await inPage(async () => {
    const { start, token, signIn, refreshing, storage } = /** @type {any} */ (window);
    const first = await start(storage);
    const tokens = await token(first, signIn);
    const { refresh_token } = await token(first, refreshing(tokens.refresh_token));
    const second = await start();
    const records = await storage.load();
    const { value: pair } = records.find(({ key }) => key === "signing");
    return {
      again: await token(await start(), refreshing(refresh_token)),
      used: await token(await start(), refreshing(tokens.refresh_token)),
      sameKey: JSON.stringify(second.key.publicKey.algorithm) === JSON.stringify(pair.publicKey.algorithm),
      extractable: pair.privateKey.extractable,
      kinds: [...new Set(records.map(({ key }) => key[0]))].sort().join(""),
    };
  });
  assert.equal(seen.again.status, 200);
  assert.equal(seen.used.error, "invalid_grant");
  assert.equal(seen.sameKey, true);
  assert.equal(seen.extractable, false);
  assert.equal(seen.kinds, "ghjks");
});

test("the issuer that started last writes, and no other", async () => {
  const seen = await inPage(async () => {
    const { start, token, signIn, refreshing } = /** @type {any} */ (window);
    const old = await start();
    const tokens = await token(old, signIn);
    const next = await start();
    const late = await token(old, refreshing(tokens.refresh_token)).catch((error) => ({
      code: error.code,
      cause: error.cause.message,
    }));
    return { late, next: await token(next, refreshing(tokens.refresh_token)) };
  });
  assert.equal(seen.late.code, "storage_error");
  assert.match(seen.late.cause, /another issuer has taken over the database test/);
  // What the old one wanted to write is not there.
  assert.equal(seen.next.status, 200);
});

test("emptied, it is the storage of a new issuer", async () => {
  const seen = await inPage(async () => {
    const { start, storage, token, signIn, refreshing } = /** @type {any} */ (window);
    const first = await start(storage);
    const tokens = await token(first, signIn);
    await storage.clear();
    const refused = await token(first, refreshing(tokens.refresh_token)).catch(({ code }) => code);
    const next = await start(storage);
    return { refused, again: await token(next, refreshing(tokens.refresh_token)) };
  });
  assert.equal(seen.refused, "storage_error");
  assert.equal(seen.again.error, "invalid_grant");
});
