// 100 applications, each in an object of its own: every flow, before and after its object was gone.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { COUNT } from "../app/config.js";
import { client, endpoints, getCode, refreshForm, signIn, startCluster } from "../lib/cluster.mjs";

const ALL = Array.from({ length: COUNT }, (_, i) => `app_${String(i).padStart(3, "0")}`);
const SAMPLE = ["app_000", "app_017", "app_042", "app_099"];
const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

const persist = mkdtempSync(join(tmpdir(), "eiam-token-objects-"));
let cluster = await startCluster({ persist });
after(async () => {
  await cluster.stop();
  rmSync(persist, { recursive: true, force: true, maxRetries: 5 });
});

async function succeed(url, form) {
  const { status, json, text } = await cluster.post(url, form);
  assert.equal(status, 200, text);
  return json;
}

async function userinfo(at, token) {
  return cluster.send(1)("GET", at.userinfo, { authorization: `Bearer ${token}` });
}

async function deviceTokens(id, at) {
  const device = await succeed(at.device, { ...client(id), scope: at.scope });
  const browser = cluster.browser(1);
  const page = await browser.open(at.devicePage);
  const entered = await browser.submit(page, { user_code: device.user_code.toLowerCase() });
  const asked = await signIn(browser, entered);
  assert.match((await browser.submit(asked, {}, "allow")).text, /device/i);
  return succeed(at.token, { grant_type: DEVICE, device_code: device.device_code, ...client(id) });
}

/** What is to be as it was when the object comes back. */
const kept = /** @type {Record<string, any>} */ ({});

describe("100 applications", () => {
  test("each gets a token, from an object of its own", async () => {
    await Promise.all(
      ALL.map(async (id) => {
        const form = { grant_type: "client_credentials", scope: "api://api.example.com|read", ...client(id) };
        const { access_token } = await succeed(endpoints(id).token, form);
        assert.ok(access_token);
      }),
    );
    // Two share one.
    assert.equal(await cluster.count("APPLICATIONS"), COUNT - 1);
  });

  for (const id of SAMPLE) {
    for (const instance of [false, true]) {
      test(`${id}, ${instance ? "at the instance's server" : "at its own"}: every flow`, async () => {
        const at = endpoints(id, { instance });
        const used = await getCode(cluster.browser(1), id, at);
        const first = await succeed(at.token, used);
        assert.equal((await userinfo(at, first.access_token)).status, 200);
        const second = await succeed(at.token, refreshForm(id, first));
        const device = await deviceTokens(id, at);
        assert.equal((await userinfo(at, device.access_token)).status, 200);

        const revoked = await succeed(at.token, await getCode(cluster.browser(), id, at));
        await cluster.send(1)(
          "POST",
          at.revoke,
          { "content-type": "application/x-www-form-urlencoded" },
          new URLSearchParams({ token: revoked.access_token, ...client(id) }).toString(),
        );
        const ended = await getCode(cluster.browser(), id, at);
        await succeed(at.token, ended);
        const jwks = (await cluster.send(1)("GET", at.jwks, {})).text;
        kept[`${id} ${instance}`] = { id, at, live: [second, device], revoked, used: ended, jwks };
      });
    }
  }

  for (const [how, remove] of [
    ["evicted", (id) => cluster.evict("APPLICATIONS", id)],
    ["aborted", (id) => cluster.look("APPLICATIONS", id, "abort").catch(() => undefined)],
    [
      "gone with all of the runtime",
      async (id) => {
        if (id !== SAMPLE[0]) return;
        await cluster.stop();
        cluster = await startCluster({ persist });
      },
    ],
  ]) {
    describe(`an object that was ${how}`, () => {
      before(async () => {
        for (const id of SAMPLE) await remove(id);
      });

      test("knows what lives, what was revoked, and its key", async () => {
        for (const one of Object.values(kept)) {
          one.live = await Promise.all(one.live.map((tokens) => succeed(one.at.token, refreshForm(one.id, tokens))));
          assert.equal((await userinfo(one.at, one.live[0].access_token)).status, 200);
          const refused = await userinfo(one.at, one.revoked.access_token);
          assert.match(refused.text, /invalid_token/);
          assert.equal((await cluster.send(0)("GET", one.at.jwks, {})).text, one.jwks);
        }
      });
    });
  }

  test("codes that were used stay used after all of that", async () => {
    for (const { at, used } of Object.values(kept)) {
      const { status, json } = await cluster.post(at.token, used);
      assert.deepEqual([status, json.error], [400, "invalid_grant"]);
    }
  });

  test("a session ends at its object: another application asks for the password again", async () => {
    const browser = cluster.browser();
    await getCode(browser, SAMPLE[0], endpoints(SAMPLE[0]));
    await getCode(browser, SAMPLE[1], endpoints(SAMPLE[1]));
    const sessions = [...browser.cookies.keys()].filter((name) => name.includes("eiam_session"));
    assert.deepEqual(
      sessions.sort(),
      SAMPLE.slice(0, 2).map((id) => `__Host-eiam_session-${id}`),
    );
  });

  test("applications that share an object share the session, and not their codes", async () => {
    const browser = cluster.browser();
    const first = await getCode(browser, "app_080", endpoints("app_080"));
    await assert.rejects(getCode(browser, "app_082", endpoints("app_082"), { signsIn: false }), /no code/);
    const second = await getCode(browser, "app_081", endpoints("app_081"), { signsIn: false });
    const stolen = { ...second, code: first.code };
    const { json } = await cluster.post(endpoints("app_081").token, stolen);
    assert.equal(json.error, "invalid_grant");
    await succeed(endpoints("app_081").token, second);
  });
});
