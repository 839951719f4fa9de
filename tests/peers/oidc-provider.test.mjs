import assert from "node:assert/strict";
import { after, before, describe, mock, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import {
  Client,
  DeviceFlowError,
  OAuthError,
  clientSecretJwt,
  decodeIdToken,
  deserializeTokens,
  generatePkce,
  privateKeyJwt,
} from "eiam-token";
import { Browser } from "../../pkg/test/support/issuer-browser.mjs";
import { algorithms } from "../../pkg/test/support/jwt.mjs";
import { LOGGED_OUT, REDIRECT_URI, clientKeys, clients, startProvider } from "./oidc-provider.mjs";

/** @type {Awaited<ReturnType<typeof startProvider>>} */
let provider;
before(async () => void (provider = await startProvider()));
after(() => provider.stop());

/**
 * A client of the provider, its endpoints discovered.
 *
 * @param {string} name of {@link clients}
 * @param {object} [options]
 */
function discover(name, options = {}) {
  const { clientId, clientSecret } = clients[name];
  const method = `client_secret_${name}`;
  return Client.discover(provider.issuer, {
    clientId,
    ...(clientSecret ? { authentication: { method, clientSecret } } : {}),
    ...options,
  });
}

/** @type {import("../../pkg/test/support/issuer-browser.mjs").Send} */
async function send(method, url, headers, body) {
  const response = await fetch(url, { method, headers, body, redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Signs in and agrees, and gives where the pages lead to. */
async function walk(url, login) {
  const browser = new Browser(send, provider.issuer);
  const consent = await browser.submit(await browser.open(url), { login, password: "any" });
  return browser.submit(consent, { prompt: "consent" });
}

/** What the pages need to give a refresh token: this provider asks for the user's consent to it. */
const OFFLINE = { scope: "openid offline_access profile email", extra: { prompt: "consent" } };

/** The whole authorization code flow. */
async function signIn(client, login = "alice", parameters = OFFLINE) {
  const request = client.authorizationRequest({ redirectUri: REDIRECT_URI, ...parameters });
  const { url } = await walk(request.url, login);
  return client.exchangeCode(client.parseCallback(url, request.serialize()));
}

/** What a promise must be rejected with: OAuth's error of this code and status. */
function oauth(error, status) {
  return (thrown) => {
    assert.ok(thrown instanceof OAuthError, String(thrown));
    assert.deepEqual([thrown.code, thrown.error, thrown.status], ["oauth_error", error, status]);
    return true;
  };
}

describe("discovery", () => {
  test("finds the endpoints", async () => {
    const { server } = await discover("spa");
    const { issuer } = provider;
    assert.deepEqual(
      { ...server },
      {
        issuer,
        authorizationEndpoint: `${issuer}/auth`,
        tokenEndpoint: `${issuer}/token`,
        deviceAuthorizationEndpoint: `${issuer}/device/auth`,
        userinfoEndpoint: `${issuer}/me`,
        revocationEndpoint: `${issuer}/token/revocation`,
        introspectionEndpoint: `${issuer}/token/introspection`,
        endSessionEndpoint: `${issuer}/session/end`,
        jwksUri: `${issuer}/jwks`,
        pushedAuthorizationRequestEndpoint: `${issuer}/request`,
        requirePushedAuthorizationRequests: false,
        authorizationResponseIssParameterSupported: true,
      },
    );
  });

  test("refuses the metadata of an issuer of another name", async () => {
    const discovery = Client.discover(`${provider.issuer}/`, { clientId: "spa" });
    await assert.rejects(discovery, { code: "malformed_response", path: "$.issuer" });
  });
});

describe("authorization code with PKCE", () => {
  test("tokens, claims of the id_token, userinfo", async () => {
    const client = await discover("spa");
    const before = BigInt(Math.floor(Date.now() / 1000));
    const tokens = await signIn(client);
    assert.equal(tokens.tokenType, "Bearer");
    assert.equal(tokens.scope, OFFLINE.scope);
    assert.equal(tokens.expiresIn, 1200n);
    assert.ok(tokens.deadline >= before + 1200n && tokens.remaining() <= 1200n);
    assert.ok(tokens.accessToken && tokens.refreshToken);

    const { claims } = tokens;
    assert.deepEqual([claims.sub, claims.iss, claims.aud], ["alice", provider.issuer, "spa"]);
    assert.equal(claims.exp - claims.iat, 300);
    const { header } = decodeIdToken(tokens.idToken);
    assert.equal(header.alg, "RS256");

    const expected = { sub: "alice", name: "alice Ω", email: "alice@example.com" };
    assert.deepEqual({ ...(await client.userInfo(tokens)) }, { ...expected, email_verified: true });
    const other = client.userInfo(tokens.accessToken, { expectedSub: "bob" });
    await assert.rejects(other, { code: "malformed_response", path: "$.sub" });
  });

  test("a token set that was stored is of the same use", async () => {
    const client = await discover("spa");
    const tokens = deserializeTokens((await signIn(client)).serialize());
    assert.equal((await client.userInfo(tokens)).sub, "alice");
  });

  test("a plain OAuth request gets no id_token", async () => {
    const client = await discover("spa");
    const tokens = await signIn(client, "alice", { scope: "api://x|read", extra: undefined });
    assert.equal(tokens.idToken, undefined);
    assert.equal(tokens.claims, undefined);
    assert.equal(tokens.refreshToken, undefined);
    assert.equal(tokens.scope, "api://x|read");
  });

  test("the user cancels", async () => {
    const client = await discover("spa");
    const request = client.authorizationRequest({ redirectUri: REDIRECT_URI, scope: "openid" });
    const browser = new Browser(send, provider.issuer);
    const page = await browser.open(request.url);
    const [, abort] = /<a href="([^"]*\/abort)"/.exec(page.text);
    const { url } = await browser.open(abort);
    assert.throws(() => client.parseCallback(url, request), oauth("access_denied", undefined));
  });

  test("nobody is signed in, and no page may be shown", async () => {
    const client = await discover("spa");
    const request = client.authorizationRequest({
      redirectUri: REDIRECT_URI,
      scope: "openid",
      extra: { prompt: "none" },
    });
    const { url } = await new Browser(send, provider.issuer).open(request.url);
    assert.throws(() => client.parseCallback(url, request), oauth("login_required", undefined));
  });

  test("a callback of another request is refused before anything is sent", async () => {
    const client = await discover("spa");
    const request = client.authorizationRequest({ redirectUri: REDIRECT_URI, scope: "openid" });
    const { url } = await walk(request.url, "alice");
    const another = client.authorizationRequest({ redirectUri: REDIRECT_URI, scope: "openid" });
    const state = { code: "invalid_callback", parameter: "state" };
    assert.throws(() => client.parseCallback(url, another), state);

    const forged = new URL(url);
    forged.searchParams.set("iss", "https://another.example");
    const iss = { code: "invalid_callback", parameter: "iss" };
    assert.throws(() => client.parseCallback(forged, request), iss);
    forged.searchParams.delete("iss");
    assert.throws(() => client.parseCallback(forged, request), iss);
  });

  test("a wrong verifier", async () => {
    const client = await discover("spa");
    const request = client.authorizationRequest({ redirectUri: REDIRECT_URI, scope: "openid" });
    const { url } = await walk(request.url, "alice");
    const transaction = JSON.parse(request.serialize());
    assert.ok(transaction.code_verifier);
    const wrong = JSON.stringify({ ...transaction, code_verifier: generatePkce().verifier });
    const response = client.parseCallback(url, wrong);
    await assert.rejects(client.exchangeCode(response), oauth("invalid_grant", 400));
  });

  test("a code is good for one exchange, and a replay revokes what it gave", async () => {
    const client = await discover("spa");
    const request = client.authorizationRequest({ redirectUri: REDIRECT_URI, ...OFFLINE });
    const { url } = await walk(request.url, "alice");
    const response = client.parseCallback(url, request);
    const tokens = await client.exchangeCode(response);
    await assert.rejects(client.exchangeCode(response), oauth("invalid_grant", 400));
    await assert.rejects(client.refresh(tokens.refreshToken), oauth("invalid_grant", 400));
  });
});

describe("refresh", () => {
  test("rotates, narrows the scope, and keeps who the user is", async () => {
    const client = await discover("spa");
    const first = await signIn(client);
    const second = await client.refresh(first.refreshToken, { scope: "openid email" });
    assert.notEqual(second.refreshToken, first.refreshToken);
    assert.notEqual(second.accessToken, first.accessToken);
    assert.equal(second.scope, "openid email");
    assert.equal(second.claims.sub, "alice");
    const third = await client.refresh(second.refreshToken);
    assert.notEqual(third.refreshToken, second.refreshToken);
    assert.equal((await client.userInfo(third)).sub, "alice");
  });

  test("an old refresh token is refused, and takes its successors along", async () => {
    const client = await discover("spa");
    const first = await signIn(client);
    const second = await client.refresh(first.refreshToken);
    await assert.rejects(client.refresh(first.refreshToken), oauth("invalid_grant", 400));
    await assert.rejects(client.refresh(second.refreshToken), oauth("invalid_grant", 400));
  });

  test("a scope that was not granted", async () => {
    const client = await discover("spa");
    const { refreshToken } = await signIn(client, "alice", {
      scope: "openid offline_access",
      extra: { prompt: "consent" },
    });
    const wider = client.refresh(refreshToken, { scope: "openid email" });
    await assert.rejects(wider, oauth("invalid_scope", 400));
  });
});

for (const name of /** @type {const} */ (["basic", "post"])) {
  describe(`client_secret_${name}, every awkward character in id and secret`, () => {
    test("client_credentials", async () => {
      const client = await discover(name);
      const tokens = await client.clientCredentials({ scope: "api://x|read" });
      assert.equal(tokens.tokenType, "Bearer");
      assert.equal(tokens.expiresIn, 600n);
      assert.equal(tokens.refreshToken, undefined);
    });

    test("authorization code and refresh", async () => {
      const client = await discover(name);
      const tokens = await signIn(client);
      assert.equal(tokens.claims.aud, clients[name].clientId);
      assert.ok((await client.refresh(tokens.refreshToken)).accessToken);
    });

    test("a wrong secret", async () => {
      const clientSecret = `${clients[name].clientSecret}x`;
      const authentication = { method: `client_secret_${name}`, clientSecret };
      const client = await discover(name, { authentication });
      await assert.rejects(client.clientCredentials(), (thrown) => {
        const seen = JSON.stringify([thrown, thrown.message, thrown.stack, String(thrown.cause)]);
        assert.ok(!seen.includes(clientSecret));
        return oauth("invalid_client", 401)(thrown);
      });
    });

    test("no secret at all", async () => {
      const client = await discover(name, { authentication: { method: "none" } });
      await assert.rejects(client.clientCredentials(), oauth("invalid_client", 401));
    });
  });
}

test("client_secret_basic without the encoding is refused by a server that decodes", async () => {
  const { clientSecret } = clients.basic;
  const authentication = { method: "client_secret_basic_unencoded", clientSecret };
  // The id has a colon, at which the server would cut.
  await assert.rejects(discover("basic", { authentication }), { code: "invalid_argument" });
});

test("a grant that the client may not use", async () => {
  const client = await discover("spa");
  // RFC 6749 section 5.2 has `unauthorized_client` for this; the provider has its own mind.
  await assert.rejects(client.clientCredentials(), oauth("invalid_request", 400));
});

/** The clients that authenticate by an assertion, each with its way. */
const asserting = {
  secretJwt: () => clientSecretJwt(clients.secretJwt.clientSecret),
  ...Object.fromEntries(
    algorithms.map((alg) => [
      alg,
      () => privateKeyJwt({ key: clientKeys[alg].privateKey, keyId: clientKeys[alg].jwk.kid }),
    ]),
  ),
};

for (const [name, authentication] of Object.entries(asserting)) {
  const alg = name === "secretJwt" ? "RS256" : name;
  describe(`${name === "secretJwt" ? "client_secret_jwt" : `private_key_jwt by ${name}`}, id_tokens by ${alg}`, () => {
    const discovered = () => discover(name, { authentication: authentication() });

    test("client_credentials, twice", async () => {
      const client = await discovered();
      assert.equal((await client.clientCredentials()).expiresIn, 600n);
      assert.equal((await client.clientCredentials({ scope: "api://x|read" })).scope, "api://x|read");
    });

    test("authorization code, refresh, introspection, revocation", async () => {
      const client = await discovered();
      const first = await signIn(client);
      assert.equal(decodeIdToken(first.idToken).header.alg, alg);
      assert.equal(first.claims.aud, clients[name].clientId);
      const tokens = await client.refresh(first);
      assert.notEqual(tokens.refreshToken, first.refreshToken);

      const good = await client.introspect(tokens.accessToken, { tokenTypeHint: "access_token" });
      assert.equal(good.active, true);
      assert.equal(good.members.client_id, clients[name].clientId);
      assert.equal(good.members.scope, OFFLINE.scope);
      assert.equal(good.expiresAt - good.issuedAt, tokens.expiresIn);
      await client.revoke(tokens.accessToken);
      assert.deepEqual({ ...(await client.introspect(tokens.accessToken)).members }, { active: false });
      await assert.rejects(client.userInfo(tokens), oauth("invalid_token", 401));
    });

    test("an assertion for somebody else, and one that was used, are refused", async () => {
      const audience = "https://another.example";
      const { key, keyId } = { key: clientKeys[name]?.privateKey, keyId: clientKeys[name]?.jwk.kid };
      const wrong = key
        ? privateKeyJwt({ key, keyId, audience })
        : clientSecretJwt(clients[name].clientSecret, { audience });
      const misled = await discover(name, { authentication: wrong });
      await assert.rejects(misled.clientCredentials(), oauth("invalid_client", 401));

      const client = await discovered();
      const request = await client.withAssertion(client.tokenRequest.clientCredentials());
      const sent = () => fetch(request.url, { method: "POST", headers: request.headers, body: request.body });
      assert.equal((await sent()).status, 200);
      assert.equal((await sent()).status, 401);
    });

    test("another key or secret is refused", async () => {
      const other = name === "ES256" ? "EdDSA" : "ES256";
      const wrong =
        name === "secretJwt"
          ? clientSecretJwt(`${clients[name].clientSecret}x`)
          : privateKeyJwt({ key: clientKeys[other].privateKey });
      const client = await discover(name, { authentication: wrong });
      await assert.rejects(client.clientCredentials(), oauth("invalid_client", 401));
    });
  });
}

describe("signing out", () => {
  /** Signs in, and gives the client, its tokens and the browser with its session. */
  async function signedIn() {
    const authentication = asserting.ES256();
    const client = await discover("ES256", { authentication });
    const request = client.authorizationRequest({ redirectUri: REDIRECT_URI, ...OFFLINE });
    const browser = new Browser(send, provider.issuer);
    const login = { login: "alice", password: "any" };
    const consent = await browser.submit(await browser.open(request.url), login);
    const { url } = await browser.submit(consent, { prompt: "consent" });
    return { client, browser, tokens: await client.exchangeCode(client.parseCallback(url, request)) };
  }

  test("RP-initiated: the URL leads through the page and back, with state", async () => {
    const { client, browser, tokens } = await signedIn();
    const url = client.logoutUrl({ idToken: tokens, postLogoutRedirectUri: LOGGED_OUT, state: "s&t" });
    const page = await browser.open(url);
    assert.equal(page.status, 200);
    const [, action] = /<form id="op.logoutForm"[^>]* action="([^"]*)"/.exec(page.text);
    const [, xsrf] = /name="xsrf" value="([^"]*)"/.exec(page.text);
    const back = await browser.open(action, new URLSearchParams({ xsrf, logout: "yes" }).toString());
    assert.equal(back.url, `${LOGGED_OUT}?state=s%26t`);

    const request = client.authorizationRequest({
      redirectUri: REDIRECT_URI,
      scope: "openid",
      extra: { prompt: "none" },
    });
    const answer = await browser.open(request.url);
    assert.throws(() => client.parseCallback(answer.url, request), oauth("login_required", undefined));
  });

  test("a place that was not registered is refused", async () => {
    const { client, browser, tokens } = await signedIn();
    const url = client.logoutUrl({ idToken: tokens, postLogoutRedirectUri: `${LOGGED_OUT}/x` });
    assert.equal((await browser.open(url)).status, 400);
  });
});

test("an id_token is verified after the server changed its keys: they are fetched once more", async () => {
  const jwks = [];
  const counted = (url, init) => {
    if (url.endsWith("/jwks")) jwks.push(url);
    return fetch(url, init);
  };
  const client = await discover("spa", { fetch: counted });
  const before = decodeIdToken((await signIn(client)).idToken).header.kid;
  await signIn(client);
  assert.equal(jwks.length, 1);
  await provider.rotateKeys();
  const after = decodeIdToken((await signIn(client)).idToken).header.kid;
  assert.notEqual(after, before);
  assert.equal(jwks.length, 2);
  // Soon afterwards a kid that is not among them is a stranger's.
  await provider.rotateKeys();
  await assert.rejects(signIn(client), { code: "malformed_response", path: "id_token.kid" });
  assert.equal(jwks.length, 2);
  mock.timers.enable({ apis: ["Date"], now: Date.now() + 61_000 });
  try {
    assert.notEqual(decodeIdToken((await signIn(client)).idToken).header.kid, after);
    assert.equal(jwks.length, 3);
  } finally {
    mock.timers.reset();
  }
});

describe("revocation", () => {
  test("an access token", async () => {
    const client = await discover("spa");
    const tokens = await signIn(client);
    await client.revoke(tokens.accessToken, { tokenTypeHint: "access_token" });
    await assert.rejects(client.userInfo(tokens), oauth("invalid_token", 401));
  });

  test("a refresh token", async () => {
    const client = await discover("spa");
    const { refreshToken } = await signIn(client);
    await client.revoke(refreshToken);
    await assert.rejects(client.refresh(refreshToken), oauth("invalid_grant", 400));
  });

  test("a token that nobody knows counts as revoked", async () => {
    const client = await discover("spa");
    await client.revoke("unknown");
  });

  test("with a wrong secret", async () => {
    const authentication = { method: "client_secret_post", clientSecret: "wrong" };
    const client = await discover("post", { authentication });
    await assert.rejects(client.revoke("any"), oauth("invalid_client", 401));
  });
});

describe("device flow", { timeout: 60_000 }, () => {
  /** So that nobody waits: the flow is told the time by the test. */
  const SECOND = 1000;
  before(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() }));
  after(() => mock.timers.reset());

  /** Steps a flow through a wait and the poll after it; gives what it then waits for. */
  async function poll(states, seconds) {
    const polling = states.next();
    mock.timers.tick(seconds * SECOND - 1);
    await setImmediate();
    assert.equal(await Promise.race([polling, "waiting"]), "waiting");
    mock.timers.tick(1);
    assert.deepEqual(await polling, { done: false, value: { status: "polling" } });
    return states.next();
  }

  /** The user types the code, and presses the button that says so. */
  async function enterCode(device, browser = new Browser(send, provider.issuer)) {
    const page = await browser.open(device.verificationUri);
    return browser.submit(page, { user_code: device.userCode });
  }

  async function approve(device, login) {
    const browser = new Browser(send, provider.issuer);
    const confirm = await enterCode(device, browser);
    const signIn = await browser.submit(confirm, { confirm: "yes" });
    const consent = await browser.submit(signIn, { login, password: "any" });
    return browser.submit(consent, { prompt: "consent" });
  }

  const waiting = (more) => ({
    done: false,
    value: { status: "waiting", seconds: 5n, interval: 5n, slower: false, reachable: true, ...more },
  });

  test("pending, told to slow down, approved", async () => {
    const client = await discover("device");
    const device = await client.deviceAuthorize({ scope: OFFLINE.scope });
    assert.match(device.userCode, /^[A-Z]{4}-[A-Z]{4}$/);
    assert.equal(device.verificationUri, `${provider.issuer}/device`);
    assert.equal(device.expiresIn, 900n);
    assert.equal(device.interval, 5n);

    const states = client.deviceStates(device);
    assert.deepEqual(await states.next(), waiting());
    assert.deepEqual(await poll(states, 5), waiting());
    provider.slowDownOnce();
    assert.deepEqual(await poll(states, 5), waiting({ seconds: 10n, interval: 10n, slower: true }));
    assert.deepEqual(await poll(states, 10), waiting({ seconds: 10n, interval: 10n }));

    assert.match((await approve(device, "carol")).text, /Sign-in Success/);
    const { done, value: tokens } = await poll(states, 10);
    assert.equal(done, true);
    assert.equal(tokens.claims.sub, "carol");
    assert.equal((await client.userInfo(tokens)).email, "carol@example.com");
    assert.ok((await client.refresh(tokens.refreshToken)).accessToken);
  });

  test("polled for with assertions, a new one each time", async () => {
    const client = await discover("EdDSA", { authentication: asserting.EdDSA() });
    const device = await client.deviceAuthorize({ scope: OFFLINE.scope });
    const states = client.deviceStates(device);
    assert.deepEqual(await states.next(), waiting());
    assert.deepEqual(await poll(states, 5), waiting());
    await approve(device, "dave");
    const { value: tokens } = await poll(states, 5);
    assert.equal(tokens.claims.sub, "dave");
    assert.equal(decodeIdToken(tokens.idToken).header.alg, "EdDSA");
  });

  test("verification_uri_complete brings the code along", async () => {
    const client = await discover("device");
    const device = await client.deviceAuthorize({ scope: "openid" });
    const browser = new Browser(send, provider.issuer);
    const page = await browser.open(device.verificationUriComplete);
    const confirm = await browser.submit(page, { user_code: device.userCode });
    assert.ok(confirm.text.includes(device.userCode));
  });

  test("the user refuses", async () => {
    const client = await discover("device");
    const device = await client.deviceAuthorize({ scope: "openid" });
    const states = client.deviceStates(device);
    await states.next();

    const browser = new Browser(send, provider.issuer);
    const confirm = await enterCode(device, browser);
    const [, action] = /<form id="op.deviceConfirmForm"[^>]* action="([^"]*)"/.exec(confirm.text);
    const [, xsrf] = /name="xsrf" value="([^"]*)"/.exec(confirm.text);
    const form = new URLSearchParams({ xsrf, user_code: device.userCode, abort: "yes" });
    await browser.open(action, form.toString());

    await assert.rejects(poll(states, 5), (thrown) => {
      assert.ok(thrown instanceof DeviceFlowError);
      assert.equal(thrown.code, "device_denied");
      return true;
    });
  });

  test("abort ends the wait at once", async () => {
    const client = await discover("device");
    const device = await client.deviceAuthorize({ scope: "openid" });
    const controller = new AbortController();
    const polling = client.pollDevice(device, { signal: controller.signal });
    const reason = new Error("the user went away");
    controller.abort(reason);
    await assert.rejects(polling, reason);
  });

  test("the code expires", async () => {
    const client = await discover("device");
    const device = await client.deviceAuthorize({ scope: "openid" });
    const states = client.deviceStates(device);
    await states.next();
    const polling = states.next();
    mock.timers.tick(900 * SECOND);
    await assert.rejects(polling, { code: "device_expired" });
  });
});
