import assert from "node:assert/strict";
import { follow, logIn, loggedForm, post, read, shownToken, signIn, startDevice } from "../support/person.mjs";

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/**
 * @type {import("./run.mjs").Scenario[]}
 * The service worker is stopped in the middle, which the browser may do at any time: every flow
 * ends well, and what must not be possible twice is not possible after it either.
 */
export const stoppedWorkerScenarios = [
  {
    name: "between authorization and token",
    stops: true,
    async run({ tab, stopWorker }) {
      await follow(tab, "#sign-in-button");
      await logIn(tab);
      await stopWorker();
      await follow(tab, "#allow");
      await read(tab, "#sign-in-status", /^Signed in as Alice Liddell\.$/);
      assert.equal(await post(tab, await loggedForm(tab, "authorization_code")), "400 invalid_grant");
    },
  },
  {
    name: "between the login page and the password",
    stops: true,
    async run({ tab, stopWorker }) {
      await follow(tab, "#sign-in-button");
      await stopWorker();
      await logIn(tab);
      await follow(tab, "#allow");
      await read(tab, "#sign-in-status", /^Signed in as Alice Liddell\.$/);
    },
  },
  {
    name: "a used code stays used",
    stops: true,
    async run({ tab, stopWorker }) {
      await signIn(tab);
      await stopWorker();
      await stillKnown(tab);
      assert.equal(await post(tab, await loggedForm(tab, "authorization_code")), "400 invalid_grant");
    },
  },
  {
    name: "between device authorization and approval",
    stops: true,
    async run({ tab, openTab, stopWorker }) {
      const code = await startDevice(tab);
      await stopWorker();
      const second = await openTab(tab, "#device-link");
      await read(second, "h1");
      await follow(second, "#submit");
      await logIn(second);
      await read(second, "main", new RegExp(`Living-room television.*${code}`, "s"));
      await follow(second, "#allow");
      await read(second, "#done", /connected/);
      await tab.show();
      await read(tab, "#device-status", /^Approved\..*Alice Liddell/);
      assert.equal(await post(tab, await loggedForm(tab, DEVICE_CODE)), "400 invalid_grant");
    },
  },
  {
    name: "between approval and the device's next poll",
    stops: true,
    async run({ tab, openTab, stopWorker }) {
      await startDevice(tab);
      const second = await openTab(tab, "#device-link");
      await read(second, "h1");
      await follow(second, "#submit");
      await logIn(second);
      await follow(second, "#allow");
      await stopWorker();
      await tab.show();
      await read(tab, "#device-status", /^Approved\..*Alice Liddell/);
    },
  },
  {
    name: "between two refreshes",
    stops: true,
    async run({ tab, stopWorker }) {
      await signIn(tab);
      const first = await shownToken(tab, "refresh token");
      await tab.click("#refresh");
      await read(tab, "#tokens-status", /^You have new tokens/);
      const second = await shownToken(tab, "refresh token");
      await stopWorker();
      await tab.click("#refresh");
      await read(tab, "#tokens-view", /authorization code, refreshed/);
      await stillKnown(tab);
      assert.notEqual(await shownToken(tab, "refresh token"), second);
      const { url, form } = await loggedForm(tab, "refresh_token");
      for (const old of [first, second]) {
        const again = form.map(([name, value]) => [name, name === "refresh_token" ? old : value]);
        assert.equal(await post(tab, { url, form: /** @type {typeof form} */ (again) }), "400 invalid_grant");
      }
    },
  },
  {
    name: "a rotated refresh token stays refused",
    stops: true,
    async run({ tab, stopWorker }) {
      await signIn(tab);
      await tab.click("#refresh");
      await read(tab, "#tokens-status", /^You have new tokens/);
      await stopWorker();
      await stillKnown(tab);
      assert.equal(await post(tab, await loggedForm(tab, "refresh_token")), "400 invalid_grant");
      // Somebody has used it who should not have it: what it led to ends as well (RFC 9700 section 4.14.2).
      await tab.click("#refresh");
      await read(tab, "#tokens-status", /^invalid_grant: .+\.$/);
    },
  },
  {
    name: "a revoked token stays revoked",
    stops: true,
    async run({ tab, stopWorker }) {
      await signIn(tab);
      await tab.click("#revoke");
      await read(tab, "#tokens-status", /^The access token is revoked\.$/);
      await stopWorker();
      await tab.click("#user-info");
      await read(tab, "#tokens-status", /^invalid_token: .+\.$/);
      // Only that one was revoked.
      await tab.click("#refresh");
      await read(tab, "#tokens-status", /^You have new tokens/);
      await stillKnown(tab);
    },
  },
  {
    name: "who has logged in stays so",
    stops: true,
    async run({ tab, stopWorker }) {
      await signIn(tab);
      await stopWorker();
      await follow(tab, "#sign-in-button");
      await read(tab, "main", /The demo page asks for access/);
      await follow(tab, "#allow");
      await read(tab, "#sign-in-status", /^Signed in as Alice Liddell\.$/);
    },
  },
];

/**
 * The access token is good, so what is refused is not refused because all was forgotten.
 *
 * @param {import("../engines/engine.mjs").Tab} tab
 */
async function stillKnown(tab) {
  await tab.click("#user-info");
  await read(tab, "#user-info-answer", /"name": "Alice Liddell"/);
}
