// Takes the picture of the demo that README.md shows, in Chromium: node tests/docs/picture.mjs
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { startDemo, textOf, withPage } from "../browser/support/demo.mjs";

const FILE = inRoot("docs/images/demo.webp");

mkdirSync(dirname(FILE), { recursive: true });
const demo = await startDemo();
try {
  await withPage(demo, async ({ page }) => {
    await page.setViewport({ width: 1200, height: 690 });
    const leave = (/** @type {Promise<unknown>} */ act) => Promise.all([page.waitForNavigation(), act]);
    await leave(page.click("#sign-in-button"));
    await page.type("input[name=username]", "alice");
    await page.type("input[name=password]", "wonderland");
    await leave(page.keyboard.press("Enter"));
    await leave(page.click("button[value=allow]"));
    await textOf(page, "body", /Alice Liddell by authorization code/);
    await page.waitForFunction(() => document.querySelectorAll("time, [role=timer]").length > 0);
    await page.screenshot({ path: FILE, type: "webp", quality: 85 });
  });
} finally {
  await demo.close();
}
