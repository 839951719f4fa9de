import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { challenge } from "eiam-token/resource";
import * as jose from "jose";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { atBothIssuers } from "./both-issuers.mjs";
import { ALICE, signIn } from "./issuer.mjs";

/**
 * Custom claims, subjects and authentication contexts, as the clients and verifiers of others see them: openid-client
 * signs in and asks for userinfo, jose verifies id_tokens and access tokens, oauth4webapi introspects and reads the
 * challenge of a resource server (RFC 9470).
 */

const REDIRECT_URI = "https://app.example/cb";
const API = "https://api.example.com";
const SECRET = "CSapi: a secret of more than 32 bytes";
const MFA = "urn:example:mfa";
const EVERYWHERE = ["id_token", "userinfo", "access_token"];
const SUBJECT = "auth0|alice@example.com";
const insecure = { [oauth.allowInsecureRequests]: true };

const config = {
  instanceId: "idaas_peers",
  customClaims: [
    { name: "tenant", value: { id: 7 }, in: EVERYWHERE },
    {
      name: "groups",
      expression: "ArrayMap(user.groups, __item.groupId)",
      in: EVERYWHERE,
      scope: "groups",
    },
  ],
  authenticationContexts: [{ acr: MFA, amr: ["pwd", "otp"] }],
  resources: [
    {
      identifier: API,
      scopes: ["read"],
      accessTokenFormat: "jwt",
      signing: "ES256",
      applicationId: "app_api",
      customClaims: [{ name: "email", expression: "user.email" }],
    },
  ],
  applications: [
    {
      applicationId: "app_spa",
      public: true,
      redirectUris: [REDIRECT_URI],
      scopes: ["openid", "profile", "groups", "read"],
      customClaims: [{ name: "roles", value: ["reader"], in: ["access_token"], scope: "read" }],
    },
    { applicationId: "app_api", clientSecrets: [SECRET], grants: ["client_credentials"] },
  ],
  users: [{ ...ALICE, userId: SUBJECT, attributes: { groups: [{ groupId: "g1" }, { groupId: "g2" }] } }],
};

atBothIssuers(config, ["eiam", "rfc9700"], ({ issuerOf, openBrowser }) => {
  const discover = () =>
    openid.discovery(new URL(issuerOf("app_spa")), "app_spa", undefined, openid.None(), {
      execute: [openid.allowInsecureRequests],
    });

  /** Where an authorization request leads to, and what redeems its code. */
  async function authorize(browser, parameters) {
    const client = await discover();
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(client, {
      redirect_uri: REDIRECT_URI,
      resource: API,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      ...parameters,
    });
    const page = await (parameters.prompt ? browser.open(url.href) : signIn(browser, url));
    const redeem = (more) => openid.authorizationCodeGrant(client, new URL(page.url), { pkceCodeVerifier, ...more });
    return { client, page, redeem };
  }

  async function verified(client, token, audience, typ) {
    const keys = jose.createRemoteJWKSet(new URL(client.serverMetadata().jwks_uri));
    const algorithms = typ ? ["ES256"] : ["RS256"];
    const rules = { issuer: issuerOf("app_spa"), audience, algorithms, ...(typ ? { typ } : {}) };
    return (await jose.jwtVerify(token, keys, rules)).payload;
  }

  test("OpenID Connect Core section 5.1.2: additional claims in every place, by scope", async () => {
    for (const [scope, groups, roles] of [
      ["openid groups read", ["g1", "g2"], ["reader"]],
      ["openid", undefined, undefined],
    ]) {
      const { client, redeem } = await authorize(openBrowser(), { scope });
      const given = await redeem();
      const id = await verified(client, given.id_token, "app_spa");
      const access = await verified(client, given.access_token, API, "at+jwt");
      const info = await openid.fetchUserInfo(client, given.access_token, SUBJECT);
      for (const said of [id, access, info]) {
        assert.deepEqual([said.sub, said.tenant, said.groups], [SUBJECT, { id: 7 }, groups]);
      }
      assert.deepEqual([access.email, access.roles], ["alice@example.com", roles]);
      assert.deepEqual([id.email, id.roles, info.email], [undefined, undefined, undefined]);
      // RFC 7662 section 2.2: introspection says the same.
      const url = new URL(issuerOf("app_spa"));
      const as = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
      const api = { client_id: "app_api" };
      const by = oauth.ClientSecretBasic(SECRET);
      const response = await oauth.introspectionRequest(as, api, by, given.access_token, insecure);
      const said = await oauth.processIntrospectionResponse(as, api, response);
      for (const name of ["tenant", "groups", "roles", "email", "acr", "amr", "auth_time", "sub"]) {
        assert.deepEqual(said[name], access[name], name);
      }
    }
    const { claims_supported } = (await discover()).serverMetadata();
    assert.ok(["tenant", "groups"].every((claim) => claims_supported.includes(claim)));
    assert.ok(!claims_supported.includes("roles"));
  });

  test("RFC 9470: a resource server asks for more, and gets it", async () => {
    const error = "insufficient_user_authentication";
    const field = challenge({ error, acrValues: MFA, maxAge: 300 });
    const client = await discover();
    const server = createServer(async (request, response) => {
      const [, token] = /^Bearer (.*)$/.exec(request.headers.authorization ?? "") ?? [];
      const { acr } = await verified(client, token, API, "at+jwt");
      if (acr === MFA) response.end("{}");
      else response.writeHead(401, { "www-authenticate": field }).end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      const url = new URL(`http://127.0.0.1:${server.address().port}/`);
      const ask = (token) => oauth.protectedResourceRequest(token, "GET", url, undefined, undefined, insecure);
      const browser = openBrowser();
      const first = await (await authorize(browser, { scope: "openid read" })).redeem();
      const refused = await ask(first.access_token).then(assert.fail, (error) => error);
      assert.ok(refused instanceof oauth.WWWAuthenticateChallengeError, String(refused));
      const [{ scheme, parameters }] = refused.cause;
      assert.equal(scheme, "bearer");
      assert.equal(parameters.error, "insufficient_user_authentication");
      // The session will not do: nobody is asked, and then the user is.
      const { acr_values, max_age } = parameters;
      const wanted = { scope: "openid read", acr_values, max_age };
      const silent = await authorize(browser, { ...wanted, prompt: "none" });
      assert.equal(new URL(silent.page.url).searchParams.get("error"), "login_required");
      const more = await (await authorize(browser, wanted)).redeem({ maxAge: Number(max_age) });
      assert.deepEqual([more.claims().acr, more.claims().amr], [MFA, ["pwd", "otp"]]);
      assert.equal((await ask(more.access_token)).status, 200);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test("OpenID Connect Core section 3.1.2.1: prompt=none and a hint of somebody else", async () => {
    const browser = openBrowser();
    await authorize(browser, { scope: "openid" });
    for (const [login_hint, error] of [
      ["alice", null],
      [SUBJECT, null],
      ["alice@example.com", null],
      ["bob", "login_required"],
    ]) {
      const { page } = await authorize(browser, { scope: "openid", prompt: "none", login_hint });
      assert.equal(new URL(page.url).searchParams.get("error"), error, login_hint);
    }
  });
});
