import { test } from "node:test";
import { handsOf } from "../hands/selenium.mjs";
import { STEP } from "../harness/patience.mjs";
import { startWebKit } from "../harness/webkit.mjs";
import { playWorkerSite } from "../scenarios/worker-site.mjs";

test("a static site has its login in its own service worker", async () => {
  const webkit = await startWebKit();
  try {
    const driver = await webkit.startSession();
    await driver.manage().setTimeouts({ script: STEP, pageLoad: STEP, implicit: 0 });
    await playWorkerSite(handsOf(driver), (url) => driver.get(url));
  } finally {
    await webkit.close();
  }
});
