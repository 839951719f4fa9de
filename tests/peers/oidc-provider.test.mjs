import assert from "node:assert/strict";
import { after, before, describe, mock, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import {
  Client,
  DeviceFlowError,
  OAuthError,
  decodeIdToken,
  deserializeTokens,
  generatePkce,
} from "eiam-token";
import { Browser } from "../../pkg/test/support/issuer-browser.mjs";
import { REDIRECT_URI, clients, startProvider } from "./oidc-provider.mjs";

/** @type {Awaited<ReturnType<typeof startProvider>>} */
let provider;
before(async () => void (provider = await startProvider()));
after(() => provider.stop());

/**
 * A client of the provider, its endpoints discovered.
 *
 * @param {"spa" | "device" | "basic" | "post"} name
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
        endSessionEndpoint: `${issuer}/session/end`,
        jwksUri: `${issuer}/jwks`,
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
