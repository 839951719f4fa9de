// Requests that reach two isolates at the same time, and what an isolate answers by itself.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import {
  BASE,
  client,
  endpoints,
  getCode,
  passwordForm,
  printed,
  proofKey,
  refreshForm,
  startCluster,
} from "../lib/cluster.mjs";

const cluster = await startCluster();
after(() => cluster.stop());

const PARALLEL = 40;
const WHOAMI = `${BASE}/api/whoami`;
const bearer = (token) => ({ authorization: `Bearer ${token}` });

/** Sends the same to both Workers, many times at once. */
async function race(url, form) {
  const posts = [cluster.postTo(0), cluster.postTo(1)];
  const all = await Promise.all(Array.from({ length: PARALLEL }, (_, i) => posts[i % 2](url, form)));
  const [winners, losers] = [true, false].map((won) => all.filter(({ status }) => (status === 200) === won));
  return { winners, losers };
}

async function tokens(id, at = endpoints(id)) {
  const { status, json, text } = await cluster.post(at.token, passwordForm(id));
  assert.equal(status, 200, text);
  return json;
}

const requests = async (id) => (await cluster.look("APPLICATIONS", id)).requests;

// First, while there is no object yet.
describe("without any object", () => {
  const send = (method, url, headers = {}, body = undefined) =>
    Promise.all([0, 1].map((place) => cluster.send(place)(method, url, headers, body)));
  const form = { "content-type": "application/x-www-form-urlencoded" };

  test("metadata, keys and preflights", async () => {
    const { json } = await cluster.post(endpoints("app_nobody").token, { grant_type: "password" });
    assert.equal(json.error, "application_not_found");
    for (const instance of [false, true]) {
      const at = endpoints("app_003", { instance });
      for (const { status, text } of await send("GET", at.discovery)) {
        assert.equal(status, 200);
        assert.equal(JSON.parse(text).jwks_uri, at.jwks);
      }
      const keys = await send("GET", at.jwks);
      assert.equal(keys[0].text, keys[1].text);
      assert.equal(JSON.parse(keys[0].text).keys.length, 1);
      for (const { status, headers } of await send("OPTIONS", at.token, { origin: "https://app.example" })) {
        assert.equal(status, 204);
        assert.equal(headers.get("access-control-allow-origin"), "https://app.example");
      }
    }
  });

  test("applications that nobody knows, and requests that name none", async () => {
    for (const [url, body] of [
      [endpoints("app_nobody").token, "grant_type=client_credentials&client_id=app_nobody"],
      [endpoints("", { instance: true }).token, "grant_type=client_credentials&client_id=app_nobody"],
      [endpoints("", { instance: true }).token, "grant_type=authorization_code&code=COxxx"],
      [`${BASE}/nowhere`, ""],
    ]) {
      for (const { status, text } of await send("POST", url, form, body)) {
        assert.ok(status >= 400 && status < 500, `${url}: ${status}`);
        assert.doesNotThrow(() => JSON.parse(text));
      }
    }
    const at = endpoints("app_nobody");
    for (const { status, text } of await send("GET", `${at.authorize}?client_id=app_nobody`)) {
      assert.equal(status, 404);
      assert.match(text, /^<!doctype html>/i);
    }
  });

  test("tokens that do not open", async () => {
    for (const instance of [false, true]) {
      const at = endpoints("app_003", { instance });
      for (const { status, text } of await send("GET", at.userinfo, bearer("ATnonsense"))) {
        assert.equal(status, 400);
        assert.equal(JSON.parse(text).error, "invalid_token");
      }
    }
    for (const { status, headers } of await send("GET", WHOAMI, bearer("ATnonsense"))) {
      assert.equal(status, 401);
      assert.match(headers.get("www-authenticate"), /^Bearer error="invalid_token"$/);
    }
  });

  test("there is none now", async () => {
    assert.equal(await cluster.count("APPLICATIONS"), 0);
    assert.equal(await cluster.count("USER_CODES"), 0);
  });
});

describe("two isolates", () => {
  test("refuse a body that is too long", async () => {
    const form = { grant_type: "password", username: "a".padEnd(200_000, "b") };
    for (const instance of [false, true]) {
      const at = endpoints("app_003", { instance });
      const { status, json } = await cluster.postTo(1)(at.token, { ...form, ...client("app_003") });
      assert.equal(status, 413);
      assert.equal(json.error, "invalid_request");
    }
  });

  test("a new object that many requests reach at once has one issuer", async () => {
    const form = { grant_type: "client_credentials", scope: "api://api.example.com|read", ...client("app_010") };
    const { winners } = await race(endpoints("app_010").token, form);
    assert.equal(winners.length, PARALLEL);
  });

  test(`${PARALLEL} redemptions of one code: one token`, async () => {
    for (const instance of [false, true]) {
      const at = endpoints("app_011", { instance });
      const { winners, losers } = await race(at.token, await getCode(cluster.browser(), "app_011", at));
      assert.equal(winners.length, 1);
      for (const { status, json } of losers) assert.deepEqual([status, json.error], [400, "invalid_grant"]);
    }
  });

  test(`${PARALLEL} uses of one refresh token: one token`, async () => {
    const at = endpoints("app_011");
    const { winners, losers } = await race(at.token, refreshForm("app_011", await tokens("app_011")));
    assert.equal(winners.length, 1);
    for (const { json } of losers) assert.equal(json.error, "invalid_grant");
  });

  test("where a client may retry, all get tokens of one generation, which works once", async () => {
    const at = endpoints("app_001");
    const first = await tokens("app_001");
    const { winners } = await race(at.token, refreshForm("app_001", first));
    assert.equal(winners.length, PARALLEL);
    const next = await cluster.post(at.token, refreshForm("app_001", winners[0].json));
    assert.equal(next.status, 200);
    const third = await cluster.post(at.token, refreshForm("app_001", next.json));
    assert.equal(third.status, 200);
    // Two generations ago: too old for a retry.
    assert.equal((await cluster.post(at.token, refreshForm("app_001", first))).json.error, "invalid_grant");
  });
});

describe("an isolate alone", () => {
  test("checks an access token without its object", async () => {
    const { access_token } = await tokens("app_020");
    const before = await requests("app_020");
    for (const place of [0, 1]) {
      const { status, text } = await cluster.send(place)("GET", WHOAMI, bearer(access_token));
      assert.equal(status, 200);
      const { clientId, subject, scope, expiresAt } = JSON.parse(text);
      assert.deepEqual([clientId, subject, scope], ["app_020", "user_alice", "openid"]);
      assert.ok(expiresAt > Date.now() / 1000);
      await cluster.send(place)("GET", endpoints("app_020").discovery, {});
      await cluster.send(place)("GET", endpoints("app_020").jwks, {});
      await cluster.send(place)("GET", endpoints("app_020").userinfo, bearer(`${access_token}x`));
    }
    assert.equal(await requests("app_020"), before);
  });

  test("takes a revoked token until it expires; the object does not", async () => {
    const at = endpoints("app_020");
    const { access_token } = await tokens("app_020");
    await cluster.send(1)(
      "POST",
      at.revoke,
      { "content-type": "application/x-www-form-urlencoded" },
      new URLSearchParams({ token: access_token, ...client("app_020") }).toString(),
    );
    assert.equal((await cluster.send(0)("GET", WHOAMI, bearer(access_token))).status, 200);
    const { status, text } = await cluster.send(0)("GET", at.userinfo, bearer(access_token));
    assert.deepEqual([status, JSON.parse(text).error], [400, "invalid_token"]);
    const { json } = await cluster.post(at.introspect, { token: access_token, ...client("app_020") });
    assert.deepEqual(json, { active: false });
  });

  test("refuses what has expired without its object", async () => {
    const at = endpoints("app_002");
    // Whether it lived when it came is not asked: on a busy machine its two seconds may be over.
    const { access_token } = await tokens("app_002");
    const body = { token: access_token, ...client("app_002") };
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const before = await requests("app_002");
    assert.equal((await cluster.send(1)("GET", WHOAMI, bearer(access_token))).status, 401);
    assert.equal((await cluster.send(1)("GET", at.userinfo, bearer(access_token))).status, 400);
    assert.equal(await requests("app_002"), before);
    assert.deepEqual((await cluster.post(at.introspect, body)).json, { active: false });
    assert.equal(await requests("app_002"), before + 1);
  });

  test("does not take a JWT, whose signature nobody would verify", async () => {
    const form = { grant_type: "client_credentials", scope: "api://api.example.com|read", ...client("app_022") };
    // EIAM: machine tokens of the instance are JWTs.
    const { json } = await cluster.post(endpoints("app_022", { instance: true }).token, form);
    assert.match(json.access_token, /^ey/);
    const [header, payload] = json.access_token.split(".");
    for (const token of [json.access_token, `${header}.${payload}.AAAA`]) {
      assert.equal((await cluster.send(0)("GET", WHOAMI, bearer(token))).status, 401);
    }
  });

  test("does not take a token that is bound to a key (RFC 9449)", async () => {
    const at = endpoints("app_021");
    const proof = await (await proofKey())("POST", at.token);
    const { text } = await cluster.send(0)(
      "POST",
      at.token,
      { "content-type": "application/x-www-form-urlencoded", dpop: proof },
      new URLSearchParams(passwordForm("app_021")).toString(),
    );
    const { token_type, access_token } = JSON.parse(text);
    assert.equal(token_type, "DPoP");
    for (const scheme of ["Bearer", "DPoP"]) {
      const headers = { authorization: `${scheme} ${access_token}` };
      assert.equal((await cluster.send(0)("GET", WHOAMI, headers)).status, 401);
    }
  });
});

describe("an object that fails", () => {
  const SECRET = "CSsecretOfTheMessage";
  test("is a refusal in JSON or a page, and says nothing of why", async () => {
    const at = endpoints("app_030");
    await cluster.look("APPLICATIONS", "app_030", `fail?message=${SECRET}`);
    const { status, json, text } = await cluster.post(at.token, passwordForm("app_030"));
    assert.deepEqual([status, json.error], [500, "server_error"]);
    const page = await cluster.send(0)("GET", `${at.authorize}?client_id=app_030`, {});
    assert.equal(page.status, 500);
    assert.match(page.text, /^<!doctype html>/);
    assert.match(page.headers.get("content-security-policy"), /default-src 'none'/);
    for (const shown of [text, page.text]) assert.ok(!shown.includes(SECRET));
  });

  test("comes back when it was evicted", async () => {
    await cluster.evict("APPLICATIONS", "app_030");
    assert.ok(await tokens("app_030"));
  });

  test("nothing that was printed holds a secret", async () => {
    const all = printed.join("");
    assert.match(all, /POST \/v2\/idaas_example\/app_030\/oauth2\/token: Error/);
    for (const secret of ["CSsecretOfapp", "alice-password", "c2VhbGluZy1r", '"d":', "grant_type"]) {
      assert.ok(!all.includes(secret), secret);
    }
  });
});
