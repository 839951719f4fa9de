import assert from "node:assert/strict";
import { test } from "node:test";
import * as jose from "jose";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { atBothIssuers } from "./both-issuers.mjs";
import { ALICE, signIn } from "./issuer.mjs";

/**
 * Token exchange (RFC 8693) and assertions of another issuer (RFC 7523 section 2.1), asked for by openid-client and
 * oauth4webapi; jose signs the other issuer's JWTs, and verifies what comes of it by the rules of RFC 9068 section 4.
 */

const REDIRECT_URI = "https://app.example/cb";
const API = "https://api.example.com";
const BACK = "https://back.example.com";
const SECRET = "CSapi: a secret of more than 32 bytes";
const LOGIN = "https://login.example.net";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
const JWT = "urn:ietf:params:oauth:token-type:jwt";
const insecure = { [oauth.allowInsecureRequests]: true };
const login = await jose.generateKeyPair("ES256");

const config = {
  instanceId: "idaas_peers",
  resources: [
    { identifier: API, scopes: ["read", "write"], applicationId: "app_api" },
    { identifier: BACK, scopes: ["back"], accessTokenFormat: "jwt", applicationId: "app_back" },
  ],
  applications: [
    {
      applicationId: "app_spa",
      public: true,
      redirectUris: [REDIRECT_URI],
      grants: ["authorization_code", "refresh_token"],
      scopes: ["openid", "email", "read", "write"],
    },
    {
      applicationId: "app_api",
      clientSecrets: [SECRET],
      grants: [EXCHANGE, BEARER, "client_credentials"],
      scopes: ["openid", "email", "read", "back"],
    },
    { applicationId: "app_back", clientSecrets: [SECRET], grants: [EXCHANGE, "client_credentials"], scopes: ["back"] },
  ],
  trustedIssuers: [
    {
      issuer: LOGIN,
      jwks: { keys: [{ ...(await jose.exportJWK(login.publicKey)), kid: "login" }] },
      subjectClaim: "email",
      userAttribute: "email",
    },
  ],
  users: [ALICE],
};

atBothIssuers(config, ["eiam", "rfc9700"], ({ issuerOf, openBrowser }) => {
  const discover = (clientId, authentication = openid.ClientSecretBasic(SECRET)) =>
    openid.discovery(new URL(issuerOf(clientId)), clientId, undefined, authentication, {
      execute: [openid.allowInsecureRequests],
    });

  /** Alice's tokens at the single-page app, for the first service. */
  async function spaTokens() {
    const client = await discover("app_spa", openid.None());
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(client, {
      redirect_uri: REDIRECT_URI,
      scope: "openid read write",
      resource: API,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });
    const answer = new URL((await signIn(openBrowser(), url)).url);
    return openid.authorizationCodeGrant(client, answer, { pkceCodeVerifier });
  }

  /** The claims of a JWT access token that this client was given, by jose. */
  async function verified(token, clientId, audience) {
    const server = (await discover(clientId)).serverMetadata();
    const keys = jose.createRemoteJWKSet(new URL(server.jwks_uri));
    const requiredClaims = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"];
    const rules = { issuer: server.issuer, audience, typ: "at+jwt", algorithms: ["RS256"], requiredClaims };
    return (await jose.jwtVerify(token, keys, rules)).payload;
  }

  const foreign = (audience, claims = {}) =>
    new jose.SignJWT({ email: ALICE.claims.email, jti: crypto.randomUUID(), ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "login" })
      .setIssuer(LOGIN)
      .setSubject("their-alice")
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(login.privateKey);

  test("RFC 8414 section 2: the grants are announced", async () => {
    const { grant_types_supported: grants } = (await discover("app_api")).serverMetadata();
    assert.ok(grants.includes(EXCHANGE) && grants.includes(BEARER), String(grants));
  });

  test("RFC 8693 section 2: openid-client impersonates at the next service", async () => {
    const { access_token } = await spaTokens();
    const client = await discover("app_api");
    const given = await openid.genericGrantRequest(client, EXCHANGE, {
      subject_token: access_token,
      subject_token_type: ACCESS_TOKEN,
      resource: BACK,
      scope: "back",
    });
    assert.equal(given.issued_token_type, ACCESS_TOKEN);
    assert.equal(given.token_type, "bearer");
    assert.ok(given.expires_in > 0 && given.expires_in <= 1200);
    const claims = await verified(given.access_token, "app_api", BACK);
    assert.deepEqual([claims.sub, claims.client_id, claims.scope], [ALICE.userId, "app_api", "back"]);
    assert.equal(claims.act, undefined);
  });

  test("RFC 8693 section 4.1: oauth4webapi delegates, and the next service in its turn", async () => {
    const { access_token } = await spaTokens();
    let subject = access_token;
    let chain;
    for (const clientId of ["app_api", "app_back"]) {
      const config = await discover(clientId);
      const own = await openid.clientCredentialsGrant(config, { scope: "back" });
      const url = new URL(issuerOf(clientId));
      const as = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
      const client = { client_id: clientId };
      const parameters = {
        subject_token: subject,
        subject_token_type: subject === access_token ? ACCESS_TOKEN : JWT,
        actor_token: own.access_token,
        actor_token_type: ACCESS_TOKEN,
        requested_token_type: JWT,
        audience: "app_back",
      };
      const by = oauth.ClientSecretPost(SECRET);
      const response = await oauth.genericTokenEndpointRequest(as, client, by, EXCHANGE, parameters, insecure);
      const given = await oauth.processGenericTokenEndpointResponse(as, client, response);
      assert.equal(given.issued_token_type, JWT);
      chain = chain ? { sub: clientId, act: chain } : { sub: clientId };
      const claims = await verified(given.access_token, clientId, BACK);
      assert.deepEqual([claims.sub, claims.act], [ALICE.userId, chain]);
      const told = await openid.tokenIntrospection(config, given.access_token);
      assert.deepEqual([told.active, told.act, told.sub], [true, chain, ALICE.userId]);
      subject = given.access_token;
    }
  });

  test("RFC 7009 section 2.1: what came of a token ends with it", async () => {
    const { access_token } = await spaTokens();
    const client = await discover("app_api");
    const parameters = { subject_token: access_token, subject_token_type: ACCESS_TOKEN };
    const given = await openid.genericGrantRequest(client, EXCHANGE, parameters);
    assert.equal((await openid.tokenIntrospection(client, given.access_token)).active, true);
    await openid.tokenRevocation(await discover("app_spa", openid.None()), access_token);
    assert.deepEqual(await openid.tokenIntrospection(client, given.access_token), { active: false });
    const again = openid.genericGrantRequest(client, EXCHANGE, parameters);
    await assert.rejects(again, { error: "invalid_request", status: 400 });
  });

  test("RFC 8693 section 2.2.2: refusals", async () => {
    const { access_token, id_token } = await spaTokens();
    const client = await discover("app_api");
    const subject = { subject_token: access_token, subject_token_type: ACCESS_TOKEN };
    for (const [change, error] of [
      [{ resource: "https://x.example" }, "invalid_target"],
      [{ audience: "app_unknown" }, "invalid_target"],
      [{ scope: "write" }, "invalid_scope"],
      [{ scope: "email" }, "invalid_scope"],
      [{ subject_token: "ATwrong" }, "invalid_request"],
      [{ subject_token: id_token, subject_token_type: ID_TOKEN }, "invalid_request"],
      [{ requested_token_type: "urn:ietf:params:oauth:token-type:refresh_token" }, "invalid_request"],
      [{ actor_token: access_token }, "invalid_request"],
    ]) {
      const answer = openid.genericGrantRequest(client, EXCHANGE, { ...subject, ...change });
      await assert.rejects(answer, { error, status: 400 }, JSON.stringify(change));
    }
    // The token is for the first service, so the other one may not.
    const other = openid.genericGrantRequest(await discover("app_back"), EXCHANGE, subject);
    await assert.rejects(other, { error: "invalid_request" });
  });

  test("RFC 8693 section 3: a JWT of the other issuer, which jose signed", async () => {
    const client = await discover("app_api");
    const { issuer } = client.serverMetadata();
    const given = await openid.genericGrantRequest(client, EXCHANGE, {
      subject_token: await foreign(issuer, { act: { sub: "agent" } }),
      subject_token_type: JWT,
      resource: BACK,
    });
    const claims = await verified(given.access_token, "app_api", BACK);
    assert.deepEqual([claims.sub, claims.act], [ALICE.userId, { sub: "agent", iss: LOGIN }]);
  });

  test("RFC 7523 section 2.1: openid-client brings an assertion, which works once", async () => {
    const client = await discover("app_api");
    const { issuer, token_endpoint } = client.serverMetadata();
    for (const audience of [issuer, token_endpoint]) {
      const assertion = await foreign(audience);
      const given = await openid.genericGrantRequest(client, BEARER, { assertion, scope: "openid email" });
      assert.equal(given.refresh_token, undefined);
      const info = await openid.fetchUserInfo(client, given.access_token, ALICE.userId);
      assert.equal(info.email, ALICE.claims.email);
      const again = openid.genericGrantRequest(client, BEARER, { assertion });
      await assert.rejects(again, { error: "invalid_grant", status: 400 });
    }
    const assertion = await foreign("https://other.example");
    const other = openid.genericGrantRequest(client, BEARER, { assertion });
    await assert.rejects(other, { error: "invalid_grant", status: 400 });
  });

  test("RFC 9449 section 5: openid-client exchanges with a proof", async () => {
    const { access_token } = await spaTokens();
    const client = await discover("app_api");
    const DPoP = openid.getDPoPHandle(client, await openid.randomDPoPKeyPair("ES256"));
    const parameters = { subject_token: access_token, subject_token_type: ACCESS_TOKEN };
    const given = await openid.genericGrantRequest(client, EXCHANGE, parameters, { DPoP });
    assert.equal(given.token_type, "dpop");
    const told = await openid.tokenIntrospection(client, given.access_token);
    assert.equal(typeof told.cnf.jkt, "string");
  });
});
