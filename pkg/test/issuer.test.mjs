import assert from "node:assert/strict";
import { createHash, randomBytes, webcrypto } from "node:crypto";
import { describe, test } from "node:test";
import { Issuer, IssuerConfigError, exampleConfig, parseConfig } from "eiam-token/issuer";
import { Browser, door, poster } from "./support/issuer-browser.mjs";

const BASE = "http://127.0.0.1:9400";
const WEB = `${BASE}/v2/idaas_example/app_web`;
const DEVICE = `${BASE}/v2/idaas_example/app_device`;
const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
const REDIRECT = "http://127.0.0.1:8700/cb";

const config = exampleConfig(BASE);
const [alice] = config.users;
const secretOf = (id) => config.applications.find(({ applicationId }) => applicationId === id).clientSecrets[0];
const web = { client_id: "app_web", client_secret: secretOf("app_web") };
const machine = { client_id: "app_machine", client_secret: secretOf("app_machine") };

/** The example with one application changed. */
function configWith(id, change) {
  const applications = config.applications.map((application) =>
    application.applicationId === id ? { ...application, ...change } : application,
  );
  return { ...config, applications };
}

/** Signs alice in, and gives code and verifier. */
async function signIn(send, { browser = new Browser(send, BASE), scope = "openid profile" } = {}) {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: "app_web",
    response_type: "code",
    redirect_uri: REDIRECT,
    scope,
    state: "s t&a=te",
    nonce: "n-1",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  let page = await browser.open(`${BASE}/login/app/app_web/oauth2/authorize?${query}`);
  if (page.text.includes('name="password"')) {
    page = await browser.submit(page, { username: "alice", password: alice.password });
  }
  if (page.status === 200) page = await browser.submit(page, {}, "allow");
  assert.ok(page.url.startsWith(`${REDIRECT}?`), `${page.status} ${page.text}`);
  const answer = new URL(page.url).searchParams;
  assert.equal(answer.get("state"), "s t&a=te");
  return { code: answer.get("code"), verifier };
}

const exchange = ({ code, verifier }) => ({
  grant_type: "authorization_code",
  code,
  redirect_uri: REDIRECT,
  code_verifier: verifier,
  ...web,
});

/** Verifies a JWT by the keys that the issuer publishes, and gives its claims. */
async function verify(send, jwt) {
  const [header, payload, signature] = jwt.split(".");
  const { kid, alg } = JSON.parse(Buffer.from(header, "base64url").toString());
  assert.equal(alg, "RS256");
  const { keys } = JSON.parse((await send("GET", `${WEB}/oidc/jwks`, {})).text);
  const jwk = keys.find((key) => key.kid === kid);
  assert.ok(jwk, "the key is not published");
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await webcrypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  const bytes = Buffer.from(signature, "base64url");
  const signed = Buffer.from(`${header}.${payload}`);
  assert.ok(await webcrypto.subtle.verify(algorithm, key, bytes, signed), "a wrong signature");
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}

for (const name of ["handle", "fetch"]) {
  describe(`through ${name}`, async () => {
    let time = 1_800_000_000;
    const issuer = await Issuer.create(config, { clock: () => time });
    const send = door(issuer, name);
    const post = poster(send);

    test("discovery of both issuers", async () => {
      for (const url of [`${WEB}/oidc`, `${BASE}/api/v2/iauths_system/oauth2`]) {
        const answer = await send("GET", `${url}/.well-known/openid-configuration`, {});
        assert.equal(answer.status, 200, answer.text);
        assert.match(answer.headers.get("content-type"), /^application\/json/);
        const document = JSON.parse(answer.text);
        assert.equal(document.issuer, url);
        assert.ok(document.token_endpoint.startsWith(BASE));
      }
    });

    test("client_credentials", async () => {
      const { status, json } = await post(`${BASE}/v2/idaas_example/app_machine/oauth2/token`, {
        grant_type: "client_credentials",
        ...machine,
      });
      assert.equal(status, 200);
      assert.equal(json.token_type, "Bearer");
      assert.match(json.access_token, /^AT/);
      assert.equal(json.expires_in, 3600);
      assert.equal(json.expires_at, time + 3600);
      assert.equal("refresh_token" in json, false);
    });

    test("a wrong secret", async () => {
      const { status, json } = await post(`${BASE}/v2/idaas_example/app_machine/oauth2/token`, {
        grant_type: "client_credentials",
        client_id: "app_machine",
        client_secret: "CSwrong",
      });
      assert.equal(status, 401);
      assert.equal(json.error, "invalid_client");
      assert.equal(JSON.stringify(json).includes("CSwrong"), false);
    });

    test("password, and who that is", async () => {
      const { status, json } = await post(`${WEB}/oauth2/token`, {
        grant_type: "password",
        username: "alice",
        password: alice.password,
        scope: "openid profile",
        ...web,
      });
      assert.equal(status, 200, JSON.stringify(json));
      assert.equal((await verify(send, json.id_token)).sub, "user_alice");
      const authorization = `Bearer ${json.access_token}`;
      const info = await send("GET", `${WEB}/oauth2/userinfo`, { authorization });
      assert.equal(info.status, 200, info.text);
      assert.equal(JSON.parse(info.text).sub, "user_alice");
    });

    test("authorization code, by the pages, with PKCE", async () => {
      const { status, json } = await post(`${WEB}/oauth2/token`, exchange(await signIn(send)));
      assert.equal(status, 200, JSON.stringify(json));
      const claims = await verify(send, json.id_token);
      assert.equal(claims.iss, `${WEB}/oidc`);
      assert.deepEqual([claims.aud].flat(), ["app_web"]);
      assert.equal(claims.sub, "user_alice");
      assert.equal(claims.nonce, "n-1");
      assert.equal(claims.iat, time);
    });

    test("another verifier", async () => {
      const { code } = await signIn(send);
      const verifier = randomBytes(32).toString("base64url");
      const { status, json } = await post(`${WEB}/oauth2/token`, exchange({ code, verifier }));
      assert.deepEqual([status, json.error], [400, "invalid_grant"]);
    });

    test("a code that has expired", async () => {
      const parameters = exchange(await signIn(send));
      time += 61;
      const { status, json } = await post(`${WEB}/oauth2/token`, parameters);
      assert.deepEqual([status, json.error], [400, "invalid_grant"]);
    });

    test("device flow", async () => {
      const asked = await post(`${DEVICE}/oauth2/device/code`, {
        client_id: "app_device",
        scope: "openid",
      });
      assert.equal(asked.status, 200, asked.text);
      const { device_code, user_code, verification_uri, interval } = asked.json;
      const parameters = { grant_type: DEVICE_CODE, client_id: "app_device", device_code };
      const poll = () => post(`${DEVICE}/oauth2/token`, parameters);

      assert.equal((await poll()).json.error, "authorization_pending");
      assert.equal((await poll()).json.error, "slow_down");

      const browser = new Browser(send, BASE);
      let page = await browser.open(verification_uri);
      // The issuer may ask for the code or for the password first.
      for (let i = 0; i < 2; i++) {
        page = page.text.includes('name="password"')
          ? await browser.submit(page, { username: "alice", password: alice.password })
          : await browser.submit(page, { user_code });
      }
      page = await browser.submit(page, {}, "allow");
      assert.equal(page.status, 200, page.text);

      time += interval + 5;
      const { status, json } = await poll();
      assert.equal(status, 200, JSON.stringify(json));
      assert.equal((await verify(send, json.id_token)).sub, "user_alice");
      assert.equal((await poll()).status, 400);
    });

    test("refresh tokens rotate", async () => {
      const first = (await post(`${WEB}/oauth2/token`, exchange(await signIn(send)))).json;
      const refresh = (refresh_token) =>
        post(`${WEB}/oauth2/token`, { grant_type: "refresh_token", refresh_token, ...web });
      const second = (await refresh(first.refresh_token)).json;
      assert.notEqual(second.refresh_token, first.refresh_token);
      const third = await refresh(second.refresh_token);
      assert.equal(third.status, 200, third.text);
      time += 60;
      assert.equal((await refresh(first.refresh_token)).json.error, "invalid_grant");
      // Somebody has a copy, so nobody may go on (RFC 9700 section 4.14.2).
      assert.equal((await refresh(third.json.refresh_token)).json.error, "invalid_grant");
    });

    test("of 20 exchanges of one code at the same time, one gets tokens", async () => {
      const parameters = exchange(await signIn(send));
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(`${WEB}/oauth2/token`, parameters)));
      const won = answers.filter(({ status }) => status === 200);
      assert.equal(won.length, 1);
      for (const { status, json } of answers) {
        if (status !== 200) assert.deepEqual([status, json.error], [400, "invalid_grant"]);
      }
    });

    test("200 requests at the same time do not get in each other's way", async () => {
      const parameters = await Promise.all(Array.from({ length: 20 }, () => signIn(send)));
      const answers = await Promise.all([
        ...parameters.map((pair) => post(`${WEB}/oauth2/token`, exchange(pair))),
        ...Array.from({ length: 90 }, () => post(`${WEB}/oauth2/token`, { grant_type: "client_credentials", ...web })),
        ...Array.from({ length: 90 }, () => send("GET", `${WEB}/oidc/jwks`, {})),
      ]);
      assert.deepEqual(
        answers.filter(({ status }) => status !== 200).map(({ text }) => text),
        [],
      );
    });

    test("a body of more than 64 KiB is refused", async () => {
      const form = `grant_type=client_credentials&padding=${"x".repeat(64 * 1024)}`;
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      assert.equal((await send("POST", `${WEB}/oauth2/token`, headers, form)).status, 413);
    });

    test("the session is in a cookie that scripts do not see", async () => {
      const browser = new Browser(send, BASE);
      await signIn(send, { browser });
      assert.ok(browser.cookies.has("eiam_session"));
      for (const cookie of browser.setCookies) {
        // The one that remembers who signed in here outlives the browser's closing.
        assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Lax(; Max-Age=31536000)?$/);
        if (cookie.startsWith("eiam_session")) assert.doesNotMatch(cookie, /Max-Age/);
      }
      const again = await signIn(send, { browser });
      assert.equal((await post(`${WEB}/oauth2/token`, exchange(again))).status, 200);
    });
  });
}

test("a body is read no further than is needed to refuse it", async () => {
  const issuer = await Issuer.create(config);
  let pulled = 0;
  let cancelled = false;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(16 * 1024));
    },
    cancel() {
      cancelled = true;
    },
  });
  const request = new Request(`${WEB}/oauth2/token`, { method: "POST", body, duplex: "half" });
  assert.equal((await issuer.fetch(request)).status, 413);
  assert.ok(pulled <= 8, `${pulled} chunks were read`);
  assert.ok(cancelled);
});

test("a body whose sender fails when it is told that the rest is not wanted leaves nothing unhandled", async () => {
  const unhandled = [];
  const listener = (reason) => unhandled.push(reason);
  process.on("unhandledRejection", listener);
  const issuer = await Issuer.create(config);
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(16 * 1024)),
    cancel: () => Promise.reject(new Error("too late")),
  });
  const request = new Request(`${WEB}/oauth2/token`, { method: "POST", body, duplex: "half" });
  assert.equal((await issuer.fetch(request)).status, 413);
  // Node tells of it when the promises of this turn are done.
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off("unhandledRejection", listener);
  assert.deepEqual(unhandled, []);
});

describe("where requests come from", () => {
  for (const name of ["handle", "fetch"]) {
    test(`${name}: wrong passwords of one source lock no other out`, async () => {
      const issuer = await Issuer.create(configWith("app_web", { grants: ["password"] }));
      const ask = async (options, password) => {
        const form = { grant_type: "password", client_id: "app_web", username: "alice", password };
        const { status } = await poster(door(issuer, name, options))(`${WEB}/oauth2/token`, form);
        return status;
      };
      const attacker = { source: "2001:db8::1" };
      for (let i = 0; i < 10; i++) assert.equal(await ask(attacker, "wrong"), 400);
      assert.equal(await ask({ source: "2001:DB8::2%eth0" }, alice.password), 429);
      assert.equal(await ask({ source: "192.0.2.1" }, alice.password), 200);
      assert.equal(await ask({ source: undefined }, alice.password), 200);
      assert.equal(await ask(undefined, alice.password), 200);
    });
  }

  test("a source that is no string", async () => {
    const issuer = await Issuer.create(config);
    const request = { method: "GET", url: "/" };
    await assert.rejects(issuer.handle(request, { source: 7 }), { code: "invalid_argument" });
    const asked = issuer.fetch(new Request(BASE), { source: 7 });
    await assert.rejects(asked, { name: "EiamTokenError", code: "invalid_argument" });
  });
});

describe("lifetimes of 64 bits", () => {
  for (const lifetime of [9_007_199_254_740_993n, 9_223_372_036_854_775_807n, 5]) {
    test(`${lifetime} seconds`, async () => {
      const lifetimes = { accessToken: lifetime };
      const issuer = await Issuer.create(configWith("app_machine", { lifetimes }), {
        clock: () => 1_800_000_000n,
      });
      const post = poster(door(issuer, "handle"));
      const { text } = await post(`${BASE}/v2/idaas_example/app_machine/oauth2/token`, {
        grant_type: "client_credentials",
        ...machine,
      });
      const latest = 2n ** 63n - 1n;
      const sum = BigInt(lifetime) + 1_800_000_000n;
      assert.match(text, new RegExp(`"expires_in":${lifetime},`));
      assert.match(text, new RegExp(`"expires_at":${sum > latest ? latest : sum}\\b`));
    });
  }

  test("digits of a JSON file are kept", () => {
    const parsed = parseConfig('{"lifetimes": {"code": 60, "accessToken": 9007199254740993}}');
    assert.deepEqual(parsed, { lifetimes: { code: 60, accessToken: 9_007_199_254_740_993n } });
  });
});

describe("a configuration that is refused", () => {
  const lifetimes = (change) => configWith("app_spa", { lifetimes: change });
  const refusals = [
    ["configuration", null],
    ["configuration", "text"],
    ["baseUrl", { ...config, baseUrl: "ftp://example.com" }],
    ["baseUrl", { ...config, baseUrl: 9400 }],
    ["users", { ...config, users: null }],
    ["surprise", { ...config, surprise: true }],
    ["applications", { ...config, applications: [] }],
    ["applications[0].surprise", configWith("app_spa", { surprise: undefined, ...{ surprise: 1 } })],
    [
      "applications[0].redirectUris[1]",
      configWith("app_spa", { redirectUris: ["https://a.example/", "https://b.example/#x"] }),
    ],
    ["applications[1].applicationId", { ...config, applications: [config.applications[0], config.applications[0]] }],
    ["applications[0].lifetimes.code", lifetimes({ code: 2 ** 53 })],
    ["applications[0].lifetimes.code", lifetimes({ code: 1.5 })],
    ["applications[0].lifetimes.code", lifetimes({ code: -1 })],
    ["applications[0].lifetimes.code", lifetimes({ code: "60" })],
    ["applications[0].lifetimes.code", lifetimes({ code: 2n ** 63n })],
    ["users[1].username", { ...config, users: [alice, { ...alice, userId: "user_b" }] }],
  ];
  for (const [path, refused] of refusals) {
    test(`for ${path}`, async () => {
      await assert.rejects(Issuer.create(refused), (error) => {
        assert.ok(error instanceof IssuerConfigError, error.stack);
        assert.deepEqual([error.code, error.path], ["invalid_config", path], error.message);
        assert.ok(error.message.startsWith(`${path}: `), error.message);
        for (const secret of [web.client_secret, alice.password]) {
          assert.equal(error.message.includes(secret), false);
        }
        return true;
      });
    });
  }

  test("without showing the value, which could be a secret", async () => {
    for (const [refused, path, secret] of [
      [configWith("app_web", { clientSecrets: "CSnoList" }), "applications[1].clientSecrets", "CSnoL"],
      [{ ...config, users: [{ ...alice, password: 271828 }] }, "users[0].password", "2718"],
      [{ ...config, users: [{ ...alice, password: 0.5772 }] }, "users[0].password", "5772"],
    ]) {
      await assert.rejects(Issuer.create(refused), (error) => {
        assert.ok(error instanceof IssuerConfigError, error.stack);
        assert.equal(error.path, path);
        return !error.stack.includes(secret);
      });
    }
  });

  test("for claims that contain themselves", async () => {
    const claims = {};
    claims.self = claims;
    const users = [{ ...alice, claims }];
    await assert.rejects(Issuer.create({ ...config, users }), IssuerConfigError);
  });

  test("for values that JSON does not have, and where they are", async () => {
    const hidden = Symbol("hidden-in-a-symbol");
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const [value, problem] of [
      [() => "hidden-in-a-function", /JSON/],
      [hidden, /JSON/],
      [Number.NaN, /finite/],
      [Number.POSITIVE_INFINITY, /finite/],
      [2 ** 53, /2\^53/],
      [2n ** 63n, /64 bits/],
      [2n ** 64n, /BigInt/],
    ]) {
      const users = [{ ...alice, claims: { groups: ["a", { value }] } }];
      await assert.rejects(Issuer.create({ ...config, users }), (error) => {
        assert.ok(error instanceof IssuerConfigError, error.stack);
        assert.equal(error.path, "users[0].claims.groups[1].value");
        assert.match(error.message, problem);
        return !error.stack.includes("hidden-in");
      });
    }
    await assert.rejects(Issuer.create({ ...config, users: [revoked.proxy] }), TypeError);
  });

  test("by what a getter throws, and the next one is none the worse", async () => {
    const thrown = new RangeError("a getter of the application's own");
    const users = [
      {
        ...alice,
        get password() {
          throw thrown;
        },
      },
    ];
    for (let i = 0; i < 3; i++) {
      await assert.rejects(Issuer.create({ ...config, users }), (error) => error === thrown);
    }
    const issuer = await Issuer.create(config);
    await assert.rejects(issuer.setUser(users[0]), (error) => error === thrown);
    await issuer.setUser(new Proxy({ ...alice }, {}));
    issuer.free();
  });

  test("for values that are nested too deeply", async () => {
    let claims = {};
    for (let depth = 0; depth < 100_000; depth++) claims = { claims };
    await assert.rejects(Issuer.create({ ...config, users: [{ ...alice, claims }] }), (error) => {
      assert.ok(error instanceof IssuerConfigError, error.stack);
      assert.ok(error.path.startsWith("users[0].claims.claims.claims"), error.path);
      return error.message.endsWith("nested too deeply");
    });
  });

  test("for text that is no JSON", () => {
    assert.throws(
      () => parseConfig('{"users": [1, 01]}'),
      (error) => error instanceof IssuerConfigError && error.path === "users[1]",
    );
    assert.throws(() => parseConfig('{"users": [], "users": []}'), IssuerConfigError);
  });

  test("members that are undefined count as absent", async () => {
    (await Issuer.create({ ...config, profile: undefined, surprise: undefined })).free();
  });
});

test("the same seed and time give the same tokens", async () => {
  const tokens = [];
  for (let i = 0; i < 2; i++) {
    const random = (bytes) => bytes.fill(7);
    const issuer = await Issuer.create(config, { random, clock: () => 1_800_000_000 });
    const post = poster(door(issuer, "handle"));
    const parameters = { grant_type: "client_credentials", ...web };
    tokens.push((await post(`${WEB}/oauth2/token`, parameters)).json.access_token);
  }
  assert.equal(tokens[0], tokens[1]);
});

test("with sessions of the host, nobody needs a cookie", async () => {
  const issuer = await Issuer.create(config, { sessions: "host" });
  const send = door(issuer, "fetch");
  const browser = new Browser(send, BASE);
  await signIn(send, { browser });
  assert.equal(browser.cookies.size, 0);

  const query = new URLSearchParams({
    client_id: "app_web",
    response_type: "code",
    redirect_uri: REDIRECT,
    scope: "openid profile",
  });
  const page = await new Browser(send, BASE).open(`${BASE}/login/app/app_web/oauth2/authorize?${query}`);
  assert.ok(page.url.startsWith(REDIRECT), "signed in already, and not let in");
});

test("a NUL begins no other header field (RFC 9110 section 5.5)", async () => {
  const issuer = await Issuer.create(config);
  const basic = `Basic ${btoa(`${machine.client_id}:${machine.client_secret}`)}`;
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const request = {
    method: "POST",
    url: `${BASE}/v2/idaas_example/app_machine/oauth2/token`,
    headers: form,
    body: "grant_type=client_credentials",
  };
  const status = async (change) => (await issuer.handle({ ...request, ...change })).status;
  assert.equal(await status({ headers: { ...form, authorization: basic } }), 200);
  const more = `\0authorization\0${basic}`;
  const refused = await status({});
  assert.notEqual(refused, 200);
  assert.equal(await status({ headers: { ...form, x: `1${more}` } }), refused);
  assert.equal(await status({ headers: [...Object.entries(form), [`x\0y${more}`, "z"]] }), refused);
  assert.notEqual(await status({ url: request.url + more }), 200);
  assert.notEqual(await status({ method: `POST\0${request.url}${more}` }), 200);
  for (const headers of [[["x", [1]]], { x: 1 }, { x: null }, { x: {} }]) {
    await assert.rejects(status({ headers }), { code: "invalid_argument" }, JSON.stringify(headers));
  }
});

test("what is no request of the web is refused, and nothing is left behind", async () => {
  const issuer = await Issuer.create(config);
  for (const request of [`${BASE}/`, new URL(BASE), undefined, null, 5, { url: BASE }, { url: BASE, method: "GET" }]) {
    await assert.rejects(issuer.fetch(request), { name: "EiamTokenError", code: "invalid_argument" });
  }
  assert.equal((await issuer.fetch(new Request(`${WEB}/oidc/jwks`))).status, 200);
});

test("an issuer that was freed says so", async () => {
  const issuer = await Issuer.create(config);
  const send = door(issuer, "handle");
  const underway = send("GET", `${WEB}/oidc/jwks`, {});
  issuer.free();
  issuer.free();
  assert.equal((await underway).status, 200);
  await assert.rejects(send("GET", `${WEB}/oidc/jwks`, {}), { code: "invalid_argument" });
  assert.throws(() => issuer.snapshot(), { code: "invalid_argument" });
});

test("`using` frees it", { skip: !Symbol.dispose && "this Node has no Symbol.dispose" }, async () => {
  const issuer = await Issuer.create(config);
  issuer[Symbol.dispose]();
  assert.throws(() => issuer.snapshot(), { code: "invalid_argument" });
});
