import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTestIssuer, startIssuer } from "eiam-token/testing";

const form = (issuer, { clientId, clientSecret } = issuer.clients.machine) =>
  new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret });

/** A token request of the machine, in the process or at the server. */
const ask = (issuer, send = issuer.fetch) =>
  send(issuer.clients.machine.tokenEndpoint, { method: "POST", body: form(issuer) });

describe("next()", () => {
  test("answers in place of the issuer, once, some times or always", async () => {
    const issuer = await createTestIssuer();
    const statuses = async (count) => {
      const found = [];
      for (let each = 0; each < count; each++) found.push((await ask(issuer)).status);
      return found;
    };
    await issuer.next("token").fail(503);
    assert.deepEqual(await statuses(2), [503, 200]);
    await issuer.next("token").times(2).html(502);
    assert.deepEqual(await statuses(3), [502, 502, 200]);
    const id = await issuer.next("token", { client: "machine" }).always().gateway(500);
    assert.deepEqual(await statuses(3), [500, 500, 500]);
    const { used, left } = (await issuer.script.list()).find((fault) => fault.id === id);
    assert.deepEqual({ used, left }, { used: 3, left: "always" });
    await issuer.script.clear(id);
    assert.deepEqual(await statuses(1), [200]);
    await issuer.next("token").always().fail(503);
    await issuer.script.clear();
    assert.deepEqual(await statuses(1), [200]);
    await issuer.next("token").always().fail(503);
    await issuer.reset();
    assert.deepEqual(await statuses(1), [200]);
  });

  test("is for whom it says", async () => {
    const issuer = await createTestIssuer();
    await issuer.next("token", { client: "web" }).fail("slow_down");
    assert.equal((await ask(issuer)).status, 200);
    const body = form(issuer, issuer.clients.web);
    const refused = await issuer.fetch(issuer.clients.web.tokenEndpoint, { method: "POST", body });
    assert.equal((await refused.json()).error, "slow_down");
  });

  test("changes what the issuer answers", async () => {
    const issuer = await createTestIssuer();
    await issuer.next("token").mutate({ merge: { expires_in: "1e400", scope: null }, headers: { "x-fault": "yes" } });
    const response = await ask(issuer);
    assert.equal(response.headers.get("x-fault"), "yes");
    const { expires_in, scope } = await response.json();
    assert.deepEqual({ expires_in, scope }, { expires_in: "1e400", scope: undefined });
  });

  test("refuses what it does not know", async () => {
    const issuer = await createTestIssuer();
    await assert.rejects(issuer.next("nowhere").fail(503), { code: "invalid_argument", argument: "endpoint" });
    await assert.rejects(issuer.next("token").fail(200), { code: "invalid_argument" });
    assert.throws(() => issuer.next("token", { clinet: "x" }), /matcher\.clinet: .* \(did you mean "client"\?\)/);
    await assert.rejects(issuer.script.clear(7), { code: "invalid_argument" });
    assert.throws(() => issuer.next(1), { argument: "endpoint" });
  });
});

for (const [name, open] of [
  ["fetch()", async () => ({ issuer: await createTestIssuer() })],
  [
    "the server",
    async (t) => {
      const issuer = await startIssuer();
      t.after(() => issuer.close());
      return { issuer, send: fetch };
    },
  ],
]) {
  describe(`the connection of ${name}`, () => {
    test("ends before the response, or before its end", async (t) => {
      const { issuer, send } = await open(t);
      await issuer.next("token").drop();
      await assert.rejects(ask(issuer, send), TypeError);
      await issuer.next("token").truncate(20);
      const response = await ask(issuer, send);
      assert.equal(response.status, 200);
      await assert.rejects(response.text(), TypeError);
      assert.equal((await ask(issuer, send)).status, 200);
    });

    test("is late and slow, and brings everything", async (t) => {
      const { issuer, send } = await open(t);
      const start = performance.now();
      await issuer.next("token").delay(30);
      assert.ok((await (await ask(issuer, send)).json()).access_token);
      // Timers may be a millisecond early by this clock.
      assert.ok(performance.now() - start >= 29);
      await issuer.next("token").throttle(1);
      assert.ok((await (await ask(issuer, send)).json()).access_token);
    });

    test("never ends, until the client ends it", async (t) => {
      const { issuer, send } = await open(t);
      await issuer.next("token").endless();
      const reader = (await ask(issuer, send)).body.getReader();
      let octets = 0;
      while (octets < 20_000) octets += (await reader.read()).value.length;
      await reader.cancel();
      assert.equal((await ask(issuer, send)).status, 200);
    });
  });
}

describe("the journal", () => {
  test("says by which rule a request was refused, and what would have been right", async () => {
    const issuer = await createTestIssuer();
    await ask(issuer);
    const { clientId } = issuer.clients.machine;
    const wrong = form(issuer, { clientId, clientSecret: "wrong-secret" });
    await issuer.fetch(issuer.clients.machine.tokenEndpoint, { method: "POST", body: wrong });
    const refused = await issuer.journal.last("token");
    assert.equal(refused.decision, "refused");
    assert.equal(refused.client, "machine");
    assert.equal(refused.error, "invalid_client");
    for (const text of [refused.rule, refused.section, refused.right]) assert.match(text, /\w/);
    assert.doesNotMatch(JSON.stringify(refused), /wrong-secret/);
    assert.equal((await issuer.journal.expect({ endpoint: "token", decision: "granted" })).status, 200);
    assert.equal(await issuer.journal.last("userinfo"), undefined);
    await assert.rejects(issuer.journal.expect("userinfo"), /the last were: token 200; token 401 \w+$/);
    await issuer.journal.clear();
    assert.deepEqual(await issuer.journal.entries(), []);
  });

  test("waits for a request", async () => {
    const issuer = await createTestIssuer();
    await ask(issuer);
    const coming = issuer.journal.waitFor({ endpoint: "token", status: 503 });
    await issuer.next("token").fail(503);
    await ask(issuer);
    assert.equal((await coming).decision, "scripted");
    await assert.rejects(issuer.journal.waitFor("userinfo", { timeout: 0 }), (error) => {
      assert.equal(error.code, "timeout");
      return /the last were: token 200; token 503$/.test(error.message);
    });
    await assert.rejects(issuer.journal.waitFor("userinfo", { timeout: "soon" }), { argument: "timeout" });
  });

  test("waits also through a reset, after which the numbers begin anew", async () => {
    const issuer = await createTestIssuer();
    for (let i = 0; i < 3; i++) await ask(issuer);
    const coming = issuer.journal.waitFor("token");
    // It has begun to wait when this is answered.
    await issuer.journal.entries();
    await issuer.reset();
    await ask(issuer);
    assert.equal((await coming).sequence, 1);
  });
});

test("the journal refuses a matcher that no request could ever fit", async () => {
  const issuer = await createTestIssuer();
  await ask(issuer);
  for (const [matcher, argument, problem] of [
    [{ endpont: "token" }, "matcher.endpont", /did you mean "endpoint"/],
    [{ headers: "x" }, "matcher.headers", /there is no such key/],
    [{ status: "200" }, "matcher.status", /expected a number/],
    [{ client: 7 }, "matcher.client", /expected a text/],
    [{ error: undefined }, "matcher.error", /expected a text/],
    [{ endpoint: "token", user: null }, "matcher.user", /expected a text/],
    [{ status: 999 }, "matcher.status", /expected a number as entries have it/],
    [{ method: "post" }, "matcher.method", /expected a text as entries have it/],
    [{ path: "token" }, "matcher.path", /expected a text as entries have it/],
    [7, "matcher", /expected an object/],
    [null, "matcher", /expected an object/],
    ["tokne", "endpoint", /`endpoint` must be one of authorize, /],
    [{ decision: "refuse" }, "decision", /`decision` must be one of granted/],
    [{ rule: "code_spend" }, "rule", /`rule` must be the name of a rule/],
  ]) {
    for (const look of ["entries", "last", "expect", "waitFor"]) {
      await assert.rejects(issuer.journal[look](matcher), (error) => {
        assert.deepEqual([error.code, error.argument], ["invalid_argument", argument], error.message);
        return problem.test(error.message);
      });
    }
  }
  const { because } = await (async () => {
    await issuer.fetch(issuer.clients.web.userinfoEndpoint, { headers: { authorization: "Bearer ATx" } });
    return issuer.journal.expect({ rule: "token_invalid" });
  })();
  assert.match(because, /has not made it/);
});

test("hostile: the issuer misbehaves by name, and behaves again", async () => {
  const issuer = await createTestIssuer();
  const cases = await issuer.hostile.cases();
  assert.ok(cases.length >= 60);
  for (const { name, change, expect, section } of cases)
    for (const text of [name, change, expect, section]) assert.ok(text);
  const header = async () => {
    const { id_token } = await issuer.tokens({ user: "alice", client: "web" });
    return JSON.parse(Buffer.from(id_token.split(".")[0], "base64url"));
  };
  await issuer.hostile.be("alg_none");
  assert.equal((await header()).alg, "none");
  assert.ok((await issuer.hostile.cases()).find(({ name }) => name === "alg_none").left);
  await issuer.hostile.end();
  assert.equal((await header()).alg, "RS256");
  await assert.rejects(issuer.hostile.be("nice"), { code: "invalid_argument", argument: "name" });
  await assert.rejects(issuer.hostile.be("alg_nome"), /"alg_nome" \(did you mean "alg_none"\?\)/);
});

test("expire() ends one token or code", async () => {
  const issuer = await createTestIssuer();
  const { access_token, refresh_token, id_token } = await issuer.tokens({ user: "alice", client: "web" });
  const { introspectionEndpoint, clientId, clientSecret } = issuer.clients.web;
  const isActive = async (token) => {
    const body = new URLSearchParams({ token, client_id: clientId, client_secret: clientSecret });
    return (await (await issuer.fetch(introspectionEndpoint, { method: "POST", body })).json()).active;
  };
  await issuer.expire(access_token);
  assert.equal(await isActive(access_token), false);
  assert.equal(await isActive(refresh_token), true);
  await assert.rejects(issuer.expire("nothing"), { code: "invalid_argument", argument: "token" });
  await assert.rejects(issuer.expire(id_token), /id_token/);

  const asks = async (client, form) => {
    const body = new URLSearchParams({ client_id: client.clientId, client_secret: client.clientSecret ?? "", ...form });
    if (client.clientSecret === undefined) body.delete("client_secret");
    return (await issuer.fetch(client.tokenEndpoint, { method: "POST", body })).json();
  };
  await issuer.expire(refresh_token);
  const refreshed = await asks(issuer.clients.web, { grant_type: "refresh_token", refresh_token });
  assert.match(refreshed.error_description, /expired/);

  const { device, spa } = issuer.clients;
  const asked = new URLSearchParams({ client_id: "device", scope: "openid" });
  const started = await issuer.fetch(device.deviceAuthorizationEndpoint, { method: "POST", body: asked });
  const { device_code } = await started.json();
  await issuer.expire(device_code);
  const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
  assert.equal((await asks(device, { grant_type, device_code })).error, "expired_token");

  issuer.automatic({ autoSignIn: "alice", autoConsent: true });
  const redirect_uri = "http://127.0.0.1:9999/cb";
  const query = new URLSearchParams({
    response_type: "code",
    client_id: "spa",
    redirect_uri,
    scope: "openid",
    // RFC 7636 appendix B.
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  const answer = await issuer.fetch(`${spa.authorizationEndpoint}?${query}`);
  const code = new URL(answer.headers.get("location")).searchParams.get("code");
  await issuer.expire(code);
  const code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const exchanged = await asks(spa, { grant_type: "authorization_code", code, redirect_uri, code_verifier });
  assert.equal(exchanged.error, "invalid_grant");
  assert.match(exchanged.error_description, /expired/);
});

describe("control over HTTP", () => {
  const health = (issuer, headers = {}) => fetch(`${issuer.url}/_control/clock`, { headers });

  test("is there for who has the token, if it is wanted", async (t) => {
    const issuer = await startIssuer({ control: true });
    t.after(() => issuer.close());
    assert.equal((await health(issuer)).status, 401);
    assert.equal((await health(issuer, { authorization: "Bearer wrong" })).status, 401);
    const authorization = `Bearer ${issuer.controlToken}`;
    assert.equal((await health(issuer, { authorization })).status, 200);
    const body = JSON.stringify({ advance: "20m" });
    const headers = { authorization, "content-type": "application/json" };
    const { access_token } = await issuer.tokens({ client: "machine" });
    assert.equal((await fetch(`${issuer.url}/_control/clock`, { method: "POST", headers, body })).status, 200);
    const { introspectionEndpoint } = issuer.clients.machine;
    const introspected = await fetch(introspectionEndpoint, {
      method: "POST",
      body: new URLSearchParams({ ...Object.fromEntries(form(issuer)), token: access_token }),
    });
    assert.equal((await introspected.json()).active, false);
  });

  test("is hidden otherwise", async (t) => {
    const issuer = await startIssuer();
    t.after(() => issuer.close());
    assert.equal((await health(issuer)).status, 404);
    await assert.rejects(startIssuer({ control: "yes" }), { argument: "options.control" });
  });
});
