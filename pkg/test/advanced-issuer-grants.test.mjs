import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  SignInClient,
  TokenType,
  deleteRegistration,
  deserializeRegistration,
  discoverServer,
  dpopProofs,
  exchangeToken,
  federatedToken,
  jwtBearer,
  parseLogoutToken,
  prepareSignIn,
  readRegistration,
  registerClient,
  signJwtAssertion,
  signedIntrospect,
  signedUserInfo,
  updateRegistration,
} from "eiam-token";
import { verifyAccessToken } from "eiam-token/resource";
import {
  API,
  BACK,
  INITIAL_ACCESS_TOKEN,
  ISSUERS,
  LOGIN,
  REDIRECT_URI,
  everywhere,
  key,
  login,
  signIn,
  startAdvancedIssuer,
} from "./support/advanced-issuer.mjs";

/** Grants, signed answers, registration and logout, by the client and the issuer of this package. */

everywhere(describe, (profile, issuerOf) => {
  /** @type {Awaited<ReturnType<typeof startAdvancedIssuer>>} */
  let at;
  /** Gets what the issuer tells the applications of. */
  let told = (_notice) => {};
  before(async () => {
    const backchannelLogout = { send: (notice) => told(notice), retries: [] };
    at = await startAdvancedIssuer(profile, issuerOf, { backchannelLogout });
  });

  async function newClient(clientId, more) {
    const proofs = await dpopProofs();
    const client = await at.client(clientId, { dpop: proofs, ...more });
    return Object.assign(client, { dpopProofs: proofs });
  }

  /** Signs alice in. */
  async function signedIn(client, { browser = at.browser(), ...parameters } = {}) {
    const wanted = { redirectUri: REDIRECT_URI, scope: "openid email", ...parameters };
    const request = await prepareSignIn(client, wanted, { pushed: true });
    const { url } = await signIn(browser, request.url);
    return client.exchangeCode(client.parseCallback(url, request.serialize()));
  }

  /** The token for the next service, as that sees it. */
  async function verified(client, accessToken, audience = BACK) {
    const proof = await client.dpopProofs.proof({ method: "GET", url: `${audience}/x`, accessToken });
    const headers = { authorization: `DPoP ${accessToken}`, dpop: proof };
    const request = new Request(`${audience}/x`, { headers });
    return verifyAccessToken(request, { issuer: at.trusted(client.clientId), audience, dpop: "required" });
  }

  /** Alice's access token for the service `app_api`. */
  async function subjectToken() {
    const user = await newClient("app_user");
    return (await signedIn(user, { scope: "openid read", resource: API })).accessToken;
  }

  test("RFC 8693 section 1.1: impersonation, for the next service", async () => {
    const api = await newClient("app_api");
    const parameters = { subjectToken: await subjectToken(), subjectTokenType: TokenType.accessToken };
    const { tokens, issuedTokenType } = await exchangeToken(api, { ...parameters, resource: BACK, scope: "back" });
    assert.deepEqual([issuedTokenType, tokens.tokenType], [TokenType.accessToken, "DPoP"]);
    const read = await verified(api, tokens.accessToken);
    assert.deepEqual([read.subject, read.clientId, read.scope.join()], ["user_alice", "app_api", "back"]);
    assert.equal(read.claims.act, undefined);
    // By the name of the application that runs it.
    const named = await exchangeToken(api, { ...parameters, audience: "app_back" });
    assert.deepEqual([...(await verified(api, named.tokens.accessToken)).audience], [BACK]);
    const other = exchangeToken(api, { ...parameters, resource: "https://c.example.com" });
    await assert.rejects(other, { code: "oauth_error", error: "invalid_target" });
  });

  test("RFC 8693 section 4.1: delegation, and a chain of it", async () => {
    const api = await newClient("app_api");
    const back = await newClient("app_back");
    const actor = async (client, scope) => ({
      actorToken: (await client.clientCredentials({ scope })).accessToken,
      actorTokenType: TokenType.accessToken,
    });
    const first = await exchangeToken(api, {
      subjectToken: await subjectToken(),
      subjectTokenType: TokenType.accessToken,
      resource: BACK,
      ...(await actor(api, "read")),
    });
    const one = await verified(api, first.tokens.accessToken);
    assert.deepEqual([one.subject, one.claims.act.sub], ["user_alice", "app_api"]);
    const second = await exchangeToken(back, {
      subjectToken: first.tokens.accessToken,
      subjectTokenType: TokenType.accessToken,
      ...(await actor(back, "back")),
    });
    const two = await verified(back, second.tokens.accessToken);
    assert.deepEqual([two.claims.act.sub, two.claims.act.act.sub], ["app_back", "app_api"]);
  });

  test("RFC 8693 section 2.1: never more than the subject token", async () => {
    const api = await newClient("app_api");
    const parameters = { subjectToken: await subjectToken(), subjectTokenType: TokenType.accessToken, resource: API };
    const { tokens } = await exchangeToken(api, { ...parameters, scope: "read" });
    assert.deepEqual((await verified(api, tokens.accessToken, API)).scope, ["read"]);
    for (const scope of ["email", "write", "back"]) {
      const refused = { code: "oauth_error", error: "invalid_scope" };
      await assert.rejects(exchangeToken(api, { ...parameters, scope }), refused);
    }
    // The resource server of another service may not exchange it.
    const stranger = await newClient("app_back");
    await assert.rejects(exchangeToken(stranger, { ...parameters, resource: BACK }), { error: "invalid_request" });
  });

  test("RFC 7523 section 2.1: an assertion of a trusted issuer", async () => {
    const api = await newClient("app_api");
    const said = {
      ...{ key: login.privateKey, keyId: "login-key", issuer: LOGIN, subject: "their-alice" },
      ...{ audience: api.server.issuer, claims: { email: "alice@example.com" } },
    };
    const assertion = await signJwtAssertion(said);
    const tokens = await jwtBearer(api, { assertion, scope: "back", resource: BACK });
    const read = await verified(api, tokens.accessToken);
    assert.deepEqual([read.subject, read.clientId], ["user_alice", "app_api"]);
    const refused = { code: "oauth_error", error: "invalid_grant" };
    // Section 3: its `jti` counts once.
    await assert.rejects(jwtBearer(api, { assertion }), refused);
    for (const wrong of [{ issuer: "https://x.example" }, { audience: "https://x.example" }, { key: key.privateKey }]) {
      await assert.rejects(jwtBearer(api, { assertion: await signJwtAssertion({ ...said, ...wrong }) }), refused);
    }
    const exchanged = await exchangeToken(api, {
      subjectToken: await signJwtAssertion(said),
      subjectTokenType: TokenType.jwt,
      resource: BACK,
    });
    assert.equal((await verified(api, exchanged.tokens.accessToken)).subject, "user_alice");
  });

  test("OpenID Connect Core section 5.3.2: signed userinfo", async () => {
    const client = await newClient("app_signed");
    const tokens = await signedIn(client);
    const claims = await signedUserInfo(client, tokens);
    assert.deepEqual([claims.sub, claims.email], ["user_alice", "alice@example.com"]);
    // An answer that is not signed is refused.
    const plain = await newClient("app_user");
    await assert.rejects(signedUserInfo(plain, await signedIn(plain)), { code: "malformed_response" });
  });

  test("RFC 9701: signed introspection", async () => {
    const client = await newClient("app_user");
    const tokens = await signedIn(client);
    const about = await signedIntrospect(client, tokens.accessToken);
    assert.deepEqual([about.active, about.members.sub], [true, "user_alice"]);
    assert.equal(about.members.cnf.jkt, client.dpopProofs.thumbprint);
    await client.revoke(tokens.accessToken);
    assert.equal((await signedIntrospect(client, tokens.accessToken)).active, false);
  });

  test("OpenID Connect Back-Channel Logout: the logout token is of the session of the id_token", async () => {
    const client = await newClient("app_user");
    const browser = at.browser();
    const tokens = await signedIn(client, { browser });
    const telling = new Promise((resolve) => (told = resolve));
    await browser.open(client.logoutUrl({ idToken: tokens.idToken, postLogoutRedirectUri: REDIRECT_URI }));
    const { applicationId, uri, logoutToken: token } = await telling;
    assert.deepEqual([applicationId, uri], ["app_user", "https://app.example/logout"]);
    const read = await parseLogoutToken(client, token);
    assert.deepEqual([read.subject, read.sessionId], ["user_alice", tokens.claims.sid]);
    assert.ok(read.jwtId && read.expiresAt > read.issuedAt);
    // It is no logout token of another client, and an id_token is none.
    const other = await newClient("app_signed");
    await assert.rejects(parseLogoutToken(other, token), { code: "malformed_response" });
    await assert.rejects(parseLogoutToken(client, tokens.idToken), { code: "malformed_response" });
  });

  if (profile !== "fapi2") {
    test("EIAM: a client that authenticates by a token of another issuer", async () => {
      const claims = {
        iss: LOGIN,
        sub: "system:job",
        aud: issuerOf("app_job"),
        exp: Math.floor(Date.now() / 1000) + 60,
      };
      let asked = 0;
      const by = (token, credential = "deployment") => ({
        dpop: undefined,
        authentication: federatedToken({ credential, token }),
      });
      const token = () => {
        asked++;
        return login.jwt(claims);
      };
      const client = await at.client("app_job", by(token));
      for (let time = 0; time < 2; time++) {
        const { accessToken } = await client.clientCredentials({ scope: "read" });
        const read = await verifyAccessToken(accessToken, { issuer: at.trusted("app_job"), audience: API });
        assert.deepEqual([read.clientId, [...read.scope]], ["app_job", ["read"]]);
      }
      assert.equal(asked, 2);
      // With a proof of a key, whose nonce makes a second request.
      const bound = await newClient("app_job", { authentication: by(token).authentication });
      assert.equal((await bound.clientCredentials({ scope: "read" })).tokenType, "DPoP");
      for (const wrong of [
        by(token, "other"),
        by(() => login.jwt({ ...claims, sub: "system:other" })),
        by(() => login.jwt({ ...claims, aud: "https://x.example" })),
        by(() => key.jwt(claims)),
      ]) {
        const refused = (await at.client("app_job", wrong)).clientCredentials({ scope: "read" });
        await assert.rejects(refused, { code: "oauth_error", error: "invalid_client" });
      }
    });
  }

  if (issuerOf !== ISSUERS["the instance's"]) return;

  test("RFC 7591 and RFC 7592: register, sign in, read, change and delete", async () => {
    const server = await discoverServer(issuerOf(), { fetch: at.fetch });
    const metadata = {
      client_name: "Registered",
      redirect_uris: [REDIRECT_URI],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [key.jwk] },
      dpop_bound_access_tokens: true,
    };
    const calls = { fetch: at.fetch };
    await assert.rejects(registerClient(server, metadata, calls), { code: "oauth_error", error: "invalid_token" });
    let one = await registerClient(server, metadata, { ...calls, initialAccessToken: INITIAL_ACCESS_TOKEN });
    assert.equal(one.metadata.client_name, "Registered");
    const client = await newClient(one.clientId);
    const browser = at.browser();
    const request = await prepareSignIn(client, { redirectUri: REDIRECT_URI, scope: "openid" }, { pushed: true });
    const { url } = await browser.submit(await signIn(browser, request.url), {}, "allow");
    const tokens = await client.exchangeCode(client.parseCallback(url, request));
    assert.deepEqual([tokens.claims.aud, tokens.claims.sub], [one.clientId, "user_alice"]);

    one = await readRegistration(server, deserializeRegistration(one.serialize()), calls);
    const before = one.registrationAccessToken;
    one = await updateRegistration(server, one, { ...metadata, client_name: "Changed" }, calls);
    assert.equal(one.metadata.client_name, "Changed");
    assert.notEqual(one.registrationAccessToken, before);
    const wrong = updateRegistration(server, one, { ...metadata, redirect_uris: ["http://app.example/"] }, calls);
    await assert.rejects(wrong, { code: "oauth_error", error: "invalid_redirect_uri" });
    await deleteRegistration(one, calls);
    await assert.rejects(readRegistration(server, one, calls), { code: "oauth_error", error: "invalid_token" });
    await assert.rejects(client.userInfo(tokens), { code: "oauth_error" });
  });

  test("RFC 7591: a public client", async () => {
    const server = await discoverServer(issuerOf(), { fetch: at.fetch });
    const metadata = { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: "none" };
    const options = { fetch: at.fetch, initialAccessToken: INITIAL_ACCESS_TOKEN };
    if (profile === "fapi2") {
      // FAPI 2.0 Security Profile section 5.3.2.1: confidential clients alone.
      const refused = { code: "oauth_error", error: "invalid_client_metadata" };
      await assert.rejects(registerClient(server, metadata, options), refused);
      return;
    }
    const { clientId, clientSecret } = await registerClient(server, metadata, options);
    assert.equal(clientSecret, undefined);
    const client = new SignInClient({ server, clientId, fetch: at.fetch });
    const browser = at.browser();
    const request = client.authorizationRequest({ redirectUri: REDIRECT_URI, scope: "openid" });
    const { url } = await browser.submit(await signIn(browser, request.url), {}, "allow");
    assert.equal((await client.exchangeCode(client.parseCallback(url, request))).claims.aud, clientId);
  });
});
