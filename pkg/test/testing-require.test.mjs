import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import vm from "node:vm";

const require = createRequire(import.meta.url);
const file = require.resolve("eiam-token/testing");

/** Loads the bundle in a realm of its own, as Jest does, with nothing of Node's but what is given. */
function loadIn(more = {}) {
  const { process, setTimeout, clearTimeout, queueMicrotask, btoa, URL, URLSearchParams } = globalThis;
  const given = { process, setTimeout, clearTimeout, queueMicrotask, btoa, URL, URLSearchParams, ...more };
  const context = vm.createContext({ ...given });
  Object.assign(context, { global: vm.runInContext("globalThis", context) });
  const module = { exports: {} };
  const wrapped = `(function (module, exports, require) {${readFileSync(file, "utf8")}\n})`;
  vm.runInContext(wrapped, context)(module, module.exports, require);
  return { context, testing: module.exports };
}

test("require() has one file for itself, without import()", () => {
  assert.match(file, /testing\.cjs$/);
  assert.doesNotMatch(readFileSync(file, "utf8"), /\bimport\(/);
});

for (const [name, more] of [
  ["without TextDecoder, crypto and fetch, as jsdom has it in Jest", { crypto: { getRandomValues() {} } }],
  ["with everything, as Node has it in Jest", { TextDecoder, TextEncoder, crypto, fetch, Request, Response }],
]) {
  test(`in a realm of its own ${name}, it works and leaves the globals alone`, async (t) => {
    const { context, testing } = loadIn(more);
    const before = Object.keys(context).sort();
    for (const signing of ["RS256", "EdDSA", "ES256"]) {
      const issuer = await testing.startIssuer({ clock: new Date(1_900_000_000_000), config: { signing } });
      t.after(() => issuer.close());
      assert.match((await issuer.tokens({ user: "alice", client: "web" })).id_token, /^ey/);
      const response = await fetch(issuer.clients.web.discovery);
      assert.equal((await response.json()).issuer, issuer.clients.web.issuer);
    }
    const error = await testing.startIssuer({ prot: 1 }).then(assert.fail, (error) => error);
    assert.equal(error.argument, "options.prot");
    assert.deepEqual(Object.keys(context).sort(), before);
    assert.equal(context.TextDecoder, more.TextDecoder);
  });
}

test("timers that stand still before it is loaded do not stop it", async () => {
  const still = { setTimeout() {}, clearTimeout() {}, queueMicrotask() {}, AbortController };
  const issuer = await loadIn(still).testing.startIssuer();
  try {
    assert.match((await issuer.tokens({ user: "alice", client: "web" })).access_token, /^AT/);
    await issuer.next("jwks").delay(1);
    assert.equal((await fetch(issuer.clients.web.jwksUri)).status, 200);
    await assert.rejects(issuer.journal.waitFor("userinfo", { timeout: 1 }), { code: "timeout" });
  } finally {
    await issuer.close();
  }
});

test("without Request, as jsdom has none in Jest, fetch() says what to use instead", async () => {
  const { testing } = loadIn();
  const issuer = await testing.createTestIssuer();
  const error = await issuer.fetch(issuer.clients.web.discovery).then(assert.fail, (error) => error);
  assert.ok(error instanceof testing.NotSupportedError);
  assert.match(error.message, /no Request and Response: use handle\(\)/);
  assert.equal((await issuer.handle({ method: "GET", url: issuer.clients.web.discovery })).status, 200);
  await issuer.close();
});
