// User codes typed at the instance's page, which say nothing of their application.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { client, endpoints, eventually, signIn, startCluster } from "../lib/cluster.mjs";

const cluster = await startCluster();
after(() => cluster.stop());

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const DIRECTORY = ["USER_CODES", "user-codes"];
const at = endpoints("app_060", { instance: true });

const type = (code, address) =>
  cluster.send(0)(
    "POST",
    at.devicePage,
    { ...FORM, "cf-connecting-ip": address },
    new URLSearchParams({ user_code: code }).toString(),
  );

async function request(id = "app_060") {
  const { json, status } = await cluster.post(endpoints(id, { instance: true }).device, client(id));
  assert.equal(status, 200);
  return json;
}

/** They are counted by the minute, and no test may be in two. */
async function beginOfMinute() {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 10_000) await new Promise((resolve) => setTimeout(resolve, left));
}

describe("the directory of user codes", () => {
  test("knows the instance's codes, and not those of an application's own page", async () => {
    assert.equal((await cluster.post(endpoints("app_060").device, client("app_060"))).status, 200);
    assert.equal(await cluster.count("USER_CODES"), 0);
    const { user_code, expires_in } = await request();
    const { records, alarm } = await cluster.look(...DIRECTORY);
    assert.equal(records[`code:${user_code.replace("-", "")}`].application, "app_060");
    assert.ok(Math.abs(alarm - Date.now() - expires_in * 1000) < 5000);
  });

  test("finds each of many, however it is typed, also after it was evicted", async () => {
    const devices = await Promise.all(["app_061", "app_062", "app_063"].map(request));
    await cluster.evict(...DIRECTORY);
    for (const [i, { user_code }] of devices.entries()) {
      const page = await type(` ${user_code.toLowerCase().replace("-", " ")}`, "192.0.2.1");
      assert.equal(page.status, 200);
      assert.match(page.text, new RegExp(`app_06${i + 1}`));
    }
  });

  test("sends the device the user's no", async () => {
    const { user_code, device_code } = await request();
    const browser = cluster.browser();
    const entered = await browser.submit(await browser.open(at.devicePage), { user_code });
    const done = await browser.submit(await signIn(browser, entered), {}, "deny");
    assert.equal(done.status, 200);
    const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    const { json } = await cluster.post(at.token, { grant_type, device_code, ...client("app_060") });
    assert.equal(json.error, "access_denied");
  });

  test("counts wrong codes of an address, and then takes no right one from it", async () => {
    await beginOfMinute();
    const { user_code } = await request();
    const objects = await cluster.count("APPLICATIONS");
    for (let i = 0; i < 10; i++) {
      const page = await type("BCDF-GHJK", "192.0.2.7");
      assert.equal(page.status, 400);
      assert.match(page.text, /<form/);
    }
    for (const code of ["BCDF-GHJK", user_code]) {
      const { status, headers, text } = await type(code, "192.0.2.7");
      assert.equal(status, 429);
      assert.ok(Number(headers.get("retry-after")) > 0);
      assert.match(text, /^<!doctype html>/);
    }
    // Neither does a new object.
    await cluster.evict(...DIRECTORY);
    assert.equal((await type(user_code, "192.0.2.7")).status, 429);
    assert.equal((await type(user_code, "192.0.2.8")).status, 200);
    assert.equal(await cluster.count("APPLICATIONS"), objects);
  });

  test("counts them all together (RFC 8628 section 5.1)", async () => {
    await beginOfMinute();
    const { user_code } = await request();
    let refused = 0;
    for (let i = 0; i < 70; i++) {
      const { status } = await type("BCDF-GHJK", `198.51.100.${i}`);
      if (status === 429) refused += 1;
    }
    assert.ok(refused >= 10, `${refused}`);
    assert.equal((await type(user_code, "203.0.113.1")).status, 429);
  });

  test("forgets what has expired", async () => {
    await request("app_002");
    const codes = async () => {
      const { records } = await cluster.look(...DIRECTORY);
      return Object.keys(records).filter((key) => key.startsWith("code:"));
    };
    const before = (await codes()).length;
    await cluster.look(...DIRECTORY, `alarm?at=${Date.now() + 2500}`);
    const left = await eventually(codes, ({ length }) => length < before);
    assert.equal(left.length, before - 1);
    assert.ok((await cluster.look(...DIRECTORY)).alarm > Date.now() + 60_000);
  });
});
