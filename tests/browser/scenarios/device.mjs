import assert from "node:assert/strict";
import { follow, issuerReady, logIn, read, startDevice } from "../support/person.mjs";

/** @type {import("./run.mjs").Scenario[]} The device flow. */
export const deviceScenarios = [
  {
    name: "approved in a second tab, after a reload of the first",
    async run({ tab, openTab }, picture) {
      const code = await startDevice(tab);
      await read(tab, "#device-left", /^(20:00|19:\d\d)$/);
      await read(tab, "#device-poll", /^next in [1-5] s$/);
      assert.ok(await tab.evaluate(() => document.querySelector("#device-qr svg[aria-label] path") !== null));
      await tab.evaluate(() => document.getElementById("device")?.scrollIntoView());
      await picture(tab, "device");

      await tab.reload();
      await issuerReady(tab);
      assert.equal(await read(tab, "#device-code"), code);

      const second = await openTab(tab, "#device-link");
      await read(second, "h1");
      const filled = () => /** @type {HTMLInputElement} */ (document.getElementById("user_code")).value;
      assert.equal(await second.evaluate(filled), code);
      await picture(second, "user-code");
      await follow(second, "#submit");
      await logIn(second);
      await read(second, "main", new RegExp(`Living-room television.*${code}`));
      await picture(second, "device-consent");
      await follow(second, "#allow");
      await read(second, "#done", /connected/);
      await picture(second, "device-done");

      await tab.show();
      await read(tab, "#device-status", /^Approved\..*Alice Liddell/);
      await read(tab, "#tokens-view", /Alice Liddell by device flow.*app_television/);
      assert.ok(await tab.evaluate(() => document.getElementById("device-running")?.hidden));
      await picture(tab, "device-approved");
    },
  },
  {
    name: "polling too early is answered with slow_down (RFC 8628 section 3.5)",
    async run({ tab }, picture) {
      await startDevice(tab);
      await tab.click("#device-early");
      await read(tab, "#device-status", /^slow_down: .+\.$/);
      await read(tab, "#device-interval", /^1[05] s, after slow_down$/);
      await picture(tab, "slow-down");
    },
  },
];
