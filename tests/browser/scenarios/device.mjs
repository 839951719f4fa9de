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
      await read(second, "main", new RegExp(`Living-room television.*${code}`, "s"));
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
    name: "polling too early is answered with slow_down (RFC 8628 section 3.5), and all later polls come later",
    async run({ tab }, picture) {
      await startDevice(tab);
      await tab.evaluate(() => {
        const status = document.getElementById("device-status");
        if (!status) throw new Error("there is no #device-status");
        /** @type {string[]} */
        const said = [];
        new MutationObserver(() => said.push(status.textContent ?? "")).observe(status, { childList: true });
        Object.assign(window, { said });
      });
      await tab.click("#device-early");
      await read(tab, "#device-interval", /^10 s, after slow_down$/);
      await read(tab, "#device-poll", /^next in \d+ s$/);
      await picture(tab, "slow-down");
      // The flow's own next poll is late enough for the issuer, and then nobody need be told any more.
      const answers = () => tab.evaluate(() => document.getElementById("log-list")?.textContent ?? "");
      await read(tab, "#log-list", /^.*authorization_pending.*slow_down/s);
      await read(tab, "#device-status", /^$/);
      assert.equal((await answers()).match(/ · slow_down/g)?.length, 1);
      await read(tab, "#device-interval", /^10 s, after slow_down$/);
      const said = await tab.evaluate(() => /** @type {any} */ (window).said);
      assert.ok(
        said.some((/** @type {string} */ text) => /^slow_down: .+ 10 seconds .+\.$/.test(text)),
        `${said}`,
      );
    },
  },
  {
    name: "a reload keeps the pace that the issuer asked for",
    async run({ tab }) {
      const code = await startDevice(tab);
      await tab.click("#device-early");
      await read(tab, "#device-interval", /^10 s, after slow_down$/);
      await tab.reload();
      await issuerReady(tab);
      assert.equal(await read(tab, "#device-code"), code);
      await read(tab, "#device-interval", /^10 s, after slow_down$/);
    },
  },
];
