import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  Client,
  Fapi2Client,
  NotSupportedError,
  TokenSession,
  accessTokenFor,
  deleteRegistration,
  discoverServer,
  dpopProofs,
  fetchWithToken,
  parseJwtCallback,
  prepareSignIn,
  privateKeyJwt,
  pushAuthorizationRequest,
  readRegistration,
  registerClient,
  signAuthorizationRequest,
  signedIntrospect,
  signedUserInfo,
  updateRegistration,
} from "eiam-token";
import {
  INITIAL_ACCESS_TOKEN,
  REDIRECT_URI,
  RESOURCES,
  clientKey,
  signIn,
  startAdvancedProvider,
} from "./advanced-provider.mjs";

/** @type {Awaited<ReturnType<typeof startAdvancedProvider>>} */
let provider;
before(async () => void (provider = await startAdvancedProvider()));
after(() => provider.stop());

const authentication = privateKeyJwt({ key: clientKey.privateKey, keyId: "client" });
const signing = { key: clientKey.privateKey, keyId: "client" };
const OFFLINE = { scope: "openid offline_access email", extra: { prompt: "consent" } };

/** A client of the provider, and how often it asked which of the provider's paths. */
async function discover(kind = Client, more = {}) {
  const counts = {};
  const counting = (url, init) => {
    const { pathname } = new URL(url);
    counts[pathname] = (counts[pathname] ?? 0) + 1;
    return fetch(url, init);
  };
  const options = { clientId: "signs", authentication, dpop: await dpopProofs(), fetch: counting, ...more };
  return { client: await kind.discover(provider.issuer, options), counts };
}

const walk = (url) => signIn(provider.issuer, url);

describe("a server that takes pushed requests alone, and demands proofs with nonces", () => {
  test("code, userinfo, refresh and introspection", async () => {
    const { client, counts } = await discover();
    assert.throws(() => client.authorizationRequest({ redirectUri: REDIRECT_URI, ...OFFLINE }), NotSupportedError);
    const request = await prepareSignIn(client, { redirectUri: REDIRECT_URI, ...OFFLINE });
    // The server demands a nonce, and gets another assertion with it.
    assert.equal(counts["/request"], 2);
    const tokens = await client.exchangeCode(client.parseCallback(await walk(request.url), request.serialize()));
    assert.equal(tokens.tokenType, "DPoP");
    assert.equal(tokens.claims.sub, "alice");
    // The nonce of the pushed request is good for the token request as well.
    assert.equal(counts["/token"], 1);
    const claims = await signedUserInfo(client, tokens);
    assert.deepEqual([claims.sub, claims.email], ["alice", "alice@example.com"]);
    const response = await fetchWithToken(client, tokens, client.server.userinfoEndpoint);
    assert.equal(response.status, 200);
    const fresh = await client.refresh(tokens);
    assert.equal(fresh.tokenType, "DPoP");
    assert.notEqual(fresh.accessToken, tokens.accessToken);
    const about = await signedIntrospect(client, fresh.accessToken);
    assert.deepEqual([about.active, about.members.sub, about.members.token_type], [true, "alice", "DPoP"]);
    assert.equal((await signedIntrospect(client, "no-token")).active, false);
  });

  test("the code is bound to the key of the pushed request", async () => {
    const { client } = await discover();
    const request = await pushAuthorizationRequest(client, { redirectUri: REDIRECT_URI, ...OFFLINE });
    const response = client.parseCallback(await walk(request.url), request);
    const { client: stranger } = await discover();
    await assert.rejects(stranger.exchangeCode(response), { code: "oauth_error", error: "invalid_grant" });
  });

  test("tokens are of no use with another key", async () => {
    const { client } = await discover();
    const request = await pushAuthorizationRequest(client, { redirectUri: REDIRECT_URI, ...OFFLINE });
    const tokens = await client.exchangeCode(client.parseCallback(await walk(request.url), request));
    const { client: stranger } = await discover();
    await assert.rejects(signedUserInfo(stranger, tokens), { code: "oauth_error", error: "invalid_token" });
    const response = await fetchWithToken(stranger, tokens, client.server.userinfoEndpoint);
    assert.equal(response.status, 401);
  });

  test("a request that the client has signed, and a response that the server has", async () => {
    const { client } = await discover();
    const parameters = { redirectUri: REDIRECT_URI, ...OFFLINE, responseMode: "jwt", maxAge: 600 };
    const signed = await signAuthorizationRequest(client, parameters, signing);
    const request = await pushAuthorizationRequest(client, signed);
    const callback = await walk(request.url);
    assert.deepEqual([...new URL(callback).searchParams.keys()], ["response"]);
    const tokens = await client.exchangeCode(await parseJwtCallback(client, callback, request));
    assert.equal(tokens.claims.sub, "alice");
    assert.equal(typeof tokens.claims.auth_time, "number");
  });

  test("a signed request of somebody else is refused", async () => {
    const { client } = await discover();
    const { privateKey: key } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
      "sign",
    ]);
    const signed = await signAuthorizationRequest(client, { redirectUri: REDIRECT_URI, ...OFFLINE }, { key });
    const expected = { code: "oauth_error", error: "invalid_request_object" };
    await assert.rejects(pushAuthorizationRequest(client, signed), expected);
  });

  test("tokens for one resource after the other", async () => {
    const { client } = await discover();
    const request = await pushAuthorizationRequest(client, {
      redirectUri: REDIRECT_URI,
      scope: "openid offline_access read",
      extra: { prompt: "consent" },
      resource: RESOURCES,
    });
    const response = client.parseCallback(await walk(request.url), request);
    let tokens = await client.exchangeCode(response, { resource: RESOURCES[0] });
    for (const resource of [RESOURCES[1], RESOURCES[0]]) {
      tokens = await client.refresh(tokens, { resource });
      const about = await signedIntrospect(client, tokens.accessToken);
      assert.deepEqual([about.active, about.members.aud], [true, resource]);
    }
    await assert.rejects(client.refresh(tokens, { resource: "https://c.example/" }), { error: "invalid_target" });
  });

  test("a session that keeps a token for each resource", async () => {
    const { client } = await discover();
    const request = await pushAuthorizationRequest(client, {
      redirectUri: REDIRECT_URI,
      scope: "openid offline_access read",
      extra: { prompt: "consent" },
      resource: RESOURCES,
    });
    const response = client.parseCallback(await walk(request.url), request);
    const session = new TokenSession(client);
    await session.set(await client.exchangeCode(response, { resource: RESOURCES[0] }));
    const [a, b] = await Promise.all(RESOURCES.map((resource) => accessTokenFor(session, resource)));
    for (const [i, accessToken] of [a, b].entries()) {
      const about = await signedIntrospect(client, accessToken);
      assert.deepEqual([about.active, about.members.aud], [true, RESOURCES[i]]);
    }
    assert.equal(await accessTokenFor(session, RESOURCES[0]), a);
    const other = await accessTokenFor(session, RESOURCES[0], { rejected: a });
    assert.notEqual(other, a);
    assert.equal((await signedIntrospect(client, other)).members.aud, RESOURCES[0]);
    assert.equal(await accessTokenFor(session, RESOURCES[1]), b);
    const unknown = accessTokenFor(session, "https://c.example/");
    await assert.rejects(unknown, ({ code, cause }) => code === "resource_refused" && cause.error === "invalid_target");
    session.close();
  });
});

describe("FAPI 2.0", () => {
  for (const messageSigning of [undefined, signing]) {
    test(`a sign-in${messageSigning ? " whose messages are signed" : ""}`, async () => {
      const { client } = await discover(Fapi2Client, { messageSigning });
      const request = await client.signIn({ redirectUri: REDIRECT_URI, ...OFFLINE });
      const tokens = await client.completeSignIn(await walk(request.url), request.serialize());
      assert.deepEqual([tokens.tokenType, tokens.claims.sub], ["DPoP", "alice"]);
      assert.equal((await client.refresh(tokens)).claims.sub, "alice");
    });
  }
});

describe("registration", () => {
  const metadata = {
    client_name: "Registered",
    redirect_uris: [REDIRECT_URI],
    grant_types: ["authorization_code"],
    response_types: ["code"],
    token_endpoint_auth_method: "client_secret_basic",
  };

  test("register, read, change, use and delete", async () => {
    const server = await discoverServer(provider.issuer);
    let one = await registerClient(server, metadata, { initialAccessToken: INITIAL_ACCESS_TOKEN });
    assert.ok(one.clientId && one.clientSecret && one.registrationAccessToken);
    assert.equal(one.metadata.client_name, "Registered");
    one = await readRegistration(server, one);
    const first = one.registrationAccessToken;
    one = await updateRegistration(server, one, { ...metadata, client_name: "Changed" });
    assert.equal(one.metadata.client_name, "Changed");
    assert.notEqual(one.registrationAccessToken, first);
    const { clientId, clientSecret } = one;
    const own = new Client({ server, clientId, authentication: { method: "client_secret_basic", clientSecret } });
    const request = await prepareSignIn(own, { redirectUri: REDIRECT_URI, scope: "openid" });
    const tokens = await own.exchangeCode(own.parseCallback(await walk(request.url), request));
    assert.equal(tokens.claims.aud, clientId);
    await deleteRegistration(one);
    await assert.rejects(readRegistration(server, one), { code: "oauth_error", error: "invalid_token" });
  });

  test("refusals", async () => {
    const server = await discoverServer(provider.issuer);
    await assert.rejects(registerClient(server, metadata), { code: "oauth_error" });
    const wrong = { ...metadata, redirect_uris: ["not a URL"] };
    const options = { initialAccessToken: INITIAL_ACCESS_TOKEN };
    await assert.rejects(registerClient(server, wrong, options), { error: "invalid_redirect_uri", status: 400 });
  });
});
