import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  Client,
  InvalidArgumentError,
  MalformedResponseError,
  OAuthError,
  TokenSession,
  deserializeDeviceAuthorization,
  deserializeTokens,
  memoryStore,
  parseExpiry,
  parseTokenResponse,
} from "eiam-token";
import { json, mockFetch } from "./support/mock-fetch.mjs";

const ISSUER = "https://as.example";
const server = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}/authorize`,
  tokenEndpoint: `${ISSUER}/token`,
  deviceAuthorizationEndpoint: `${ISSUER}/device`,
  userinfoEndpoint: `${ISSUER}/userinfo`,
  revocationEndpoint: `${ISSUER}/revoke`,
  introspectionEndpoint: `${ISSUER}/introspect`,
  endSessionEndpoint: `${ISSUER}/logout`,
};
const redirectUri = "https://app.example/cb";
/** 2^53 + 1, which no `number` holds. */
const BEYOND = 9007199254740993n;

function client(fetch, options = {}) {
  return new Client({ server, clientId: "app_spa", fetch, ...options });
}

/** A token answer with these further members. */
function tokenBody(more = "") {
  return `{"token_type":"Bearer","access_token":"ATaccess"${more}}`;
}

/** The error of a token answer. */
function refusal(body, status, headers) {
  try {
    parseTokenResponse({ status, body, headers: new Headers(headers) });
  } catch (error) {
    return error;
  }
  throw new Error("it was no refusal");
}

describe("when to ask again", () => {
  const wait = (headers) => refusal("<html>", 503, headers).retryAfter;
  const DATE = "Sun, 22 Nov 2026 12:00:00 GMT";

  test("RFC 9110 section 10.2.3: seconds", () => {
    assert.equal(wait({}), undefined);
    assert.equal(wait({ "retry-after": "0" }), 0);
    assert.equal(wait({ "retry-after": "120" }), 120_000);
    assert.equal(wait({ "Retry-After": " 7 " }), 7000);
  });

  test("a date, whose distance is by the server's clock", () => {
    const after = (retryAfter, date = DATE) => wait({ "retry-after": retryAfter, ...(date && { date }) });
    assert.equal(after("Sun, 22 Nov 2026 12:01:30 GMT"), 90_000);
    assert.equal(after("Mon, 23 Nov 2026 12:00:00 GMT"), 86_400_000);
    assert.equal(after(DATE), 0);
    assert.equal(after("Sun, 22 Nov 2026 11:00:00 GMT"), 0, "the past");
    assert.equal(after("Sun, 22 Nov 2026 12:01:30 GMT", ""), undefined, "no clock to measure it by");
    assert.equal(after("Sun, 22 Nov 2026 12:01:30 GMT", "yesterday"), undefined);
  });

  test("what cannot be read says nothing", () => {
    for (const text of ["", "soon", "-1", "1.5", "1e3", "0x10", "٣", "3 s", "99999999999999999999", "Invalid Date"]) {
      // With a date there is a clock to measure by, but still no moment.
      for (const date of [{}, { date: DATE }]) {
        const headers = { get: (name) => ({ "retry-after": text, ...date })[name] ?? null };
        assert.throws(
          () => parseTokenResponse({ status: 503, body: "", headers }),
          (error) => error.retryAfter === undefined,
          `${text} ${date.date}`,
        );
      }
    }
  });

  test("EIAM: x-acs-retry-after is in milliseconds and goes first", () => {
    assert.equal(wait({ "x-acs-retry-after": "1500" }), 1500);
    assert.equal(wait({ "x-acs-retry-after": "1500", "retry-after": "3" }), 1500);
    assert.equal(wait({ "x-acs-retry-after": "soon", "retry-after": "3" }), 3000);
    assert.equal(wait({ "x-acs-retry-after": "-5" }), undefined);
  });

  test("every kind of refusal has it", () => {
    for (const body of ['{"error":"slow_down"}', '{"Code":"Throttling.User"}', "", "<html>"]) {
      assert.equal(refusal(body, 429, { "retry-after": "7" }).retryAfter, 7000, body);
    }
  });
});

describe("RFC 6750 section 3: a refusal in WWW-Authenticate alone", () => {
  /** What userinfo is refused with. */
  async function refused(challenge, { status = 401, body = null } = {}) {
    const headers = challenge === undefined ? {} : { "www-authenticate": challenge };
    const rp = client(mockFetch(new Response(body, { status, headers })));
    return rp.userInfo("ATx").then(
      () => assert.fail("it was accepted"),
      (error) => error,
    );
  }

  test("error, description and URI", async () => {
    const error = await refused(
      'Bearer realm="as", error="invalid_token", error_description="The token \\"AT\\" expired", error_uri="https://as.example/e"',
    );
    assert.ok(error instanceof OAuthError, `${error}`);
    assert.deepEqual(
      [error.error, error.description, error.uri, error.status],
      ["invalid_token", 'The token "AT" expired', "https://as.example/e", 401],
    );
  });

  test("however it is written", async () => {
    for (const challenge of [
      "Bearer error=invalid_token",
      "bearer ERROR=invalid_token",
      'Bearer error = "invalid_token"',
      'Bearer scope="a b",error="invalid_token",error_description=""',
      'Bearer error="invalid_token" realm="x"',
      'Basic realm="x", Bearer error="invalid_token"',
      'DPoP algs="ES256", Bearer realm="a", error="invalid_token"',
    ]) {
      const error = await refused(challenge);
      assert.deepEqual([error.error, error.description], ["invalid_token", undefined], challenge);
    }
  });

  test("what stands in quotes is no parameter", async () => {
    for (const challenge of [
      'Bearer realm="x, error=fake", error="invalid_token"',
      'Bearer realm="x, error=\\"fake\\"", error="invalid_token"',
      'Bearer error_description="no error=fake", error="invalid_token"',
    ]) {
      assert.equal((await refused(challenge)).error, "invalid_token", challenge);
    }
  });

  test("a challenge without error is a status without reason", async () => {
    for (const challenge of [undefined, "", "Bearer", 'Bearer realm="error"', 'Bearer myerror="x"', "Bearer error"]) {
      const error = await refused(challenge);
      assert.deepEqual([error.code, error.status], ["http_error", 401], `${challenge}`);
    }
  });

  test("the body goes first, and a success is not refused", async () => {
    const body = '{"error":"insufficient_scope","error_description":"body"}';
    const error = await refused('Bearer error="invalid_token"', { status: 403, body });
    assert.deepEqual([error.error, error.description], ["insufficient_scope", "body"]);
    const page = await refused('Bearer error="invalid_token"', { body: "<html>" });
    assert.equal(page.error, "invalid_token");
    const good = new Response('{"sub":"u"}', { headers: { "www-authenticate": 'Bearer error="invalid_token"' } });
    assert.deepEqual(await client(mockFetch(good)).userInfo("ATx"), { sub: "u" });
  });

  test("its text is fit for a log", async () => {
    const error = await refused(`Bearer error="a\tb", error_description="${"x".repeat(5000)}"`);
    assert.equal(error.error, "a\ufffdb");
    assert.equal(error.description.length, 1024);
  });
});

describe("how the server's clock differs", () => {
  const NOW = 1_700_000_000;
  const skew = (more, headers) =>
    parseTokenResponse({ status: 200, body: tokenBody(more), headers: new Headers(headers) }, { now: NOW }).clockSkew;

  test("by expires_at and expires_in", () => {
    assert.equal(skew(`,"expires_in":1200,"expires_at":${NOW + 1200}`), 0n);
    assert.equal(skew(`,"expires_in":1200,"expires_at":${NOW + 1500}`), 300n);
    assert.equal(skew(`,"expires_in":1200,"expires_at":${NOW + 600}`), -600n);
    assert.equal(skew(`,"expires_in":9223372036854775807,"expires_at":0`), -9223372036854775808n);
  });

  test("else by the field Date", () => {
    const date = (seconds) => ({ date: new Date(seconds * 1000).toUTCString() });
    assert.equal(skew("", date(NOW + 42)), 42n);
    assert.equal(skew(',"expires_in":1200', date(NOW - 42)), -42n);
    assert.equal(skew(`,"expires_at":${NOW}`, date(NOW + 7)), 7n);
    assert.equal(skew(`,"expires_in":10,"expires_at":${NOW + 11}`, date(NOW + 99)), 1n, "the body goes first");
  });

  test("unknown if nothing tells", () => {
    assert.equal(skew(""), undefined);
    assert.equal(skew(',"expires_in":1200'), undefined);
    assert.equal(skew(`,"expires_at":${NOW}`, { date: "now" }), undefined);
  });

  test("it is stored, and it does not move the deadline", () => {
    const body = tokenBody(`,"expires_in":1200,"expires_at":${NOW + 1500}`);
    const tokens = parseTokenResponse(body, { now: NOW });
    assert.equal(deserializeTokens(tokens.serialize()).clockSkew, 300n);
    assert.equal(tokens.deadline, BigInt(NOW + 1200));
  });
});

describe("int64", () => {
  const NOW = 1_700_000_000;
  const LIFETIMES = `,"expires_in":1200,"expires_at":${NOW + 1205}`;
  /** What JavaScript would round, in each member in which it may come. */
  const TOO_LONG = [
    [`,"expires_in":${BEYOND}`, "$.expires_in"],
    [`,"expires_in":1,"expires_at":${BEYOND}`, "$.expires_at"],
  ];

  function refused(path, digits = BEYOND) {
    return (error) => {
      assert.ok(error instanceof MalformedResponseError, `${error.stack}`);
      assert.equal(error.path, path);
      assert.ok(error.message.includes(String(digits)), error.message);
      assert.ok(error.message.includes(path), error.message);
      return true;
    };
  }

  test("number and string in a token set", () => {
    for (const [int64, cast] of [
      ["number", Number],
      ["string", String],
      ["bigint", BigInt],
      [undefined, BigInt],
    ]) {
      const tokens = parseTokenResponse(tokenBody(LIFETIMES), { now: NOW, int64 });
      assert.strictEqual(tokens.expiresIn, cast(1200));
      assert.strictEqual(tokens.expiresAt, cast(NOW + 1205));
      assert.strictEqual(tokens.deadline, cast(NOW + 1200));
      assert.strictEqual(tokens.clockSkew, cast(5));
      assert.strictEqual(tokens.remaining(), cast(0));
      assert.equal(tokens.expired(), true);
      assert.equal(tokens.expiryDate().getTime(), (NOW + 1200) * 1000);
      const unknown = parseTokenResponse(tokenBody(), { int64 });
      assert.deepEqual([unknown.expiresIn, unknown.deadline, unknown.remaining()], [undefined, undefined, undefined]);
    }
  });

  test("a number that JavaScript would round is an error with name and digits", () => {
    for (const [more, path] of TOO_LONG) {
      const parse = (int64) => parseTokenResponse(tokenBody(more), { now: 0, int64 });
      assert.throws(() => parse("number"), refused(path));
      const name = path === "$.expires_in" ? "expiresIn" : "expiresAt";
      assert.strictEqual(parse("string")[name], `${BEYOND}`);
      assert.strictEqual(parse()[name], BEYOND);
    }
    // The lifetime alone is small enough, its end is not.
    const last = Number.MAX_SAFE_INTEGER;
    const body = tokenBody(`,"expires_in":${last}`);
    assert.strictEqual(parseTokenResponse(body, { now: 0, int64: "number" }).deadline, last);
    assert.throws(
      () => parseTokenResponse(body, { now: 10, int64: "number" }),
      refused("deadline", BigInt(last) + 10n),
    );
  });

  test("parseExpiry", () => {
    assert.strictEqual(parseExpiry("3600", { int64: "number" }), 3600);
    assert.strictEqual(parseExpiry('"3600"', { int64: "string" }), "3600");
    assert.strictEqual(parseExpiry("1e3", { int64: "bigint" }), 1000n);
    assert.strictEqual(parseExpiry("null", { int64: "number" }), undefined);
    assert.strictEqual(parseExpiry(`${BEYOND}`, { int64: "string" }), `${BEYOND}`);
    assert.strictEqual(parseExpiry("9007199254740991", { int64: "number" }), 9007199254740991);
    assert.throws(() => parseExpiry(`${BEYOND}`, { int64: "number" }), refused("$"));
    assert.throws(() => parseExpiry("9007199254740992", { int64: "number" }), refused("$", 9007199254740992n));
  });

  test("a client's token sets, and what was stored", async () => {
    for (const [int64, cast] of [
      ["number", Number],
      ["string", String],
    ]) {
      const rp = client(mockFetch(json(tokenBody(LIFETIMES))), { int64 });
      const tokens = await rp.clientCredentials();
      assert.strictEqual(tokens.expiresIn, cast(1200));
      assert.equal(typeof tokens.remaining(), int64);
      const back = deserializeTokens(tokens.serialize(), { int64 });
      assert.deepEqual({ ...back }, { ...tokens });
      assert.strictEqual(deserializeTokens(tokens.serialize()).expiresIn, 1200n, "the text is the same for all");
      assert.strictEqual(rp.parseTokenResponse({ status: 200, body: tokenBody(LIFETIMES) }).expiresIn, cast(1200));
    }
    const [[more, path]] = TOO_LONG;
    const rp = client(mockFetch(json(tokenBody(more))), { int64: "number" });
    await assert.rejects(rp.clientCredentials(), refused(path));
    const text = parseTokenResponse(tokenBody(more), { now: 0 }).serialize();
    assert.throws(() => deserializeTokens(text, { int64: "number" }), refused(path));
  });

  test("a device, and how far its flow is", async () => {
    const device = (more) =>
      `{"device_code":"DC","user_code":"B","verification_uri":"https://as.example/device"${more}}`;
    for (const [int64, cast] of [
      ["number", Number],
      ["string", String],
      [undefined, BigInt],
    ]) {
      const answers = [json(device(`,"expires_in":600,"expires_at":${NOW},"interval":0`)), json(tokenBody(LIFETIMES))];
      const rp = client(mockFetch(...answers), { int64 });
      const authorization = await rp.deviceAuthorize();
      assert.strictEqual(authorization.expiresIn, cast(600));
      assert.strictEqual(authorization.expiresAt, cast(NOW));
      assert.strictEqual(authorization.interval, cast(0));
      assert.equal(typeof authorization.deadline, typeof cast(0));
      const back = deserializeDeviceAuthorization(authorization.serialize(), { int64 });
      assert.deepEqual({ ...back }, { ...authorization });
      const states = [];
      const tokens = await rp.pollDevice(authorization, { onState: (state) => states.push(state) });
      assert.strictEqual(states[0].seconds, cast(0));
      assert.strictEqual(states[0].interval, cast(0));
      assert.strictEqual(tokens.expiresIn, cast(1200));
      const standard = client(mockFetch(json(device(""))), { int64 });
      assert.strictEqual((await standard.deviceAuthorize()).interval, cast(5), "RFC 8628 section 3.2");
    }
    for (const [more, path] of [...TOO_LONG, [`,"interval":${BEYOND}`, "$.interval"]]) {
      const rp = client(mockFetch(json(device(more))), { int64: "number" });
      await assert.rejects(rp.deviceAuthorize(), refused(path));
    }
  });

  test("an introspection", async () => {
    const body = '{"active":true,"exp":1700000300,"iat":1700000000.5,"nbf":1700000000}';
    for (const [int64, cast] of [
      ["number", Number],
      ["string", String],
      [undefined, BigInt],
    ]) {
      const said = await client(mockFetch(json(body)), { int64 }).introspect("ATx");
      assert.strictEqual(said.expiresAt, cast(1700000300));
      assert.strictEqual(said.issuedAt, cast(1700000000));
      assert.strictEqual(said.notBefore, cast(1700000000));
    }
    for (const name of ["exp", "iat", "nbf"]) {
      const rp = client(mockFetch(json(`{"active":true,"${name}":${BEYOND}}`)), { int64: "number" });
      await assert.rejects(rp.introspect("ATx"), refused(`$.${name}`));
    }
  });

  test("a session", async () => {
    for (const [int64, cast] of [
      ["number", Number],
      ["string", String],
    ]) {
      const rp = client(mockFetch(json(tokenBody(',"refresh_token":"RT2","expires_in":900'))), { int64 });
      const store = memoryStore();
      const session = new TokenSession(rp, { store });
      const now = Math.floor(Date.now() / 1000) - 3599;
      await session.set(parseTokenResponse(tokenBody(',"refresh_token":"RT1","expires_in":3600'), { now, int64 }));
      assert.strictEqual((await session.tokens()).expiresIn, cast(3600));
      assert.equal(await session.getAccessToken(), "ATaccess");
      assert.strictEqual((await session.tokens()).expiresIn, cast(900));
      session.close();
    }
  });
});

describe("a clock that somebody sets", () => {
  const HOUR = 3_600_000;

  /** Tokens of an hour, and a time of day that is off by `offset` milliseconds after they came. */
  function tokensOfAnHour(t, offset) {
    const tokens = parseTokenResponse(tokenBody(',"expires_in":3600'));
    const { now } = Date;
    t.after(() => (Date.now = now));
    Date.now = () => now() + offset;
    return tokens;
  }

  test("set back by an hour, it gives no token a longer life", (t) => {
    const tokens = tokensOfAnHour(t, -HOUR);
    assert.ok(tokens.remaining() <= 3600n && tokens.remaining() >= 3590n, `${tokens.remaining()}`);
    assert.equal(tokens.expired(), false);
    assert.equal(tokens.expired({ leeway: 3601 }), true);
  });

  test("jumping forward, as after a sleep, it ends what is over", (t) => {
    const tokens = tokensOfAnHour(t, HOUR / 2);
    assert.ok(tokens.remaining() <= 1800n && tokens.remaining() >= 1790n, `${tokens.remaining()}`);
    assert.equal(tokens.expired(), false);
    const late = tokensOfAnHour(t, 2 * HOUR);
    assert.equal(late.remaining(), 0n);
    assert.equal(late.expired(), true);
  });
});

describe("RFC 7662: introspection", () => {
  const said = (text) => client(mockFetch(json(text))).introspect("ATx");

  test("the request", async () => {
    const fetch = mockFetch(json('{"active":false}'), json('{"active":false}'));
    const rp = client(fetch, { authentication: { method: "client_secret_post", clientSecret: "CS" } });
    await rp.introspect("AT+1", { tokenTypeHint: "refresh_token" });
    await rp.introspect("AT+1");
    const end = "&client_id=app_spa&client_secret=CS";
    assert.deepEqual(
      fetch.calls.map(({ method, url, body }) => [method, url, body]),
      [
        ["POST", `${ISSUER}/introspect`, `token=AT%2B1&token_type_hint=refresh_token${end}`],
        ["POST", `${ISSUER}/introspect`, `token=AT%2B1${end}`],
      ],
    );
    await assert.rejects(rp.introspect(""), { argument: "token" });
    await assert.rejects(rp.introspect("AT", { tokenTypeHint: "id_token" }), { argument: "tokenTypeHint" });
    assert.equal(fetch.calls.length, 2);
    const without = new Client({ server: {}, clientId: "c" });
    await assert.rejects(without.introspect("AT"), { endpoint: "introspection_endpoint" });
  });

  test("active: times are exact, members are as they came", async () => {
    const introspection = await said(
      `{"active":true,"exp":${BEYOND},"iat":1700000000.999,"nbf":"1700000001","scope":"a b","client_id":"c","aud":["x"],"n":1}`,
    );
    assert.equal(introspection.active, true);
    assert.equal(introspection.expiresAt, BEYOND);
    assert.equal(introspection.issuedAt, 1700000000n);
    assert.equal(introspection.notBefore, 1700000001n);
    const { scope, client_id, aud, n } = introspection.members;
    assert.deepEqual([scope, client_id, aud, n], ["a b", "c", ["x"], 1]);
    assert.ok(Object.isFrozen(introspection) && Object.isFrozen(introspection.members));
  });

  test("inactive", async () => {
    const introspection = await said('{"active":false}');
    assert.deepEqual(
      { ...introspection },
      {
        active: false,
        expiresAt: undefined,
        issuedAt: undefined,
        notBefore: undefined,
        members: { active: false },
      },
    );
  });

  test("what is no introspection", async () => {
    for (const [text, path] of [
      ["{}", "$.active"],
      ['{"active":"true"}', "$.active"],
      ['{"active":1}', "$.active"],
      ['{"active":null}', "$.active"],
      ['{"active":false,"active":true}', "$.active"],
      ['{"active":true,"exp":-1}', "$.exp"],
      ['{"active":true,"exp":"soon"}', "$.exp"],
      ['{"active":true,"exp":9223372036854775808}', "$.exp"],
      ["[]", "$"],
      ["true", "$"],
    ]) {
      await assert.rejects(said(text), { code: "malformed_response", path }, text);
    }
    const refused = client(mockFetch(json('{"error":"invalid_client"}', { status: 401 })));
    await assert.rejects(refused.introspect("ATx"), { error: "invalid_client", status: 401 });
  });
});

describe("OpenID Connect RP-Initiated Logout section 2", () => {
  const parameters = (url) => Object.fromEntries(new URL(url).searchParams);

  test("the URL", () => {
    const rp = client(mockFetch());
    assert.equal(rp.logoutUrl(), `${ISSUER}/logout?client_id=app_spa`);
    const url = rp.logoutUrl({
      idToken: "ey.J.x",
      postLogoutRedirectUri: "https://app.example/bye?a=1&b=ü",
      state: "s&t",
      extra: { ui_locales: "zh-CN en" },
    });
    assert.ok(url.startsWith(`${ISSUER}/logout?`));
    assert.deepEqual(parameters(url), {
      client_id: "app_spa",
      id_token_hint: "ey.J.x",
      post_logout_redirect_uri: "https://app.example/bye?a=1&b=ü",
      state: "s&t",
      ui_locales: "zh-CN en",
    });
  });

  test("tokens stand for the id_token that they came with", () => {
    const tokens = parseTokenResponse(tokenBody(',"id_token":"ey.J.y"'));
    assert.equal(parameters(client(mockFetch()).logoutUrl({ idToken: tokens })).id_token_hint, "ey.J.y");
    const without = parseTokenResponse(tokenBody());
    assert.deepEqual(parameters(client(mockFetch()).logoutUrl({ idToken: without })), { client_id: "app_spa" });
  });

  test("a page with a query of its own; a server without a page; parameters that are set already", () => {
    const at = (endSessionEndpoint) => new Client({ server: { endSessionEndpoint }, clientId: "c" });
    assert.equal(at("https://as.example/out?tenant=1").logoutUrl(), "https://as.example/out?tenant=1&client_id=c");
    assert.throws(() => at(undefined).logoutUrl(), { code: "not_supported", endpoint: "end_session_endpoint" });
    for (const name of ["client_id", "id_token_hint", "post_logout_redirect_uri", "state"]) {
      assert.throws(() => client(mockFetch()).logoutUrl({ extra: { [name]: "x" } }), { argument: "extra" }, name);
    }
  });

  test("the secret is not in the URL", () => {
    const authentication = { method: "client_secret_post", clientSecret: "CSsecret" };
    assert.doesNotMatch(client(mockFetch(), { authentication }).logoutUrl(), /secret/);
  });
});

describe("where metadata are", () => {
  const document = (issuer) => json(JSON.stringify({ issuer, token_endpoint: `${ISSUER}/token` }));

  for (const [issuer, openid, oauth] of [
    [ISSUER, "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"],
    [`${ISSUER}/a/b`, "/a/b/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/a/b"],
    [`${ISSUER}/a/`, "/a/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/a"],
    [`${ISSUER}/`, "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"],
  ]) {
    test(issuer, async () => {
      for (const [wellKnown, path] of [
        [undefined, openid],
        ["openid-configuration", openid],
        ["oauth-authorization-server", oauth],
      ]) {
        const fetch = mockFetch(document(issuer));
        const rp = await Client.discover(issuer, { clientId: "c", fetch, wellKnown });
        assert.equal(fetch.calls[0].url, ISSUER + path);
        assert.equal(rp.server.issuer, issuer);
      }
    });
  }
});

describe("EIAM's hosts", () => {
  const application = { region: "cn-hangzhou", instanceId: "idaas_x", applicationId: "app_x" };
  const api = "https://eiam-api-cn-hangzhou.aliyuncs.com/v2/idaas_x/app_x";
  const developer = "https://eiam-developerapi.cn-hangzhou.aliyuncs.com/v2/idaas_x";
  const portal = "example.aliyunidaas.com";
  const pages = `https://${portal}/login/app`;
  const own = (base) => ({
    issuer: `${api}/oidc`,
    tokenEndpoint: `${base}/oauth2/token`,
    deviceAuthorizationEndpoint: `${base}/oauth2/device/code`,
    userinfoEndpoint: `${base}/oauth2/userinfo`,
    revocationEndpoint: `${base}/oauth2/revoke`,
    jwksUri: `${api}/oidc/jwks`,
  });
  const withPages = (server, path) => ({
    ...server,
    authorizationEndpoint: `${pages}/${path}/oauth2/authorize`,
    endSessionEndpoint: `${pages}/${path}/oauth2/logout`,
  });
  const instance = `https://${portal}/api/v2/iauths_system/oauth2`;

  for (const [name, options, expected] of [
    ["an application", {}, own(api)],
    ["an application with pages", { portal }, withPages(own(api), "app_x")],
    ["an application at the DeveloperAPI", { developerApi: true }, own(`${developer}/app_x`)],
    ["not at the DeveloperAPI", { developerApi: false }, own(api)],
    [
      "an application at the DeveloperAPI with pages",
      { developerApi: true, portal },
      withPages(own(`${developer}/app_x`), "app_x"),
    ],
    [
      "an authorization server at the DeveloperAPI",
      { authorizationServer: "iauths_system" },
      { tokenEndpoint: `${developer}/authorizationServer/iauths_system/oauth2/token` },
    ],
    [
      "an authorization server with pages",
      { authorizationServer: "iauths_system", portal },
      withPages({ issuer: instance, tokenEndpoint: `${instance}/token`, jwksUri: `${instance}/jwks` }, "common"),
    ],
  ]) {
    test(name, () => {
      const rp = Client.eiam({ ...application, ...options });
      assert.deepEqual({ ...rp.server }, expected);
      assert.equal(rp.clientId, "app_x");
    });
  }

  test("parts that cannot stand in a URL are named", () => {
    for (const [argument, wrong] of [
      ["region", "cn/.."],
      ["region", ""],
      ["instanceId", "i?x"],
      ["applicationId", "a#"],
      ["applicationId", "a/b"],
      ["portal", "evil.example/"],
      ["portal", "user@evil.example"],
      ["portal", "evil.example:80"],
      ["authorizationServer", "../x"],
      ["authorizationServer", "a%2f"],
    ]) {
      assert.throws(() => Client.eiam({ ...application, [argument]: wrong }), { argument }, `${argument} ${wrong}`);
    }
  });

  test("other settings reach the client", async () => {
    const fetch = mockFetch(json(tokenBody(',"expires_in":5')));
    const rp = Client.eiam({ ...application, clientId: "other", fetch, int64: "number" });
    assert.strictEqual((await rp.clientCredentials()).expiresIn, 5);
    assert.equal(fetch.calls[0].body, "grant_type=client_credentials&client_id=other");
  });
});

describe("how much is read", () => {
  const KIB_64 = 1 << 16;

  test("a string of 64 KiB and not one longer", () => {
    const body = (length) => tokenBody(`,"refresh_token":"${"R".repeat(length)}"`);
    assert.equal(parseTokenResponse(body(KIB_64)).refreshToken.length, KIB_64);
    assert.throws(() => parseTokenResponse(body(KIB_64 + 1)), { path: "$.refresh_token" });
    assert.throws(() => parseTokenResponse(`{"${"n".repeat(KIB_64 + 1)}":1}`), { code: "malformed_response" });
  });

  test("a body of 1 MiB and not one longer, however it comes", async () => {
    const filled = (length) => tokenBody().padEnd(length);
    assert.equal(parseTokenResponse(filled(1 << 20)).accessToken, "ATaccess");
    assert.throws(() => parseTokenResponse(filled((1 << 20) + 1)), { path: "$" });
    assert.equal((await client(mockFetch(json(filled(1 << 20)))).clientCredentials()).accessToken, "ATaccess");

    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(KIB_64).fill(32));
      },
    });
    await assert.rejects(client(mockFetch(new Response(endless))).clientCredentials(), { path: "$" });
    assert.ok(pulled < 25, "it is not read to its end");
  });

  test("32 levels and not one deeper", () => {
    const body = (depth) => tokenBody(`,"x":${"[".repeat(depth)}${"]".repeat(depth)}`);
    assert.ok(parseTokenResponse(body(31)));
    assert.throws(() => parseTokenResponse(body(32)), { code: "malformed_response" });
    assert.throws(() => parseTokenResponse(tokenBody(`,"x":${"[".repeat(100_000)}`)), { code: "malformed_response" });
  });

  test("many chunks make one body, cut anywhere", async () => {
    const octets = new TextEncoder().encode(tokenBody(',"scope":"ü😀","expires_in":9007199254740993'));
    for (const size of [1, 2, 3, 7]) {
      const chunks = [];
      for (let at = 0; at < octets.length; at += size) chunks.push(octets.slice(at, at + size));
      const body = new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk);
          controller.close();
        },
      });
      const tokens = await client(mockFetch(new Response(body))).clientCredentials();
      assert.deepEqual([tokens.scope, tokens.expiresIn], ["ü😀", BEYOND]);
    }
  });
});

describe("where nobody is sent", () => {
  const NO_PAGES = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "blob:https://as.example/1",
    "vbscript:x",
    "//evil.example",
    "/e",
    "https://as.example@evil.example",
  ];
  const plain = "http://as.example/x";
  const loopback = "http://127.0.0.1:9400/x";

  test("RFC 6749 section 5.2: error_uri is a page or undefined, wherever it comes", async () => {
    for (const uri of [...NO_PAGES, "https://as.example/e", plain]) {
      const expected = NO_PAGES.includes(uri) ? undefined : uri;
      const error = refusal(JSON.stringify({ error: "x", error_uri: uri }), 400);
      assert.deepEqual([error.error, error.uri], ["x", expected], uri);
      const rp = client(mockFetch());
      const request = rp.authorizationRequest({ redirectUri });
      const { state } = JSON.parse(request.serialize());
      const callback = new URLSearchParams({ error: "x", error_uri: uri, state });
      assert.throws(() => rp.parseCallback(callback, request), { error: "x", uri: expected }, uri);
      if (/\n/.test(uri)) continue; // no header field can have it
      const challenge = `Bearer error="x", error_uri="${uri}"`;
      const refused = refusal("", 401, { "www-authenticate": challenge });
      assert.deepEqual([refused.error, refused.uri], ["x", expected], uri);
    }
  });

  test("a device's pages are web pages, and https where the server is", async () => {
    for (const name of ["verification_uri", "verification_uri_complete"]) {
      const start = (uri, options) => {
        const members = { device_code: "DC", user_code: "U", verification_uri: `${ISSUER}/d`, [name]: uri };
        return client(mockFetch(json(JSON.stringify(members))), options).deviceAuthorize();
      };
      for (const uri of [...NO_PAGES, plain, loopback]) {
        await assert.rejects(start(uri), { code: "malformed_response", path: `$.${name}` }, uri);
      }
      const allowed = { allowInsecureLoopback: true };
      await start(loopback, allowed);
      await assert.rejects(start(plain, allowed), { path: `$.${name}` });
      const insecure = { server: { deviceAuthorizationEndpoint: "http://as.example/device" } };
      assert.throws(() => start(plain, insecure), { argument: "deviceAuthorizationEndpoint" });
      await start(plain, { ...insecure, allowInsecureRequests: true });
    }
  });

  /** A request at each endpoint. */
  const requests = (rp) => ({
    authorizationEndpoint: async () => rp.authorizationRequest({ redirectUri }),
    tokenEndpoint: async () => rp.tokenRequest.clientCredentials(),
    deviceAuthorizationEndpoint: async () => rp.deviceAuthorizationRequest(),
    userinfoEndpoint: async () => rp.userInfoRequest("ATx"),
    revocationEndpoint: async () => rp.revocationRequest("ATx"),
    introspectionEndpoint: async () => rp.introspectionRequest("ATx"),
    endSessionEndpoint: async () => rp.logoutUrl(),
  });

  test("RFC 8414 section 2: no http endpoint of an https issuer, discovered or given", async () => {
    for (const name of Object.keys(server).filter((name) => name !== "issuer")) {
      const wire = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      // What is wrong with an endpoint is said when it is used.
      const use = async (issuer, url, options) => {
        const document = json(JSON.stringify({ issuer, [wire]: url }));
        const rp = await Client.discover(issuer, { clientId: "c", fetch: mockFetch(document), ...options });
        await requests(rp)[name]();
      };
      const make = (issuer, url, options) => new Client({ server: { issuer, [name]: url }, clientId: "c", ...options });
      const remedy = /plain http .* allowInsecureLoopback/;
      for (const url of [plain, loopback]) {
        await assert.rejects(use(ISSUER, url), { code: "malformed_response", path: `$.${wire}`, reason: remedy });
        assert.throws(() => make(ISSUER, url), { code: "invalid_argument", argument: name, message: remedy });
      }
      const allowed = { allowInsecureLoopback: true };
      assert.equal(make(ISSUER, loopback, allowed).server[name], loopback);
      await assert.rejects(use(ISSUER, plain, allowed), { path: `$.${wire}` });
      assert.throws(() => make(ISSUER, plain, allowed), { argument: name });
      for (const url of NO_PAGES) {
        await assert.rejects(use(ISSUER, url), { path: `$.${wire}` }, url);
        assert.throws(() => make(undefined, url), { argument: name }, url);
      }
      const own = "http://127.0.0.1:9400/v2";
      assert.equal(make(own, loopback).server[name], loopback);
    }
  });
});

describe("what JSON.stringify and consoles show", () => {
  const shown = (value) => JSON.parse(JSON.stringify(value));

  test("every answer is JSON, int64 as text, and a console shows a bigint", async () => {
    const tokens = parseTokenResponse(tokenBody(`,"expires_in":${BEYOND}`), { now: 0 });
    assert.equal(shown(tokens).expiresIn, `${BEYOND}`);
    assert.match(inspect(tokens), /expiresIn: 9007199254740993n/);
    assert.match(inspect({ deep: [tokens] }, { depth: 9 }), /deadline: 9007199254740993n/);

    const body = '{"device_code":"DC","user_code":"U","verification_uri":"https://as.example/d","expires_in":600}';
    const rp = client(mockFetch(json(body), json(tokenBody())));
    const device = await rp.deviceAuthorize();
    assert.equal(shown(device).expiresIn, "600");
    assert.match(inspect(device), /interval: 5n/);
    const states = rp.deviceStates(device, { interval: 1n });
    const { value: state } = await states.next();
    const { status, seconds, interval, slower, reachable } = state;
    assert.deepEqual(shown(state), { status, seconds: "1", interval: "1", slower, reachable });
    assert.match(inspect(state), /seconds: 1n/);
    assert.deepEqual({ ...state }, { status, seconds, interval, slower, reachable });
    assert.deepEqual(structuredClone(state), { ...state });
    await states.return();

    const said = await client(mockFetch(json(`{"active":true,"exp":${BEYOND},"scope":"a"}`))).introspect("ATx");
    const members = { ...said.members };
    assert.deepEqual(shown(said), { active: true, expiresAt: `${BEYOND}`, members: { ...members } });
    assert.match(inspect(said), /expiresAt: 9007199254740993n/);
    assert.doesNotMatch(inspect(said), /toJSON/);
    assert.deepEqual(Object.keys(said), ["active", "expiresAt", "issuedAt", "notBefore", "members"]);
    assert.equal(structuredClone(said).expiresAt, BEYOND);

    const error = refusal('{"error":"slow_down"}', 429, { "retry-after": "7" });
    assert.equal(shown(error).retryAfter, 7000);
    assert.deepEqual(shown(rp).server, server);
    assert.deepEqual(shown(rp.server), server);
  });

  test("as number and as text they are what was asked for", async () => {
    for (const [int64, expected] of [
      ["number", 600],
      ["string", "600"],
    ]) {
      const tokens = parseTokenResponse(tokenBody(',"expires_in":600'), { int64 });
      assert.strictEqual(shown(tokens).expiresIn, expected);
      const rp = client(mockFetch(json('{"active":true,"exp":600}')), { int64 });
      assert.strictEqual(shown(await rp.introspect("ATx")).expiresAt, expected);
    }
  });
});

describe("options that are missing are named, with an example", () => {
  const eiam = { region: "cn-hangzhou", instanceId: "idaas_x", applicationId: "app_x" };

  test("of EIAM", () => {
    for (const [name, example] of [
      ["region", "cn-hangzhou"],
      ["instanceId", "idaas_"],
      ["applicationId", "app_"],
    ]) {
      for (const missing of [undefined, ""]) {
        const message = new RegExp(`^${name}: missing, such as ${example}`);
        assert.throws(() => Client.eiam({ ...eiam, [name]: missing }), { argument: name, message });
      }
    }
  });

  test("of a client, and of discovery", async () => {
    assert.throws(() => new Client({ server }), { argument: "clientId", message: /^clientId: missing, such as app_/ });
    assert.throws(() => new Client({ clientId: "c" }), { argument: "server", message: /^server: missing, such as/ });
    for (const issuer of [undefined, "", "as.example", "as.example:8443", "javascript:x"]) {
      const expected = { argument: "issuer", message: /such as https:\/\/as\.example/ };
      await assert.rejects(Client.discover(issuer, { clientId: "c" }), expected, issuer);
    }
  });

  test("the portal, when a page of it is asked for", () => {
    for (const more of [{}, { developerApi: true }, { authorizationServer: "iauths_system" }]) {
      const rp = Client.eiam({ ...eiam, ...more });
      for (const [page, endpoint] of [
        [() => rp.authorizationRequest({ redirectUri }), "authorization_endpoint"],
        [() => rp.logoutUrl(), "end_session_endpoint"],
      ]) {
        const message = new RegExp(`${endpoint}: portal is missing, such as example\\.aliyunidaas\\.com`);
        assert.throws(page, { name: "NotSupportedError", code: "not_supported", endpoint, message });
      }
      const whole = Client.eiam({ ...eiam, ...more, portal: "example.aliyunidaas.com" });
      assert.match(whole.logoutUrl(), /^https:\/\/example\.aliyunidaas\.com\//);
    }
    const keys = { ...eiam, authorizationServer: "iauths_system", idTokenSignature: "jwks" };
    assert.throws(() => Client.eiam(keys), { endpoint: "jwks_uri", message: /portal is missing/ });
    assert.throws(() => new Client({ server: {}, clientId: "c" }).logoutUrl(), {
      message: "the server has no end_session_endpoint",
    });
  });
});

describe("text that is not Unicode", () => {
  test("half of a surrogate pair in a string body", () => {
    for (const half of ["\ud800", "\udc00", "\udc00\ud800"]) {
      assert.throws(() => parseTokenResponse(tokenBody(`,"scope":"${half}"`)), {
        code: "malformed_response",
        path: "$.scope",
        status: 200,
      });
      // What nobody reads may be anything.
      assert.equal(parseTokenResponse(tokenBody(`,"nickname":"${half}"`)).accessToken, "ATaccess");
    }
    assert.equal(parseTokenResponse(tokenBody(',"scope":"\ud83d\ude00"')).scope, "😀");
  });

  test("octets that are not UTF-8, and half a pair as an escape", () => {
    const octets = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
    for (const wrong of ["\xff", "\xc0\x80", "\xed\xa0\x80", "\xf0\x9f\x98"]) {
      assert.throws(() => parseTokenResponse(octets(tokenBody(`,"scope":"${wrong}"`))), { code: "malformed_response" });
    }
    assert.throws(() => parseTokenResponse(tokenBody(',"scope":"\\ud800"')), { path: "$.scope" });
  });

  test("U+0000 in a member is not a way out of it", () => {
    const tokens = parseTokenResponse(tokenBody(',"scope":"a\\u0000b","expires_in":5'));
    assert.deepEqual([tokens.scope, tokens.expiresIn], ["a\0b", 5n]);
    assert.throws(() => parseTokenResponse(tokenBody(',"refresh_token":"RT\\u0000x"')), { path: "$.refresh_token" });
    const error = refusal('{"error":"a\\u0000oauth","error_description":"b\\u0000c","error_uri":"\\u0000"}', 400);
    assert.deepEqual([error.error, error.description, error.uri], ["a\ufffdoauth", "b\ufffdc", undefined]);
  });
});

describe("arguments that no request can be made of", () => {
  const NUL = "a\0client_id\0evil";

  /** Each argument of each request with a value, by the name that the error has to say. */
  const requests = (rp, value) => [
    ["redirectUri", () => rp.authorizationRequest({ redirectUri: value })],
    ["scope", () => rp.authorizationRequest({ redirectUri, scope: value })],
    ["prompt", () => rp.authorizationRequest({ redirectUri, extra: { prompt: value } })],
    ["scope", () => rp.clientCredentials({ scope: value })],
    ["exclusive_tag", () => rp.clientCredentials({ extra: { exclusive_tag: value } })],
    ["username", () => rp.password({ username: value, password: "p" })],
    ["password", () => rp.password({ username: "u", password: value })],
    ["refreshToken", () => rp.refresh(value)],
    ["scope", () => rp.deviceAuthorize({ scope: value })],
    ["accessToken", () => rp.userInfo(value)],
    ["token", () => rp.revoke(value)],
    ["token", () => rp.introspect(value)],
    ["idToken", () => rp.logoutUrl({ idToken: value })],
    ["postLogoutRedirectUri", () => rp.logoutUrl({ postLogoutRedirectUri: value })],
    ["state", () => rp.logoutUrl({ state: value })],
  ];

  function refused(argument, value) {
    return (error) => {
      assert.ok(error instanceof InvalidArgumentError, `${argument}: ${error.stack}`);
      assert.equal(error.argument, argument);
      if (typeof value === "string") assert.ok(!inspect(error).includes("evil"), inspect(error));
      return true;
    };
  }

  test("U+0000 anywhere is named, and nothing is sent", async () => {
    const fetch = mockFetch();
    const rp = client(fetch);
    for (const [argument, request] of requests(rp, NUL)) {
      await assert.rejects(async () => request(), refused(argument, NUL), argument);
    }
    const extra = { [NUL]: "x" };
    await assert.rejects(rp.clientCredentials({ extra }), refused("extra", NUL));
    assert.throws(() => client(fetch, { clientId: NUL }), refused("clientId", NUL));
    const authentication = { method: "client_secret_post", clientSecret: NUL };
    assert.throws(() => client(fetch, { authentication }), refused("clientSecret", NUL));
    assert.throws(() => client(fetch, { server: { issuer: NUL } }), refused("issuer", NUL));
    await assert.rejects(Client.discover(NUL, { clientId: "c", fetch }), refused("issuer", NUL));
    for (const name of ["region", "instanceId", "applicationId", "portal", "authorizationServer"]) {
      const options = { region: "r", instanceId: "i", applicationId: "a", [name]: NUL };
      assert.throws(() => Client.eiam(options), refused(name, NUL), name);
    }
    const elsewhere = { server: { tokenEndpoint: `${ISSUER}/token\0` } };
    assert.throws(() => client(fetch, elsewhere), refused("tokenEndpoint", NUL));
    const request = rp.authorizationRequest({ redirectUri });
    const { state } = JSON.parse(request.serialize());
    assert.throws(() => rp.parseCallback(`?code=a\0b&state=${state}`, request), refused("callback", NUL));
    assert.equal(fetch.calls.length, 0);
  });

  test("a code with U+0000 is not sent on", async () => {
    const fetch = mockFetch();
    const rp = client(fetch);
    const request = rp.authorizationRequest({ redirectUri });
    const { state } = JSON.parse(request.serialize());
    try {
      await rp.exchangeCode(rp.parseCallback(`?code=a%00client_secret%00b&state=${state}`, request));
    } catch {
      // Refused in the callback or in the request; or, U+0000 replaced, by the server.
    }
    for (const { body } of fetch.calls) {
      assert.doesNotMatch(body, /%00/);
      assert.equal(new URLSearchParams(body).get("client_secret"), null);
    }
  });

  test("objects and functions are refused, numbers do in further parameters", async () => {
    const fetch = mockFetch(json(tokenBody()));
    const rp = client(fetch);
    for (const value of [{}, [], ["openid"], () => "x", new Date(0), new Map()]) {
      for (const [argument, request] of requests(rp, value)) {
        // Where a token set may stand for its token, an object is one that lacks it.
        if (["refreshToken", "accessToken", "idToken"].includes(argument)) continue;
        await assert.rejects(async () => request(), refused(argument), `${argument} ${inspect(value)}`);
      }
      await assert.rejects(rp.refresh(value), { argument: "current" });
      await assert.rejects(rp.userInfo(value), { argument: "accessToken" });
    }
    assert.equal(fetch.calls.length, 0);
    await rp.clientCredentials({ extra: { n: 5, big: BEYOND, yes: true, no: false, none: undefined, nil: null } });
    assert.equal(
      fetch.calls[0].body,
      `grant_type=client_credentials&n=5&big=${BEYOND}&yes=true&no=&none=&nil=&client_id=app_spa`,
    );
  });

  test("answers that are none", () => {
    for (const body of [5, null, undefined, {}, []]) {
      assert.throws(() => parseTokenResponse({ status: 200, body }), { name: "InvalidArgumentError" }, `${body}`);
    }
    for (const answer of [null, undefined, 5]) {
      assert.throws(() => parseTokenResponse(answer), { name: "InvalidArgumentError" }, `${answer}`);
    }
  });
});
