import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { openWebKit } from "../engines/webkit.mjs";
import { play, testScenarios } from "../scenarios/run.mjs";
import { issuerReady, read, shownToken, signIn } from "../support/person.mjs";

/** After how long at most WebKit ends a worker that has no page any more, in milliseconds: it waits for 10 seconds. */
const LONGEST = 15_000;

testScenarios(openWebKit, (engine) => {
  describe("a service worker that WebKit itself ends, because its pages have been left", () => {
    test("who comes back has lost nothing", () =>
      play(engine(), {
        name: "left",
        async run({ url, tab, workerRuns }) {
          await signIn(tab);
          const token = await shownToken(tab, "refresh token");
          await tab.open("about:blank");
          for (let waited = 0; await workerRuns(); waited += 250) {
            if (waited >= LONGEST) throw new Error("the worker runs on");
            await delay(250);
          }
          await tab.open(url);
          await issuerReady(tab);
          await tab.click("#refresh");
          await read(tab, "#tokens-status", /^New tokens came/);
          if ((await shownToken(tab, "refresh token")) === token) throw new Error("the token is the old one");
        },
      }));
  });
});
