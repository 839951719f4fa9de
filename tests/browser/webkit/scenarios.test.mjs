import { describe, test } from "node:test";
import { openWebKit } from "../engines/webkit.mjs";
import { until } from "../harness/patience.mjs";
import { play, testScenarios } from "../scenarios/run.mjs";
import { issuerReady, read, shownToken, signIn } from "../support/person.mjs";

testScenarios(openWebKit, (engine) => {
  describe("a service worker that WebKit itself ends, because its pages have been left", () => {
    test("who comes back has lost nothing", () =>
      play(engine(), {
        name: "left",
        async run({ url, tab, workerRuns }) {
          await signIn(tab);
          const token = await shownToken(tab, "refresh token");
          await tab.open("about:blank");
          // It waits for 10 seconds.
          await until("the worker runs on", async () => !(await workerRuns()));
          await tab.open(url);
          await issuerReady(tab);
          await tab.click("#refresh");
          await read(tab, "#tokens-status", /^You have new tokens/);
          if ((await shownToken(tab, "refresh token")) === token) throw new Error("the token is the old one");
        },
      }));
  });
});
