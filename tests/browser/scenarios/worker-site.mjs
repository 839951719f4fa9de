import assert from "node:assert/strict";
import { fill, look, press } from "../hands/hands.mjs";
import { until } from "../harness/patience.mjs";
import { leave } from "../support/person.mjs";
import { startWorkerSite } from "../support/worker-site.mjs";

/**
 * A login at a static site whose issuer is in its own service worker: sign-in, consent, refresh, a fault, the clock, a
 * reload after the worker was stopped, logout.
 *
 * @param {import("../hands/hands.mjs").Hands} hands
 * @param {(url: string) => Promise<unknown>} open
 * @param {(url: string) => Promise<() => Promise<boolean>>} [stopWorker]
 *   ends the worker of this scope; its answer tells whether it has been started since then
 */
export async function playWorkerSite(hands, open, stopWorker) {
  const site = await startWorkerSite();
  const tab = { look: (/** @type {any} */ run, /** @type {any[]} */ ...args) => look(hands, run, ...args) };
  const follow = (/** @type {string} */ selector) => leave(tab, () => press(hands, selector), selector);
  const said = async (/** @type {RegExp} */ pattern) => {
    let text = "nothing";
    await until(
      () => `the site says ${text}`,
      async () => {
        text = await tab.look(() => document.querySelector("output")?.textContent ?? "");
        return pattern.test(text);
      },
    );
  };
  try {
    await open(site.url);
    await said(/^ready$/);
    await follow("#sign-in");
    assert.match(await tab.look(() => document.querySelector("[role=note]")?.textContent), /^⚠ Test issuer/);
    await fill(hands, "#username", "alice");
    await fill(hands, "#password", "alice-password");
    await follow("#submit");
    await follow("#allow");
    await said(/^signed in as alice$/);
    const seen = await hands.evaluate(async () => {
      const { issuer, client, tokens } = /** @type {any} */ (window);
      const again = await client.refresh(tokens.refreshToken);
      const { jwksUri, userinfoEndpoint } = issuer.clients.spa;
      await issuer.next("jwks").fail(503);
      await issuer.next("jwks").drop();
      const { status } = await fetch(jwksUri);
      const dropped = await fetch(jwksUri).catch(({ name }) => name);
      await issuer.clock.advance("20m");
      const headers = { authorization: `Bearer ${again.accessToken}` };
      const expired = await fetch(userinfoEndpoint, { headers });
      await issuer.clock.set(new Date());
      return { isNew: again.accessToken !== tokens.accessToken, status, dropped, expired: expired.status };
    });
    assert.deepEqual(seen, { isNew: true, status: 503, dropped: "TypeError", expired: 400 });

    const runs = await stopWorker?.(site.url);
    await open(site.url);
    await said(/^ready$/);
    if (runs) await until("the worker was not stopped", runs);
    const noted = await hands.evaluate(async () => {
      const { journal } = /** @type {any} */ (window).issuer;
      return (await journal.entries("token")).map((/** @type {any} */ entry) => entry.decision);
    });
    assert.deepEqual(noted, ["granted", "granted"]);
    // Somebody is still signed in.
    await follow("#sign-in");
    await follow("#allow");
    await said(/^signed in as alice$/);
    await follow("#sign-out");
    await until("the browser is not led back", async () => {
      const isAsked = await tab.look(
        () => location.pathname.startsWith("/_issuer/") && document.querySelector("button") !== null,
      );
      if (isAsked) await follow("button");
      return tab.look(() => location.pathname === "/");
    });
    await said(/^ready$/);
    await follow("#sign-in");
    assert.ok(await tab.look(() => document.querySelector("#password") !== null), "nobody is signed in any more");
  } finally {
    await site.close();
  }
}
