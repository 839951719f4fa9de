import assert from "node:assert/strict";
import { javascript } from "../lib/javascript.mjs";

export const path = "docs/testing/cypress.md";
export const blocks = {
  Tasks: [
    javascript({
      async after({ exported }) {
        const tasks = /** @type {Record<string, any>} */ ({});
        const ends = /** @type {any[]} */ ([]);
        const on = (/** @type {string} */ event, /** @type {any} */ given) =>
          event === "task" ? Object.assign(tasks, given) : ends.push(given);
        const { env } = await exported.default.e2e.setupNodeEvents(on, { env: { own: true } });
        assert.equal((await fetch(`${env.issuer}/.well-known/openid-configuration`)).status, 200);
        assert.equal(env.own, true);
        const cookies = await tasks.signIn("alice");
        assert.ok(cookies.length > 0);
        assert.equal(cookies[0].domain, "127.0.0.1");
        assert.equal(tasks.advance("1h"), null);
        assert.equal(await tasks.reset(), null);
        for (const end of ends) await end();
        assert.equal(ends.length, 1);
      },
    }),
  ],
  "A test": [
    javascript({
      names() {
        const did = /** @type {any[]} */ ([]);
        const tasks = /** @type {Record<string, any>} */ ({ signIn: [{ name: "a", value: "b", domain: "127.0.0.1" }] });
        const cy = {
          // biome-ignore lint/suspicious/noThenProperty: what Cypress calls it
          task: (/** @type {string} */ name) => ({ then: (/** @type {any} */ next) => next(tasks[name]) }),
          setCookie: (/** @type {any[]} */ ...args) => did.push(args),
          visit() {},
          contains() {},
        };
        return {
          did,
          cy,
          beforeEach: (/** @type {any} */ act) => act(),
          it: (/** @type {string} */ _, /** @type {any} */ act) => act(),
        };
      },
      after: ({ did }) => assert.deepEqual(did, [["a", "b", { domain: "127.0.0.1" }]]),
    }),
  ],
};
