// What is given to a test issuer: what is wrong is said, and nothing is taken silently.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTestIssuer, startIssuer } from "eiam-token/testing";

const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

const post = async (issuer, url, form) => {
  const response = await issuer.fetch(url, { method: "POST", body: new URLSearchParams(form) });
  return { status: response.status, ...(await response.json()) };
};

/** A token request of the machine. */
const ask = (issuer, send = issuer.fetch) => {
  const { clientId: client_id, clientSecret: client_secret, tokenEndpoint } = issuer.clients.machine;
  const form = { grant_type: "client_credentials", client_id, client_secret };
  return send(tokenEndpoint, { method: "POST", body: new URLSearchParams(form) });
};

const wrong = async (argument, work) => {
  await assert.rejects(
    async () => work(),
    (error) => {
      assert.deepEqual([error.code, error.argument], ["invalid_argument", argument], `${error}`);
      return true;
    },
  );
};

describe("options", () => {
  test("that are misspelled or no object are refused by every method", async () => {
    const issuer = await createTestIssuer();
    const { user_code } = await post(issuer, issuer.clients.device.deviceAuthorizationEndpoint, {
      client_id: "device",
      scope: "openid",
    });
    for (const given of [null, 5, "web", [], { nothing: 1 }]) {
      const isName = given?.nothing === 1;
      const [options, matcher, changes] = ["options", "matcher", "changes"].map((it) =>
        isName ? `${it}.nothing` : it,
      );
      await wrong(options, () => issuer.signIn("alice", given));
      await wrong(options, () => issuer.approve(user_code, given));
      await wrong(options, () => issuer.journal.waitFor("token", given));
      await wrong(options, () => issuer.hostile.be("alg_none", given));
      await wrong(options, () => issuer.automatic(given));
      await wrong(options, () => issuer.answer({}, {}, given));
      await wrong(matcher, () => issuer.next("token", given).fail(503));
      await wrong(changes, () => issuer.next("token").mutate(given));
      await wrong(isName ? "request.nothing" : "request", () => issuer.tokens(given));
      await wrong(isName ? "user.nothing" : "user", () => issuer.setUser("x", given));
      if (!isName) await wrong("application", () => issuer.setApplication(given));
    }
    await assert.rejects(issuer.approve(user_code, { denny: true }), /did you mean "deny"/);
    await assert.rejects(issuer.signIn("alice", { clent: "web" }), /did you mean "client"/);
    await assert.rejects(issuer.journal.waitFor("token", { timeot: 1 }), /did you mean "timeout"/);
    await assert.rejects(issuer.hostile.be("alg_none", { time: 2 }), /did you mean "times"/);
    await wrong("options.deny", () => issuer.approve(user_code, { deny: "no" }));
    // Nobody has answered the device.
    const polled = await post(issuer, issuer.clients.device.tokenEndpoint, {
      grant_type: DEVICE,
      client_id: "device",
      device_code: "x",
    });
    assert.notEqual(polled.status, 200);
    assert.deepEqual(await issuer.script.list(), []);
  });

  test("and names of another kind are refused in words", async () => {
    const issuer = await createTestIssuer();
    await wrong("username", () => issuer.setUser());
    await wrong("user.claims", () => issuer.setUser("x", { claims: 5 }));
    await wrong("config.users.x.claims", () => createTestIssuer({ config: { users: { x: { claims: 5 } } } }));
    await wrong("userId", () => issuer.removeUser(5));
    await wrong("applicationId", () => issuer.removeApplication());
    await wrong("user", () => issuer.signIn());
    await wrong("userCode", () => issuer.approve());
    await wrong("client", () => issuer.signIn("alice", { client: "device" }));
    await wrong("client", () => issuer.signIn("alice", { client: null }));
    const machines = await createTestIssuer({ config: { clients: { m: { grants: ["client_credentials"] } } } });
    await assert.rejects(machines.signIn("alice"), /client: m has no authorization_code for a user to sign in/);
    for (const [name, value] of Object.entries({ scope: ["openid"], nonce: 5, resource: 5, instance: "yes" })) {
      await wrong(`request.${name}`, () => issuer.tokens({ user: "alice", [name]: value }));
    }
  });

  test("of requests are refused in words", async () => {
    const issuer = await createTestIssuer();
    const url = issuer.clients.web.jwksUri;
    for (const request of [undefined, null, 5, {}, { url: 5 }, { method: "GET", url, headers: 5 }]) {
      await assert.rejects(issuer.handle(request), { code: "invalid_argument" });
    }
    for (const part of [{ headers: null }, { headers: ["x"] }, { body: 5 }, { body: null }, { body: {} }]) {
      await assert.rejects(issuer.handle({ method: "POST", url, ...part }), { code: "invalid_argument" });
    }
    await assert.rejects(issuer.handle({ method: "GET", url }, null), { code: "invalid_argument" });
    await wrong("options.surce", () => issuer.handle({ method: "GET", url }, { surce: "::1" }));
    const fields = new Map([["accept", "*/*"]]).entries();
    assert.equal((await issuer.handle({ method: "GET", url, headers: fields })).status, 200);
  });
});

describe("the origin of a request", () => {
  test("is the issuer's, or the request is refused", async () => {
    const issuer = await createTestIssuer();
    const path = new URL(issuer.instance.jwksUri).pathname;
    for (const origin of ["https://example.com", "http://issuer.test", "https://issuer.test:8443"]) {
      for (const send of [issuer.fetch, (url) => issuer.handle({ method: "GET", url })]) {
        await assert.rejects(send(origin + path), {
          code: "invalid_argument",
          argument: "url",
          message: `url: this issuer is at https://issuer.test, and the request is for ${origin}`,
        });
      }
    }
    const fork = await issuer.fork();
    await wrong("url", () => fork.fetch(`https://example.com${path}`));
    for (const url of [`https://issuer.test:443${path}`, path]) {
      assert.equal((await fork.handle({ method: "GET", url })).status, 200, url);
    }
    const { journal } = issuer;
    assert.deepEqual(await journal.entries(), []);
  });

  test("may have every name of this machine, and any where the request says it", async (t) => {
    const served = await startIssuer();
    t.after(() => served.close());
    const url = new URL(served.instance.jwksUri);
    for (const send of [fetch, served.fetch]) {
      for (const hostname of ["localhost", "127.0.0.1"]) {
        assert.equal((await send(`http://${hostname}:${url.port}${url.pathname}`)).status, 200, hostname);
      }
    }
    await wrong("url", () => served.fetch(`http://localhost:1${url.pathname}`));
    const config = { baseUrl: "request", allowedHosts: ["one.example", "other.example"] };
    const issuer = await createTestIssuer({ config });
    const { pathname } = new URL(issuer.instance.jwksUri);
    for (const host of config.allowedHosts) {
      assert.equal((await issuer.fetch(`https://${host}${pathname}`)).status, 200, host);
    }
  });
});

test("a request that is aborted already is not sent", async () => {
  const issuer = await createTestIssuer();
  const reason = new Error("not wanted");
  await assert.rejects(issuer.fetch(issuer.instance.jwksUri, { signal: AbortSignal.abort(reason) }), reason);
  await assert.rejects(issuer.fetch(issuer.instance.jwksUri, { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.deepEqual(await issuer.journal.entries(), []);
});

test("a client that is added can be used as those of the start", async () => {
  const issuer = await createTestIssuer();
  await issuer.next("discovery").always().fail(503);
  await issuer.hostile.be("metadata_no_json");
  const grants = ["authorization_code", "refresh_token", DEVICE];
  const added = { applicationId: "kiosk", redirectUris: ["http://localhost/cb"], public: true, grants };
  const client = await issuer.setApplication({ ...added, scopes: ["openid"] });
  await issuer.hostile.end();
  assert.deepEqual([client.clientId, client.clientSecret], ["kiosk", undefined]);
  assert.equal(client.tokenEndpoint, issuer.clients.spa.tokenEndpoint.replace("spa", "kiosk"));
  const { id_token } = await issuer.tokens({ client: "kiosk", user: "bob" });
  assert.equal(JSON.parse(Buffer.from(id_token.split(".")[1], "base64url")).aud, "kiosk");
  assert.ok((await issuer.signIn("alice", { client: "kiosk" })).length > 0);
  const started = await post(issuer, client.deviceAuthorizationEndpoint, { client_id: "kiosk", scope: "openid" });
  await issuer.approve(started.user_code);
  assert.equal((await issuer.journal.entries("discovery")).length, 0);
  assert.equal((await issuer.script.list())[0].used, 0);
  const fork = await issuer.fork();
  assert.ok((await fork.tokens({ client: "kiosk", user: "bob" })).id_token);
  await issuer.setApplication({ ...added, disabled: true });
  await assert.rejects(issuer.tokens({ client: "kiosk", user: "bob" }));
  await issuer.removeApplication("kiosk");
  await wrong("client", () => issuer.tokens({ client: "kiosk", user: "bob" }));
  await issuer.setApplication(added);
  await issuer.reset();
  await wrong("client", () => issuer.tokens({ client: "kiosk", user: "bob" }));
  await fork.reset();
  assert.ok((await fork.tokens({ client: "kiosk", user: "bob" })).id_token);
});

describe("the journal", () => {
  test("is empty at the start, as after reset()", async (t) => {
    const issuer = await startIssuer();
    t.after(() => issuer.close());
    assert.deepEqual(await issuer.journal.entries(), []);
    await ask(issuer);
    const { sequence } = await issuer.journal.last();
    assert.equal(sequence, 1);
  });

  test("is waited for over reset(), and for as long as no timer lasts", async () => {
    const issuer = await createTestIssuer();
    await ask(issuer);
    const waiting = issuer.journal.waitFor({ endpoint: "token", status: 200 }, { timeout: "30d" });
    // It has read the journal once it has a timer.
    await new Promise((resolve) => setTimeout(resolve, 30));
    await issuer.reset();
    await ask(issuer);
    assert.equal((await waiting).sequence, 1);
  });
});

test("without the option control, nobody is answered at /_control", async (t) => {
  const issuer = await startIssuer();
  t.after(() => issuer.close());
  assert.equal(issuer.controlToken, "");
  for (const send of [fetch, issuer.fetch, (await issuer.fork()).fetch]) {
    for (const token of [issuer.controlToken, "undefined", "x"]) {
      const headers = { authorization: `Bearer ${token}` };
      for (const path of ["clock", "journal", "faults"]) {
        assert.equal((await send(`${issuer.url}/_control/${path}`, { headers })).status, 404, path);
      }
    }
  }
  await issuer.next("jwks").fail(503);
  assert.equal((await fetch(issuer.instance.jwksUri)).status, 503);
});

describe("faults", () => {
  test("of the connection fail the issuer's own acts", async () => {
    const issuer = await createTestIssuer();
    for (const [fault, ...more] of [["drop"], ["truncate", 5], ["endless"]]) {
      await issuer.next("token")[fault](...more);
      await assert.rejects(issuer.tokens({ client: "machine" }), (error) => {
        assert.equal(error.code, "network_error");
        return error.message.startsWith("POST /") && error.message.includes(`(${fault})`);
      });
      await issuer.next("login")[fault](...more);
      await assert.rejects(issuer.signIn("alice"), { code: "network_error" });
      await issuer.script.clear();
    }
    assert.ok((await issuer.tokens({ client: "machine" })).access_token);
    // What is slow is waited for.
    for (const fault of ["delay", "throttle"]) {
      await issuer.next("token")[fault](20);
      const start = performance.now();
      assert.ok((await issuer.tokens({ client: "machine" })).access_token);
      // Timers may be a millisecond early by this clock.
      assert.ok(performance.now() - start > 18, fault);
      assert.ok((await issuer.script.list()).every(({ left }) => left === 0));
    }
  });

  test("of pages that nobody sees are met by who asks", async () => {
    const issuer = await createTestIssuer({ autoSignIn: "alice" });
    const { authorizationEndpoint } = issuer.clients.web;
    const challenge = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
    const asked = { client_id: "web", response_type: "code", redirect_uri: "http://localhost/cb", scope: "openid" };
    const query = { ...asked, ...challenge };
    const url = `${authorizationEndpoint}?${new URLSearchParams(query)}`;
    for (const endpoint of ["authorize", "login"]) {
      await issuer.next(endpoint).drop();
      await assert.rejects(issuer.fetch(url), TypeError, endpoint);
      assert.match((await issuer.fetch(url)).headers.get("location"), /code=/);
    }
  });

  test("are none with an error code that does not exist", async () => {
    const issuer = await createTestIssuer();
    await assert.rejects(issuer.next("token").fail("slowdown"), /"slowdown" \(did you mean "slow_down"\?\)/);
    for (const what of ["nope", "503", "", null, undefined, {}]) {
      await wrong("what", () => issuer.next("token").fail(what));
    }
    for (const number of [10n, Infinity, NaN]) {
      await assert.rejects(issuer.next("token").mutate({ merge: { expires_in: number } }), {
        code: "invalid_argument",
        argument: "expires_in",
      });
    }
    assert.deepEqual(await issuer.script.list(), []);
  });

  test("change bodies by functions of this process", async (t) => {
    const issuer = await startIssuer();
    t.after(() => issuer.close());
    const id = await issuer
      .next("token")
      .times(3)
      .mutate((body) => ({ ...body, expires_in: "soon" }));
    for (const send of [fetch, issuer.fetch]) {
      const response = await ask(issuer, send);
      assert.equal(response.headers.get("mutated-by-function"), null);
      const { expires_in, access_token } = await response.json();
      assert.deepEqual([expires_in, typeof access_token], ["soon", "string"]);
    }
    const { changes } = await issuer.journal.last("token");
    assert.deepEqual(changes, [`fault ${id}: header mutated-by-function`]);
    assert.equal((await issuer.script.list())[0].left, 1);
    const fork = await issuer.fork();
    assert.equal((await (await ask(fork)).json()).expires_in, "soon");
    await issuer.script.clear();
    assert.notEqual((await (await ask(issuer)).json()).expires_in, "soon");

    await issuer.next("token").mutate(async (body) => {
      body.scope = "späť";
    });
    assert.equal((await (await ask(issuer, fetch)).json()).scope, "späť");
    await issuer.next("token").mutate(() => null);
    assert.equal(await (await ask(issuer)).text(), "null");
    await issuer.next("token").mutate(() => {
      throw new RangeError("of the test");
    });
    await assert.rejects(ask(issuer), RangeError);
    // A page is no JSON.
    await issuer.next("device").mutate(() => assert.fail("it was called"));
    const page = await issuer.fetch(`${issuer.url}/login/app/common/oauth2/device`);
    assert.match(await page.text(), /user_code/);
  });
});
