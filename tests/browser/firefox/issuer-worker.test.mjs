import { test } from "node:test";
import { stopWorker } from "../engines/firefox.mjs";
import { handsOf, steady } from "../hands/puppeteer.mjs";
import { launchFirefox } from "../harness/firefox.mjs";
import { playWorkerSite } from "../scenarios/worker-site.mjs";

test("a static site has its login in its own service worker, which Firefox may stop", async () => {
  const browser = await launchFirefox({ args: ["--remote-allow-system-access"] });
  try {
    const page = steady(await browser.newPage());
    await playWorkerSite(
      handsOf(page),
      (url) => page.goto(url),
      (url) => stopWorker(browser, url),
    );
  } finally {
    await browser.close();
  }
});
