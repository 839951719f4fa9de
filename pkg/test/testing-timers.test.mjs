// "Fake timers" of test runners replace the globals by some that stand still: what the issuer needs goes on.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { createTestIssuer, startIssuer } from "eiam-token/testing";

const FAKED = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate"];

/** Lets the timers stand still as long as `act` takes. */
async function still(names, act) {
  const before = names.map((name) => [name, globalThis[name]]);
  const timer = { ref: () => timer, unref: () => timer, refresh: () => timer };
  for (const name of names) globalThis[name] = () => timer;
  try {
    return await act();
  } finally {
    for (const [name, value] of before) globalThis[name] = value;
  }
}

test("an issuer without a port starts and answers while every timer stands still, microtasks too", async () => {
  const issuer = await still([...FAKED, "queueMicrotask"], async () => {
    const issuer = await createTestIssuer();
    await issuer.tokens({ user: "alice", client: "web" });
    await issuer.reset();
    await issuer.next("jwks").delay(1);
    assert.equal((await issuer.fetch(issuer.clients.web.jwksUri)).status, 200);
    await assert.rejects(issuer.journal.waitFor("userinfo", { timeout: 1 }), { code: "timeout" });
    return issuer;
  });
  await issuer.close();
});

test("an issuer that listens starts, answers and closes while timers stand still", async (t) => {
  await still(FAKED, async () => {
    const issuer = await startIssuer();
    t.after(() => issuer.close());
    await issuer.next("jwks").delay(1);
    await issuer.next("jwks", { after: 1 }).throttle(1);
    for (let each = 0; each < 2; each++) assert.equal((await fetch(issuer.clients.web.jwksUri)).status, 200);
    await issuer.close();
  });
});

test("the clock goes with a Date that the test moves", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_900_000_000_000 });
  const issuer = await createTestIssuer();
  t.after(() => issuer.close());
  assert.equal(issuer.clock.now(), 1_900_000_000n);
  const { access_token } = await issuer.tokens({ user: "alice", client: "web" });
  const ask = async () =>
    (await issuer.fetch(issuer.clients.web.userinfoEndpoint, { headers: { authorization: `Bearer ${access_token}` } }))
      .status;
  assert.equal(await ask(), 200);
  t.mock.timers.setTime(1_900_001_200_000);
  assert.equal(await ask(), 400);
});

test("many issuers one after another leave no listeners behind, and no warning", async (t) => {
  const warnings = [];
  const heed = (warning) => warnings.push(String(warning));
  process.on("warning", heed);
  t.after(() => process.off("warning", heed));
  const count = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const before = count();
  for (let each = 0; each < 25; each++) {
    const issuer = await startIssuer();
    await fetch(issuer.clients.web.discovery);
    await issuer.close();
  }
  assert.deepEqual(count(), before);
  // Warnings come a tick later.
  const ticked = new EventTarget();
  setImmediate(() => ticked.dispatchEvent(new Event("tick")));
  await once(ticked, "tick");
  assert.deepEqual(warnings, []);
});
