import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as jose from "jose";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { atBothIssuers } from "./both-issuers.mjs";
import { ALICE, signIn, startIssuer } from "./issuer.mjs";

/**
 * Resource servers and their clients, as others have written them: jose verifies JWT access tokens by the rules of
 * RFC 9068 section 4, oauth4webapi and openid-client name resources (RFC 8707) and introspect (RFC 7662, RFC 9701).
 */

const REDIRECT_URI = "https://app.example/cb";
const API = "https://api.example.com";
const FILES = "https://files.example.com/v1";
const SECRET = "CSapi: a secret of more than 32 bytes";
const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const insecure = { [oauth.allowInsecureRequests]: true };

const config = {
  instanceId: "idaas_peers",
  resources: [
    { identifier: API, scopes: ["read", "write"], accessTokenFormat: "jwt", claims: { tier: "gold" } },
    { identifier: FILES, scopes: ["files"], lifetime: 120, applicationId: "app_files" },
  ],
  applications: [
    {
      applicationId: "app_spa",
      public: true,
      redirectUris: [REDIRECT_URI],
      grants: ["authorization_code", "refresh_token", DEVICE_CODE],
      scopes: ["openid", "profile", "email", "read", "write", "files"],
      defaultScope: "openid read",
    },
    {
      applicationId: "app_machine",
      clientSecrets: [SECRET],
      grants: ["client_credentials"],
      scopes: ["read", "files"],
    },
    { applicationId: "app_files", clientSecrets: [SECRET], grants: ["client_credentials"] },
    { applicationId: "app_gateway", clientSecrets: [SECRET], grants: ["client_credentials"], introspects: "all" },
    { applicationId: "app_stranger", clientSecrets: [SECRET], grants: ["client_credentials"] },
  ],
  users: [ALICE],
};

atBothIssuers(config, ["eiam", "rfc9700"], ({ issuerOf, openBrowser }) => {
  const discover = (clientId, authentication = openid.None()) =>
    openid.discovery(new URL(issuerOf(clientId)), clientId, undefined, authentication, {
      execute: [openid.allowInsecureRequests],
    });

  /** Metadata as oauth4webapi has them. */
  async function metadata(clientId) {
    const url = new URL(issuerOf(clientId));
    return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
  }

  /** Signs alice in. */
  async function tokens(resources, { scope = "openid read write files offline_access", more = [] } = {}) {
    const client = await discover("app_spa");
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const parameters = new URLSearchParams({
      redirect_uri: REDIRECT_URI,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });
    if (scope) parameters.set("scope", scope);
    for (const resource of resources) parameters.append("resource", resource);
    const url = openid.buildAuthorizationUrl(client, parameters);
    const answer = new URL((await signIn(openBrowser(), url)).url);
    const token = new URLSearchParams(more.map((resource) => ["resource", resource]));
    const given = await openid.authorizationCodeGrant(client, answer, { pkceCodeVerifier }, token);
    return { client, given };
  }

  /** The claims of a JWT access token, by jose. */
  async function verified(token, audience, algorithms = ["RS256"]) {
    const { jwks_uri, issuer } = await metadata("app_spa");
    const keys = jose.createRemoteJWKSet(new URL(jwks_uri));
    const required = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"];
    const rules = { issuer, audience, typ: "at+jwt", algorithms, requiredClaims: required };
    return (await jose.jwtVerify(token, keys, rules)).payload;
  }

  test("RFC 9068 section 4: jose verifies a user's token", async () => {
    const { given } = await tokens([API], { scope: "openid read write" });
    const claims = await verified(given.access_token, API);
    assert.equal(claims.aud, API);
    assert.equal(claims.sub, ALICE.userId);
    assert.equal(claims.client_id, "app_spa");
    assert.equal(claims.scope, "openid read write");
    assert.equal(claims.tier, "gold");
    assert.deepEqual(claims.amr, ["pwd"]);
    assert.equal(claims.auth_time, jose.decodeJwt(given.id_token).auth_time);
    await assert.rejects(verified(given.access_token, FILES), { code: "ERR_JWT_CLAIM_VALIDATION_FAILED" });
    // An id_token is none, though the same key signed it.
    await assert.rejects(verified(given.id_token, "app_spa"), { code: "ERR_JWT_CLAIM_VALIDATION_FAILED" });
  });

  test("RFC 9068 section 4: oauth4webapi verifies it too", async () => {
    const { given } = await tokens([API], { scope: "openid read" });
    const request = new Request(API, { headers: { authorization: `Bearer ${given.access_token}` } });
    const claims = await oauth.validateJwtAccessToken(await metadata("app_spa"), request, API, insecure);
    assert.equal(claims.scope, "openid read");
    const other = new Request(API, { headers: { authorization: `Bearer ${given.access_token}` } });
    await assert.rejects(oauth.validateJwtAccessToken(await metadata("app_spa"), other, FILES, insecure));
  });

  test("openid-client: userinfo by a JWT", async () => {
    const { client, given } = await tokens([API], { scope: "openid profile" });
    const info = await openid.fetchUserInfo(client, given.access_token, ALICE.userId);
    assert.equal(info.name, ALICE.claims.name);
  });

  test("RFC 8707 section 2.2: openid-client narrows a grant for each resource", async () => {
    const { client, given } = await tokens([API, FILES], { more: [API] });
    assert.deepEqual((await verified(given.access_token, API)).aud, API);
    assert.equal(given.scope.includes("files"), false);
    const files = await openid.refreshTokenGrant(client, given.refresh_token, { resource: FILES });
    assert.equal(files.expires_in, 120);
    assert.match(files.access_token, /^AT/);
    const again = await openid.refreshTokenGrant(client, files.refresh_token, { resource: API, scope: "read" });
    assert.equal((await verified(again.access_token, API)).scope, "read");
    const other = openid.refreshTokenGrant(client, again.refresh_token, { resource: "https://x.example" });
    await assert.rejects(other, { error: "invalid_target" });
  });

  test("RFC 8707 section 2: unknown resources are invalid_target", async () => {
    const client = await discover("app_spa");
    const code_challenge = await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier());
    const pkce = { code_challenge, code_challenge_method: "S256" };
    const resource = "https://x.example";
    const parameters = { redirect_uri: REDIRECT_URI, scope: "openid", resource, ...pkce };
    const page = await openBrowser().open(openid.buildAuthorizationUrl(client, parameters).href);
    assert.equal(new URL(page.url).searchParams.get("error"), "invalid_target");
  });

  test("RFC 6749 section 3.3: the default scope", async () => {
    const { given } = await tokens([API], { scope: "" });
    assert.equal((await verified(given.access_token, API)).scope, "openid read");
  });

  test("RFC 6749 section 4.4: client_credentials with plain scopes", async () => {
    const client = await discover("app_machine", openid.ClientSecretBasic(SECRET));
    const given = await openid.clientCredentialsGrant(client, { scope: "read" });
    const { jwks_uri, issuer } = client.serverMetadata();
    const keys = jose.createRemoteJWKSet(new URL(jwks_uri));
    const { payload } = await jose.jwtVerify(given.access_token, keys, { issuer, audience: API, typ: "at+jwt" });
    assert.deepEqual([payload.sub, payload.scope], ["app_machine", "read"]);
  });

  for (const clientId of ["app_files", "app_gateway"]) {
    test(`RFC 7662: ${clientId} introspects a public client's token`, async () => {
      const { given } = await tokens([FILES], { scope: "openid files" });
      const as = await metadata("app_spa");
      const client = { client_id: clientId };
      const by = oauth.ClientSecretBasic(SECRET);
      const plain = await oauth.processIntrospectionResponse(
        as,
        client,
        await oauth.introspectionRequest(as, client, by, given.access_token, {
          ...insecure,
          requestJwtResponse: false,
        }),
      );
      assert.equal(plain.active, true);
      assert.deepEqual([plain.aud, plain.scope, plain.client_id], [FILES, "openid files", "app_spa"]);
      assert.deepEqual([plain.sub, plain.iss], [ALICE.userId, as.issuer]);
      // RFC 9701: the same, signed.
      const response = await oauth.introspectionRequest(as, client, by, given.access_token, {
        ...insecure,
        requestJwtResponse: true,
      });
      const [answered, others] = [response.clone(), response.clone()];
      const signed = await oauth.processIntrospectionResponse(as, client, response);
      assert.deepEqual(signed, plain);
      const keys = jose.createRemoteJWKSet(new URL(as.jwks_uri));
      const rules = { issuer: as.issuer, audience: clientId, typ: "token-introspection+jwt" };
      const { payload } = await jose.jwtVerify(await answered.text(), keys, rules);
      assert.deepEqual(payload.token_introspection, plain);
      await assert.rejects(oauth.processIntrospectionResponse(as, { client_id: "app_stranger" }, others));
    });
  }

  test("RFC 7662: what others must not see is inactive", async () => {
    const { given } = await tokens([FILES], { scope: "openid files" });
    const as = await metadata("app_spa");
    const client = { client_id: "app_stranger" };
    const by = oauth.ClientSecretPost(SECRET);
    for (const requestJwtResponse of [false, true]) {
      const options = { ...insecure, requestJwtResponse };
      const response = await oauth.introspectionRequest(as, client, by, given.access_token, options);
      const answer = await oauth.processIntrospectionResponse(as, client, response);
      assert.deepEqual(answer, { active: false });
    }
  });

  test("RFC 7662: openid-client introspects what is for its resource server", async () => {
    const { given } = await tokens([FILES], { scope: "openid files" });
    const server = (await discover("app_spa")).serverMetadata();
    const client = new openid.Configuration(server, "app_files", undefined, openid.ClientSecretBasic(SECRET));
    openid.allowInsecureRequests(client);
    const answer = await openid.tokenIntrospection(client, given.access_token);
    assert.deepEqual([answer.active, answer.aud], [true, FILES]);
  });
});

describe("RFC 7518 section 3.1: jose verifies what every algorithm signs", () => {
  for (const signing of ALGORITHMS) {
    test(signing, async () => {
      const applications = config.applications.filter(({ applicationId }) => applicationId !== "app_spa");
      const command = await startIssuer({ ...config, applications, signing });
      try {
        const issuer = `${command.address}/v2/idaas_peers/app_machine/oidc`;
        const client = await openid.discovery(
          new URL(issuer),
          "app_machine",
          undefined,
          openid.ClientSecretBasic(SECRET),
          { execute: [openid.allowInsecureRequests] },
        );
        const { access_token } = await openid.clientCredentialsGrant(client, { resource: API });
        const keys = jose.createRemoteJWKSet(new URL(`${issuer}/jwks`));
        const rules = { issuer, audience: API, typ: "at+jwt", algorithms: [signing] };
        const { protectedHeader } = await jose.jwtVerify(access_token, keys, rules);
        assert.equal(protectedHeader.alg, signing);
      } finally {
        await command.stop();
      }
    });
  }
});

describe("RFC 7523 section 2.2: the issuer takes what jose signs by every algorithm", () => {
  for (const alg of ALGORITHMS) {
    test(alg, async () => {
      const { publicKey, privateKey } = await jose.generateKeyPair(alg);
      const jwk = { ...(await jose.exportJWK(publicKey)), alg, kid: "mine" };
      const machine = { applicationId: "app_keys", jwks: { keys: [jwk] }, grants: ["client_credentials"] };
      const command = await startIssuer({ instanceId: "idaas_peers", applications: [machine] });
      try {
        const issuer = `${command.address}/v2/idaas_peers/app_keys/oidc`;
        const ask = async (key) => {
          const assertion = new jose.SignJWT({ jti: crypto.randomUUID() })
            .setProtectedHeader({ alg, kid: "mine" })
            .setIssuer("app_keys")
            .setSubject("app_keys")
            .setAudience(issuer)
            .setIssuedAt()
            .setExpirationTime("1m");
          const body = new URLSearchParams({
            grant_type: "client_credentials",
            client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            client_assertion: await assertion.sign(key),
          });
          const url = `${command.address}/v2/idaas_peers/app_keys/oauth2/token`;
          return (await fetch(url, { method: "POST", body })).status;
        };
        assert.equal(await ask(privateKey), 200);
        const stranger = await jose.generateKeyPair(alg);
        assert.equal(await ask(stranger.privateKey), 401);
      } finally {
        await command.stop();
      }
    });
  }
});
