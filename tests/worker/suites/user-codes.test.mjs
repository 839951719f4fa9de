// User codes typed at the instance's page, which say nothing of their application.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { client, endpoints, eventually, signIn, startCluster } from "../lib/cluster.mjs";

const cluster = await startCluster();
after(() => cluster.stop());

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const DIRECTORY = ["USER_CODES", "user-codes"];
const at = endpoints("app_060", { instance: true });

/** Miniflare, unlike Cloudflare, passes on this header as the client sent it. */
const from = (address) => ({ ...FORM, "cf-connecting-ip": address });
const form = (...codes) => new URLSearchParams(codes.map((code) => ["user_code", code])).toString();
const type = (code, address) => cluster.send(0)("POST", at.devicePage, from(address), form(code));

async function request(id = "app_060") {
  const { json, status } = await cluster.post(endpoints(id, { instance: true }).device, client(id));
  assert.equal(status, 200);
  return json;
}

const minute = () => Math.floor(Date.now() / 60_000);

/**
 * Wrong codes are counted by the minute: what was in two of them has shown nothing, and begins anew
 * with the counters.
 *
 * @param {() => Promise<void>} body
 */
async function inOneMinute(body) {
  for (;;) {
    const left = 60_000 - (Date.now() % 60_000);
    if (left < 30_000) await new Promise((resolve) => setTimeout(resolve, left));
    const begun = minute();
    try {
      return await body();
    } catch (error) {
      if (minute() === begun) throw error;
    }
  }
}

/** For one who waits for minutes. */
const PATIENCE = { timeout: 900_000 };

describe("the directory of user codes", () => {
  test("knows the instance's codes, and not those of an application's own page", async () => {
    assert.equal((await cluster.post(endpoints("app_060").device, client("app_060"))).status, 200);
    assert.equal(await cluster.count("USER_CODES"), 0);
    const { user_code, expires_in } = await request();
    const { records, alarm } = await cluster.look(...DIRECTORY);
    assert.equal(records[`code:${user_code}`].application, "app_060");
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

  test("counts wrong codes of an address, and then takes no right one from it", PATIENCE, () =>
    inOneMinute(async () => {
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
    }),
  );

  test("reads a code where its object reads it, however often and in whatever body", PATIENCE, () =>
    inOneMinute(async () => {
      const { user_code } = await request();
      const plain = { "content-type": "text/plain" };
      const multipart = { "content-type": "multipart/form-data; boundary=x" };
      const part = `--x\r\ncontent-disposition: form-data; name="user_code"\r\n\r\n${user_code}\r\n--x--\r\n`;
      // The object answers none of these as a form with a right code, so each is a wrong one.
      const guesses = [
        [`?${form("BCDF-GHJK")}`, form(user_code), plain],
        [`?${form("BCDF-GHJK")}`, part, multipart],
        [`?${form("BCDF-GHJK")}`, JSON.stringify({ user_code }), { "content-type": "application/json" }],
        [`?${form("BCDF-GHJK")}`, form(user_code), { "content-type": "" }],
        [`?${form("BCDF-GHJK")}`, form(user_code), {}],
        [`?${form(user_code)}`, form("BCDF-GHJK"), {}],
        ["", form(user_code, "BCDF-GHJK"), {}],
        ["", form("BCDF-GHJK", user_code), {}],
        ["", `${form(user_code)}&x=%zz`, {}],
        ["", `transaction=x&client_id=app_060&${form("BCDF-GHJK")}`, {}],
      ];
      for (const [query, body, headers] of guesses) {
        const all = { ...from("192.0.2.10"), ...headers };
        const { status } = await cluster.send(1)("POST", `${at.devicePage}${query}`, all, body);
        assert.equal(status, 400, `${query} ${body}`);
      }
      assert.equal((await type(user_code, "192.0.2.10")).status, 429);
      // A code in the query is a code, in the profile that takes it.
      const right = await cluster.send(0)(
        "POST",
        `${at.devicePage}?${form(user_code.toLowerCase())}`,
        { ...from("192.0.2.11"), ...plain },
        form("BCDF-GHJK"),
      );
      assert.deepEqual([right.status, right.headers.get("x-answered-by")], [200, "app_060"]);
    }),
  );

  test("counts a network of IPv6 as one", PATIENCE, () =>
    inOneMinute(async () => {
      const { user_code } = await request();
      for (let i = 0; i < 10; i++) {
        const address = i % 2 ? `2001:db8:0:7::${i}` : `2001:DB8:0000:7:${i}:2:3:4`;
        assert.equal((await type("BCDF-GHJK", address)).status, 400);
      }
      assert.equal((await type(user_code, "2001:db8::7:0:0:0:99")).status, 429);
      assert.equal((await type(user_code, "2001:db8:0:8::1")).status, 200);
    }),
  );

  test("slows all down together (RFC 8628 section 5.1), and locks out nobody who guessed nothing", PATIENCE, () =>
    inOneMinute(async () => {
      const { user_code } = await request();
      const all = (code) => Promise.all(Array.from({ length: 70 }, (_, i) => type(code, `198.51.100.${i}`)));
      for (const { status } of await all("BCDF-GHJK")) assert.equal(status, 400);
      // Nine more would have been left to each.
      for (const { status } of await all(user_code)) assert.equal(status, 429);
      assert.equal((await type(user_code, "203.0.113.1")).status, 200);
      assert.equal((await type("BCDF-GHJK", "203.0.113.1")).status, 400);
      assert.equal((await type(user_code, "203.0.113.1")).status, 429);
    }),
  );

  test("forgets what has expired", async () => {
    await request("app_002");
    const codes = async () => {
      const { records } = await cluster.look(...DIRECTORY);
      return Object.keys(records).filter((key) => key.startsWith("code:"));
    };
    const before = (await codes()).length;
    // More than are read at once.
    await cluster.look(...DIRECTORY, "old?count=2500");
    const begun = Date.now();
    await cluster.look(...DIRECTORY, `alarm?at=${Date.now() + 2500}`);
    const left = await eventually(codes, ({ length }) => length < before);
    assert.equal(left.length, before - 1);
    const { alarm, records } = await cluster.look(...DIRECTORY);
    assert.deepEqual(
      Object.keys(records).filter((key) => key.startsWith("wrong:old")),
      [],
    );
    assert.ok(alarm > begun + 60_000);
  });
});
