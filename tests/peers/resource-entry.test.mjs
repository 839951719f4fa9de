import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { AccessTokenRefusedError, TrustedIssuer, dpopNonces, verifyAccessToken } from "eiam-token/resource";
import * as jose from "jose";
import * as oauth from "oauth4webapi";
import Provider from "oidc-provider";
import * as openid from "openid-client";
import { signer } from "../../pkg/test/support/jwt.mjs";
import { startIssuer } from "./issuer.mjs";

/**
 * The entry for resource servers with tokens that others have made: oidc-provider issues them, openid-client and
 * oauth4webapi get them and prove their keys, and jose signs some.
 */

const API = "https://api.example.com";
const OPAQUE = "https://opaque.example.com";
const SECRET = "a secret of more than 32 characters";
const insecure = { execute: [openid.allowInsecureRequests] };

/** The answer of what is called. */
async function refusal(work) {
  const error = await work.then(
    () => assert.fail("not refused"),
    (reason) => reason,
  );
  assert.ok(error instanceof AccessTokenRefusedError, error.stack);
  return error;
}

describe("tokens of oidc-provider", () => {
  /** @type {import("node:http").Server} */
  let server;
  let address;
  before(async () => {
    server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `http://127.0.0.1:${server.address().port}`;
    const { privateJwk } = await signer("RS256", "rs", { extractable: true });
    const clients = ["app", "api"].map((client_id) => ({
      ...{ client_id, client_secret: SECRET, grant_types: ["client_credentials"], redirect_uris: [] },
      ...{ response_types: [], token_endpoint_auth_method: "client_secret_basic" },
    }));
    const provider = new Provider(address, {
      clients,
      jwks: { keys: [privateJwk] },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        dPoP: { enabled: true },
        introspection: { enabled: true, allowedPolicy: () => true },
        revocation: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_, resource) => ({
            scope: "read write",
            audience: resource,
            accessTokenFormat: resource === API ? "jwt" : "opaque",
            jwt: { sign: { alg: "RS256" } },
          }),
        },
      },
    });
    server.on("request", provider.callback());
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  const discover = () => openid.discovery(new URL(address), "app", {}, openid.ClientSecretBasic(SECRET), insecure);
  const issuerOf = (more = {}) =>
    new TrustedIssuer({
      issuer: address,
      introspection: { clientId: "api", clientSecret: SECRET, cacheSeconds: 0, ...more },
    });

  test("JWTs, by the metadata and the keys of the server", async () => {
    const client = await discover();
    const { access_token: token } = await openid.clientCredentialsGrant(client, { resource: API, scope: "read" });
    assert.equal(jose.decodeProtectedHeader(token).typ, "at+jwt");
    const read = await verifyAccessToken(token, { issuer: address, audience: API, scope: "read" });
    assert.deepEqual([read.clientId, read.scope], ["app", ["read"]]);
    assert.equal(
      (await refusal(verifyAccessToken(token, { issuer: address, audience: OPAQUE }))).error,
      "invalid_token",
    );
    const less = await refusal(verifyAccessToken(token, { issuer: address, audience: API, scope: "write" }));
    assert.deepEqual([less.status, less.error], [403, "insufficient_scope"]);
  });

  test("opaque ones, by introspection, until they are revoked", async () => {
    const client = await discover();
    const { access_token: token } = await openid.clientCredentialsGrant(client, { resource: OPAQUE, scope: "read" });
    const options = { issuer: issuerOf(), audience: OPAQUE, scope: "read" };
    assert.equal((await verifyAccessToken(token, options)).clientId, "app");
    await openid.tokenRevocation(client, token);
    assert.equal((await refusal(verifyAccessToken(token, options))).error, "invalid_token");
  });

  for (const resource of [API, OPAQUE]) {
    test(`bound ones, with the proofs of openid-client and a nonce: ${resource}`, async () => {
      const client = await discover();
      const handle = openid.getDPoPHandle(client, await openid.randomDPoPKeyPair("ES256"));
      const parameters = { resource, scope: "read" };
      const { access_token: token } = await openid.clientCredentialsGrant(client, parameters, { DPoP: handle });
      const nonces = dpopNonces();
      const options = { issuer: issuerOf(), audience: resource, dpop: "required", nonces };
      const asked = [];
      client[openid.customFetch] = async (url, init) => {
        asked.push(init.headers);
        try {
          const { jkt } = await verifyAccessToken(new Request(url, init), options);
          return Response.json({ jkt });
        } catch (error) {
          return error.toResponse();
        }
      };
      const url = new URL(`${resource}/things`);
      const response = await openid.fetchProtectedResource(client, token, url, "GET", undefined, undefined, {
        DPoP: handle,
      });
      assert.equal(response.status, 200);
      assert.equal((await response.json()).jkt.length, 43);
      assert.equal(asked.length, 2, "once more with the nonce");
    });
  }
});

describe("tokens of the issuer here, as oauth4webapi gets them", () => {
  /** @type {Awaited<ReturnType<typeof startIssuer>>} */
  let command;
  before(async () => {
    command = await startIssuer({
      instanceId: "idaas_peers",
      resources: [{ identifier: API, scopes: ["read"], accessTokenFormat: "jwt" }],
      applications: [
        { applicationId: "app_machine", clientSecrets: [SECRET], grants: ["client_credentials"], scopes: ["read"] },
      ],
    });
  });
  after(() => command.stop());

  test("JWTs for a resource, bound and not", async () => {
    const allowed = { [oauth.allowInsecureRequests]: true };
    const issuer = new URL(`${command.address}/v2/idaas_peers/app_machine/oidc`);
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, allowed));
    const client = { client_id: "app_machine" };
    const options = { issuer: issuer.href, audience: API, scope: "read" };
    const get = async (more) => {
      const parameters = { resource: API, scope: "read" };
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        oauth.ClientSecretBasic(SECRET),
        parameters,
        {
          ...allowed,
          ...more,
        },
      );
      return (await oauth.processClientCredentialsResponse(server, client, response)).access_token;
    };
    assert.equal((await verifyAccessToken(await get({}), options)).clientId, "app_machine");
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
    const token = await get({ DPoP });
    let read;
    await oauth.protectedResourceRequest(token, "GET", new URL(`${API}/things?x`), undefined, undefined, {
      DPoP,
      [oauth.customFetch]: async (url, init) => {
        read = await verifyAccessToken(new Request(url, init), { ...options, dpop: "required" });
        return new Response();
      },
    });
    assert.equal(read.jkt, read.claims.cnf.jkt);
    assert.equal((await refusal(verifyAccessToken(token, options))).error, "invalid_token");
  });
});

test("what jose signs by the rules of RFC 9068", async () => {
  const { publicKey, privateKey } = await jose.generateKeyPair("EdDSA");
  const jwk = { ...(await jose.exportJWK(publicKey)), kid: "one" };
  const issuer = new TrustedIssuer({ issuer: "https://as.example.com", jwks: [jwk] });
  const sign = (typ) =>
    new jose.SignJWT({ client_id: "app", scope: "read" })
      .setProtectedHeader({ alg: "EdDSA", kid: "one", typ })
      .setIssuer("https://as.example.com")
      .setAudience(API)
      .setSubject("alice")
      .setJti("one")
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
  assert.equal((await verifyAccessToken(await sign("at+jwt"), { issuer, audience: API })).subject, "alice");
  await refusal(verifyAccessToken(await sign("JWT"), { issuer, audience: API }));
});
