import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  Client,
  NotSupportedError,
  TokenSession,
  accessTokenFor,
  authorizationDetails,
  deserializeDeviceAuthorization,
  dpopProofs,
  grantedDetails,
  parseJwtCallback,
  prepareSignIn,
  pushAuthorizationRequest,
  signAuthorizationRequest,
} from "eiam-token";
import { verifyAccessToken } from "eiam-token/resource";
import {
  API,
  BACK,
  REDIRECT_URI,
  STRONG,
  everywhere,
  key,
  signIn,
  startAdvancedIssuer,
} from "./support/advanced-issuer.mjs";

/** The requests and responses of a sign-in, by the client and the issuer of this package. */

const SCOPE = "openid email offline_access";
const PAYMENT = { type: "payment", actions: ["initiate", "status"], amount: { value: "12.50", currency: "EUR" } };
const signing = { key: key.privateKey, keyId: "client-key" };

everywhere(describe, (profile, issuerOf) => {
  /** @type {Awaited<ReturnType<typeof startAdvancedIssuer>>} */
  let at;
  before(async () => void (at = await startAdvancedIssuer(profile, issuerOf)));

  /** Whether the metadata say that requests must be pushed: the instance's are for all of its clients. */
  const demands = profile === "fapi2" || issuerOf("app_user").endsWith("/oidc");

  /** Signs alice in at a client, by a pushed request. */
  async function signedIn(client, { token, browser = at.browser(), ...parameters } = {}) {
    const wanted = { redirectUri: REDIRECT_URI, scope: SCOPE, ...parameters };
    const request = await prepareSignIn(client, wanted, { pushed: true });
    const { url } = await signIn(browser, request.url);
    return client.exchangeCode(client.parseCallback(url, request.serialize()), token);
  }

  /** The access token at a resource server, whose request has a proof. */
  async function verified(client, tokens, options = {}) {
    const proof = await client.dpopProofs.proof({
      method: "GET",
      url: `${API}/files`,
      accessToken: tokens.accessToken,
    });
    const headers = { authorization: `DPoP ${tokens.accessToken}`, dpop: proof };
    return verifyAccessToken(new Request(`${API}/files`, { headers }), {
      issuer: at.trusted(client.clientId),
      audience: API,
      dpop: "required",
      ...options,
    });
  }

  /** A client that tells its key. */
  async function newClient(clientId, more) {
    const proofs = await dpopProofs();
    const client = await at.client(clientId, { dpop: proofs, ...more });
    return Object.assign(client, { dpopProofs: proofs });
  }

  test("RFC 9126: a client whose requests must be pushed", async () => {
    const client = await newClient();
    const request = await prepareSignIn(client, { redirectUri: REDIRECT_URI, scope: SCOPE }, { pushed: true });
    assert.deepEqual([...new URL(request.url).searchParams.keys()].sort(), ["client_id", "request_uri"]);
    const tokens = await client.exchangeCode(
      client.parseCallback((await signIn(at.browser(), request.url)).url, request),
    );
    assert.deepEqual([tokens.tokenType, tokens.claims.sub], ["DPoP", "user_alice"]);
    // Section 4: the server refuses a request that was not pushed.
    const plain = await at.client("app_user", { kind: Client });
    const hiding = new Client({
      server: { ...plain.server, requirePushedAuthorizationRequests: undefined },
      clientId: "app_user",
    });
    const answer = hiding.authorizationRequest({ redirectUri: REDIRECT_URI, scope: SCOPE });
    const { url } = await at.browser().open(answer.url);
    assert.throws(() => hiding.parseCallback(url, answer), { code: "oauth_error", error: "invalid_request" });
    if (!demands) return;
    // Nobody is sent there if the metadata say so.
    assert.throws(() => plain.authorizationRequest({ redirectUri: REDIRECT_URI, scope: SCOPE }), NotSupportedError);
  });

  test("RFC 9126 section 5: the metadata say that all requests must be pushed", async () => {
    const client = await newClient();
    assert.equal(client.server.requirePushedAuthorizationRequests ?? false, demands);
  });

  test("RFC 9449: userinfo, refresh, client credentials, and a resource server", async () => {
    const client = await newClient();
    const tokens = await signedIn(client, { scope: `${SCOPE} read`, resource: API });
    assert.equal((await client.userInfo(await signedIn(client))).email, "alice@example.com");
    const read = await verified(client, tokens, { scope: "read" });
    assert.deepEqual([read.subject, read.clientId, read.jkt], ["user_alice", "app_user", client.dpopProofs.thumbprint]);
    assert.deepEqual([...read.audience], [API]);
    const stolen = new Request(API, { headers: { authorization: `Bearer ${tokens.accessToken}` } });
    await assert.rejects(verifyAccessToken(stolen, { issuer: at.trusted(), audience: API }), {
      error: "invalid_token",
    });
    const fresh = await client.refresh(tokens);
    assert.equal(fresh.tokenType, "DPoP");
    assert.equal((await verified(client, fresh)).subject, "user_alice");
    // Section 5: the refresh token of a confidential client is bound to the client, and the new token to the new key.
    const other = await newClient();
    const again = await other.refresh(fresh);
    assert.equal((await verified(other, again)).jkt, other.dpopProofs.thumbprint);
    await assert.rejects(verified(client, again), { error: "invalid_token" });
    const alone = await client.clientCredentials({ scope: "read" });
    assert.deepEqual([alone.tokenType, (await verified(client, alone)).clientId], ["DPoP", "app_user"]);
  });

  test("RFC 9449 section 8: the issuer demands a nonce, and the client sends it from then on", async () => {
    const client = await newClient();
    at.asked.length = 0;
    await client.clientCredentials({ scope: "read" });
    await client.clientCredentials({ scope: "read" });
    assert.deepEqual(at.asked, ["token", "token", "token"]);
  });

  test("RFC 8628: a device whose tokens are bound", async () => {
    const client = await newClient();
    const device = await client.deviceAuthorize({ scope: SCOPE });
    const browser = at.browser();
    const login = await browser.submit(await browser.open(device.verificationUriComplete), {
      user_code: device.userCode,
    });
    const page = await browser.submit(login, { username: "alice", password: "alice-password" });
    const done = await browser.submit(page, {}, "allow");
    assert.equal(done.status, 200);
    const atOnce = deserializeDeviceAuthorization(JSON.stringify({ ...JSON.parse(device.serialize()), interval: "0" }));
    const tokens = await client.pollDevice(atOnce);
    assert.deepEqual([tokens.tokenType, tokens.claims.sub], ["DPoP", "user_alice"]);
  });

  test("RFC 9101: a signed request, pushed", async () => {
    const client = await newClient("app_signed");
    const parameters = { redirectUri: REDIRECT_URI, scope: SCOPE, maxAge: 600, resource: [API, BACK] };
    const signed = await signAuthorizationRequest(client, parameters, signing);
    const pushed = await pushAuthorizationRequest(client, signed);
    const { url } = await signIn(at.browser(), pushed.url);
    const tokens = await client.exchangeCode(client.parseCallback(url, pushed.serialize()));
    assert.equal(typeof tokens.claims.auth_time, "number");
    // By somebody else.
    const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
    const forged = await signAuthorizationRequest(client, parameters, { key: privateKey, keyId: "client-key" });
    const refused = { code: "oauth_error", error: "invalid_request_object" };
    await assert.rejects(pushAuthorizationRequest(client, forged), refused);
  });

  test("RFC 9101: a signed request by value, unless all requests are pushed", async () => {
    const client = await newClient("app_value", { kind: Client });
    const signed = await signAuthorizationRequest(client, { redirectUri: REDIRECT_URI, scope: SCOPE }, signing);
    const { url } = await signIn(at.browser(), signed.url);
    const read = () => client.parseCallback(url, signed.serialize());
    if (profile === "fapi2") assert.throws(read, { code: "oauth_error", error: "invalid_request" });
    else assert.equal((await client.exchangeCode(read())).claims.sub, "user_alice");
  });

  for (const [mode, place] of [
    ["jwt", "query"],
    ["query.jwt", "query"],
    ["fragment.jwt", "fragment"],
    ["form_post.jwt", "form"],
  ]) {
    test(`JARM: ${mode}, with a code and with an error`, async () => {
      const client = await newClient();
      const answered = async (request, walk) => {
        const { url, text } = await walk(at.browser(), request.url);
        if (place === "form") {
          const [, jwt] = /name="response" value="([\w.-]+)"/.exec(text);
          return `?${new URLSearchParams({ response: jwt })}`;
        }
        assert.match(url, place === "query" ? /\?response=[\w.-]+$/ : /#response=[\w.-]+$/);
        return url;
      };
      const parameters = { redirectUri: REDIRECT_URI, scope: SCOPE, responseMode: mode };
      const request = await pushAuthorizationRequest(client, parameters);
      const callback = await answered(request, signIn);
      const tokens = await client.exchangeCode(await parseJwtCallback(client, callback, request.serialize()));
      assert.equal(tokens.claims.sub, "user_alice");
      const silent = await pushAuthorizationRequest(client, { ...parameters, prompt: "none" });
      const refused = await answered(silent, (browser, url) => browser.open(url));
      const expected = { code: "oauth_error", error: "login_required" };
      await assert.rejects(parseJwtCallback(client, refused, silent), expected);
      // The response to another request is none to this one.
      await assert.rejects(parseJwtCallback(client, callback, silent), { code: "invalid_callback" });
    });
  }

  test("RFC 9396: details that the user agrees to, and fewer at refresh", async () => {
    const client = await newClient("app_consent");
    const wanted = { scope: `${SCOPE} read`, resource: API, extra: { ...authorizationDetails([PAYMENT]) } };
    const request = await prepareSignIn(client, { redirectUri: REDIRECT_URI, ...wanted }, { pushed: true });
    const browser = at.browser();
    const page = await signIn(browser, request.url);
    assert.match(page.text, /12\.50/);
    const { url } = await browser.submit(page, {}, "allow");
    const tokens = await client.exchangeCode(client.parseCallback(url, request));
    assert.deepEqual(grantedDetails(tokens), [PAYMENT]);
    const less = [{ ...PAYMENT, actions: ["status"] }];
    const fresh = await client.refresh(tokens, { extra: { ...authorizationDetails(less) } });
    assert.deepEqual(grantedDetails(fresh), less);
    assert.deepEqual((await verified(client, fresh)).claims.authorization_details, less);
    const more = { extra: { ...authorizationDetails([{ ...PAYMENT, amount: { value: "99" } }]) } };
    const refused = { code: "oauth_error", error: "invalid_authorization_details" };
    await assert.rejects(client.refresh(fresh, more), refused);
    // The user says no.
    const second = await prepareSignIn(client, { redirectUri: REDIRECT_URI, ...wanted }, { pushed: true });
    const denied = await browser.submit(await browser.open(second.url), {}, "deny");
    assert.throws(() => client.parseCallback(denied.url, second), { code: "oauth_error", error: "access_denied" });
  });

  test("RFC 8707: one sign-in for two resources, and a token for each", async () => {
    const client = await newClient();
    const wanted = { scope: `${SCOPE} read back`, resource: [API, BACK] };
    const tokens = await signedIn(client, { ...wanted, token: { resource: API } });
    assert.deepEqual([...(await verified(client, tokens, { scope: "read" })).audience], [API]);
    await assert.rejects(verified(client, tokens, { audience: BACK }), { error: "invalid_token" });
    const back = await client.refresh(tokens, { resource: BACK });
    const read = await verified(client, back, { audience: BACK, scope: "back" });
    assert.deepEqual([[...read.audience], read.scope.includes("read")], [[BACK], false]);
    const both = await client.refresh(back);
    assert.deepEqual([...(await verified(client, both)).audience].sort(), [API, BACK]);
    const unknown = client.refresh(both, { resource: "https://c.example.com" });
    await assert.rejects(unknown, { code: "oauth_error", error: "invalid_target" });
  });

  test("RFC 8707: a session that keeps a token for each resource", async () => {
    const client = await newClient();
    const wanted = { scope: `${SCOPE} read back`, resource: [API, BACK] };
    const session = new TokenSession(client);
    await session.set(await signedIn(client, { ...wanted, token: { resource: API } }));
    const audience = async (accessToken, name) => [
      ...(await verified(client, { accessToken }, { audience: name })).audience,
    ];
    at.asked.length = 0;
    const api = await accessTokenFor(session, API);
    const back = await accessTokenFor(session, BACK);
    assert.deepEqual([await audience(api, API), await audience(back, BACK)], [[API], [BACK]]);
    assert.equal(await accessTokenFor(session, API), api);
    assert.deepEqual(
      at.asked.filter((path) => path === "token"),
      ["token", "token"],
    );
    const other = await accessTokenFor(session, BACK, { rejected: back });
    assert.notEqual(other, back);
    assert.deepEqual(await audience(other, BACK), [BACK]);
    await assert.rejects(accessTokenFor(session, "https://c.example.com"), { code: "resource_refused" });
    assert.equal(await accessTokenFor(session, API), api);
    await client.revoke((await session.tokens()).refreshToken);
    await assert.rejects(accessTokenFor(session, BACK, { rejected: other }), { code: "login_required" });
    assert.equal(await session.tokens(), undefined);
    session.close();
  });

  test("RFC 9470: a resource server that wants a stronger sign-in", async () => {
    const client = await newClient();
    const browser = at.browser();
    const wanted = { scope: `${SCOPE} read`, resource: API, browser };
    const weak = await signedIn(client, wanted);
    const strong = { acrValues: STRONG, maxAge: 600 };
    await assert.rejects(verified(client, weak, strong), (error) => {
      assert.equal(error.error, "insufficient_user_authentication");
      const challenge = error.toResponse().headers.get("www-authenticate");
      assert.match(challenge, /acr_values="urn:example:mfa", max_age="600"/);
      return true;
    });
    const tokens = await signedIn(client, { ...wanted, ...strong });
    assert.equal(tokens.claims.acr, STRONG);
    assert.equal((await verified(client, tokens, strong)).acr, STRONG);
  });
});
