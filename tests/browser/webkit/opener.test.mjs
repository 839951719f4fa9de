import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { serve } from "../../../scripts/serve.mjs";
import { WHOLE, until } from "../harness/patience.mjs";
import { startMiniBrowser } from "../harness/webkit.mjs";

/** @type {string} */
let folder;
/** @type {import("../../../scripts/serve.mjs").Served} */
let site;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "eiam-token-webkit-"));
  site = await serve({ port: 0, root: inRoot(".") });
});
after(async () => {
  await site?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/**
 * Lets the page beside the demo do something in a browser that is started for it and killed at the end.
 *
 * @param {string} act
 */
async function play(act) {
  /** @type {string[]} */
  const said = [];
  /** @type {string[]} */
  const complaints = [];
  const url = `${site.url}tests/browser/webkit/opener.html?act=${act}`;
  const browser = await startMiniBrowser(url, folder, (line) => {
    const told = /CONSOLE LOG opener: (.+)$/.exec(line)?.[1];
    if (told) said.push(told);
    else if (line.includes("CONSOLE ")) complaints.push(line);
  });
  try {
    await until(
      () => `${act} came only as far as: ${said.join("; ")}`,
      () => said.at(-1) === "done" || complaints.length > 0,
      WHOLE,
    );
  } finally {
    await browser.close();
  }
  return { said, complaints };
}

describe("WebKit without automation", () => {
  test("both flows, with nothing in the console", async () => {
    const { said, complaints } = await play("everything");
    assert.deepEqual(complaints, []);
    assert.equal(said[0], "Signed in as Alice Liddell.");
    assert.match(said[1] ?? "", /^You have new tokens/);
    assert.match(said[2] ?? "", /^Approved\..*Alice Liddell/);
  });

  test("killed and started again with the same data, it still knows who has logged in", async () => {
    const { said, complaints } = await play("return");
    assert.deepEqual(complaints, []);
    assert.deepEqual(said, ["Signed in as Alice Liddell.", "done"]);
  });

  test("what the console says is seen", async () => {
    const { complaints } = await play("nothing-that-it-knows");
    assert.match(complaints.join(), /CONSOLE JS ERROR .*TypeError/);
  });
});
