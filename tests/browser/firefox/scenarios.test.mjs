import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { launchesOf, openFirefox, workersEnded } from "../engines/firefox.mjs";
import { evaluateInFirefox } from "../harness/firefox.mjs";
import { play, testScenarios } from "../scenarios/run.mjs";
import { follow, logIn, read } from "../support/person.mjs";

/** How long a worker without work may live, in milliseconds: half a minute, if nobody says otherwise. */
const PREFERENCE = "dom.serviceWorkers.idle_timeout";
const IDLE = 100;

testScenarios(openFirefox, (engine) => {
  describe("a service worker that Firefox itself ends, soon after it has nothing to do", () => {
    test("a code flow takes several workers", async () => {
      const { browser } = /** @type {Awaited<ReturnType<typeof openFirefox>>} */ (engine());
      /** @type {number[]} */
      const launches = [];
      const run = async (/** @type {import("../scenarios/run.mjs").Visit} */ { url, tab, stopWorker }) => {
        await evaluateInFirefox(browser, `Services.prefs.setIntPref("${PREFERENCE}", ${IDLE})`);
        // This one still has the time that it was started with.
        await stopWorker();
        const pause = async () => {
          await workersEnded(browser);
          launches.push(await launchesOf(browser, url));
        };
        await pause();
        await follow(tab, "#sign-in-button");
        await pause();
        await logIn(tab);
        await pause();
        await follow(tab, "#allow");
        await read(tab, "#sign-in-status", /^Signed in as Alice Liddell\.$/);
        await pause();
        await tab.click("#refresh");
        await read(tab, "#tokens-status", /^You have new tokens/);
        await pause();
      };
      try {
        await play(engine(), { name: "idle", stops: true, run });
      } finally {
        await evaluateInFirefox(browser, `Services.prefs.clearUserPref("${PREFERENCE}")`);
      }
      const anew = launches.slice(1).map((count, index) => count > Number(launches[index]));
      assert.deepEqual(anew, [true, true, true, true], `launches, step by step: ${launches}`);
    });
  });
});
