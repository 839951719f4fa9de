import assert from "node:assert/strict";
import { test } from "node:test";
import * as jose from "jose";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { startCommand } from "../../pkg/test/support/command-process.mjs";
import { atBothIssuers } from "./both-issuers.mjs";
import { ALICE, signIn } from "./issuer.mjs";
import { newRequest as requestOf } from "./openid-request.mjs";

/**
 * Signed requests and responses, authorization details, bound tokens and FAPI 2.0, as others have written them:
 * openid-client and oauth4webapi sign requests (RFC 9101), push them, prove their keys (RFC 9449) and check signed
 * responses (JARM); jose signs and verifies by itself.
 */

const REDIRECT_URI = "https://app.example/cb";
const OTHER_URI = "https://other.example/cb";
const SCOPE = "openid email offline_access";
const PAYMENT = { type: "payment", actions: ["initiate", "status"], amount: { value: "12.50", currency: "EUR" } };
const insecure = { [oauth.allowInsecureRequests]: true };

const keys = await jose.generateKeyPair("ES256", { extractable: true });
const jwk = { ...(await jose.exportJWK(keys.publicKey)), kid: "client-key", alg: "ES256" };
const signingKey = { key: keys.privateKey, kid: jwk.kid };

const application = {
  jwks: { keys: [jwk] },
  redirectUris: [REDIRECT_URI],
  grants: ["authorization_code", "refresh_token", "client_credentials"],
  scopes: ["openid", "email", "accounts"],
  accessTokenFormat: "jwt",
  authorizationDetailsTypes: ["payment"],
  requestObjectSigningAlg: "ES256",
  userinfoSignedResponseAlg: "ES256",
  subjectType: "pairwise",
};
const config = {
  instanceId: "idaas_peers",
  signing: "ES256",
  applications: [
    { applicationId: "app_one", ...application },
    { applicationId: "app_two", ...application, redirectUris: [OTHER_URI] },
  ],
  users: [ALICE],
};

atBothIssuers(config, ["eiam", "rfc9700", "fapi2"], ({ profile, issuerOf, openBrowser }) => {
  /** The client in openid-client. */
  function discover(clientId = "app_one", execute = []) {
    const metadata = { userinfo_signed_response_alg: "ES256", id_token_signed_response_alg: "ES256" };
    return openid.discovery(new URL(issuerOf(clientId)), clientId, metadata, openid.PrivateKeyJwt(signingKey), {
      execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks, ...execute],
    });
  }

  const newRequest = (extra = {}) => requestOf({ redirect_uri: REDIRECT_URI, scope: SCOPE, ...extra });

  /** Signs alice in; the request is signed, pushed, or both. */
  async function tokens({ client, signed = true, pushed = true, extra = {}, more } = {}) {
    client ??= await discover();
    const DPoP = openid.getDPoPHandle(client, await openid.randomDPoPKeyPair("ES256"));
    const { checks, parameters } = await newRequest(extra);
    let url = signed
      ? await openid.buildAuthorizationUrlWithJAR(client, parameters, signingKey)
      : openid.buildAuthorizationUrl(client, parameters);
    if (pushed) url = await openid.buildAuthorizationUrlWithPAR(client, url.searchParams, { DPoP });
    const answer = new URL((await signIn(openBrowser(), url)).url);
    const set = await openid.authorizationCodeGrant(client, answer, checks, more, { DPoP });
    return { client, DPoP, set, answer };
  }

  test("RFC 9101: openid-client's request object, pushed", async () => {
    const { set, DPoP, client } = await tokens();
    assert.equal(set.token_type, "dpop");
    assert.equal(set.claims().aud, "app_one");
    const thumbprint = await DPoP.calculateThumbprint();
    assert.equal(jose.decodeJwt(set.access_token).cnf.jkt, thumbprint);
    // OpenID Connect Core sections 5.3.2 and 8: signed, about the same subject.
    const sub = set.claims().sub;
    assert.notEqual(sub, ALICE.userId);
    const info = await openid.fetchUserInfo(client, set.access_token, sub, { DPoP });
    assert.equal(info.email, ALICE.claims.email);
    const told = await openid.tokenIntrospection(client, set.access_token);
    assert.deepEqual([told.sub, told.cnf.jkt, told.username], [sub, thumbprint, undefined]);
  });

  test("RFC 9101: by value, unless all requests are pushed", async () => {
    if (profile !== "fapi2") return void (await tokens({ pushed: false }));
    const client = await discover();
    const { parameters } = await newRequest();
    const url = await openid.buildAuthorizationUrlWithJAR(client, parameters, signingKey);
    const answer = new URL((await openBrowser().open(String(url))).url);
    assert.equal(answer.searchParams.get("error"), "invalid_request");
  });

  test("JARM: openid-client, with a code and with an error", async () => {
    const client = await discover("app_one", [openid.useJwtResponseMode]);
    const { answer, set } = await tokens({ client });
    assert.deepEqual([...answer.searchParams.keys()], ["response"]);
    assert.equal(set.token_type, "dpop");
    const { checks, parameters } = await newRequest({ prompt: "none" });
    const url = await openid.buildAuthorizationUrlWithPAR(client, parameters);
    const refused = new URL((await openBrowser().open(String(url))).url);
    await assert.rejects(openid.authorizationCodeGrant(client, refused, checks), { error: "login_required" });
  });

  test("JARM and RFC 9101: oauth4webapi and jose", async () => {
    const issuer = new URL(issuerOf("app_one"));
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    assert.deepEqual(as.request_object_signing_alg_values_supported, ["ES256"]);
    assert.ok(as.response_modes_supported.includes("jwt"));
    const client = { client_id: "app_one", authorization_signed_response_alg: "ES256" };
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const parameters = {
      response_type: "code",
      response_mode: "query.jwt",
      redirect_uri: REDIRECT_URI,
      scope: SCOPE,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    };
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
    const authentication = oauth.PrivateKeyJwt(signingKey);
    const push = async (request) =>
      oauth.processPushedAuthorizationResponse(
        as,
        client,
        await oauth.pushedAuthorizationRequest(as, client, authentication, { request }, { ...insecure, DPoP }),
      );
    // Signed by somebody else.
    const stranger = await jose.generateKeyPair("ES256");
    const forged = await new jose.SignJWT({ ...parameters, client_id: "app_one" })
      .setProtectedHeader({ alg: "ES256", kid: jwk.kid, typ: "oauth-authz-req+jwt" })
      .setIssuer("app_one")
      .setAudience(as.issuer)
      .setNotBefore("0s")
      .setExpirationTime("1m")
      .sign(stranger.privateKey);
    await assert.rejects(push(forged), { error: "invalid_request_object" });

    const { request_uri } = await push(await oauth.issueRequestObject(as, client, parameters, signingKey));
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({ client_id: "app_one", request_uri });
    const answer = new URL((await signIn(openBrowser(), url)).url);

    const jwks = jose.createRemoteJWKSet(new URL(as.jwks_uri));
    const rules = { issuer: as.issuer, audience: "app_one", requiredClaims: ["exp"], algorithms: ["ES256"] };
    const { payload } = await jose.jwtVerify(answer.searchParams.get("response"), jwks, rules);
    assert.equal(payload.state, state);
    assert.ok(payload.exp - Date.now() / 1000 <= 600);

    const checked = await oauth.validateJwtAuthResponse(as, client, answer, state, insecure);
    const given = await oauth.processAuthorizationCodeResponse(
      as,
      { ...client, id_token_signed_response_alg: "ES256" },
      await oauth.authorizationCodeGrantRequest(as, client, authentication, checked, REDIRECT_URI, verifier, {
        ...insecure,
        DPoP,
      }),
    );
    const signed = { ...client, userinfo_signed_response_alg: "ES256" };
    const response = await oauth.userInfoRequest(as, client, given.access_token, { ...insecure, DPoP });
    assert.equal(response.headers.get("content-type"), "application/jwt");
    const { sub } = oauth.getValidatedIdTokenClaims(given);
    const info = await oauth.processUserInfoResponse(as, signed, sub, response);
    assert.equal(info.email, ALICE.claims.email);
    await oauth.validateApplicationLevelSignature(as, response, insecure);
  });

  test("RFC 9396: details in the token, narrowed at the code and at refresh", async () => {
    const extra = { authorization_details: JSON.stringify([PAYMENT]) };
    const less = [{ ...PAYMENT, actions: ["status"] }];
    for (const signed of [true, false]) {
      const more = { authorization_details: JSON.stringify(less) };
      const { set, client, DPoP } = await tokens({ signed, extra, more });
      assert.deepEqual(set.authorization_details, less);
      assert.deepEqual(jose.decodeJwt(set.access_token).authorization_details, less);
      const told = await openid.tokenIntrospection(client, set.access_token);
      assert.deepEqual(told.authorization_details, less);
      const all = await openid.refreshTokenGrant(client, set.refresh_token, undefined, { DPoP });
      assert.deepEqual(all.authorization_details, [PAYMENT]);
      const other = { authorization_details: JSON.stringify([{ ...PAYMENT, amount: { value: "99" } }]) };
      const wider = openid.refreshTokenGrant(client, all.refresh_token ?? set.refresh_token, other, { DPoP });
      await assert.rejects(wider, { error: "invalid_authorization_details" });
    }
  });

  test("RFC 9449: a client itself, and a refresh", async () => {
    const { set, client, DPoP } = await tokens();
    const alone = await openid.clientCredentialsGrant(client, { scope: "accounts" }, { DPoP });
    assert.equal(alone.token_type, "dpop");
    const next = await openid.refreshTokenGrant(client, set.refresh_token, undefined, { DPoP });
    assert.equal(next.token_type, "dpop");
    // FAPI 2.0 Security Profile section 5.3.2.1: refresh tokens stay as they are.
    assert.equal(next.refresh_token === undefined, profile === "fapi2");
    const again = openid.refreshTokenGrant(client, set.refresh_token, undefined, { DPoP });
    if (profile === "fapi2") assert.equal((await again).token_type, "dpop");
    else await assert.rejects(again, { error: "invalid_grant" });
  });

  test("OpenID Connect Core section 8: clients of two sectors cannot compare their users", async () => {
    const one = await tokens();
    const two = await tokens({ client: await discover("app_two"), extra: { redirect_uri: OTHER_URI } });
    assert.notEqual(one.set.claims().sub, two.set.claims().sub);
    assert.equal((await tokens()).set.claims().sub, one.set.claims().sub);
  });
});

test("the command's example in the profile fapi2", async () => {
  const command = await startCommand(["--port", "0", "--profile", "fapi2"]);
  try {
    assert.match(command.greeting, /profile fapi2/);
    const [line] = /\{"kty".*\}/.exec(command.greeting);
    const { kid, ...known } = JSON.parse(line);
    const key = await jose.importJWK(known, "ES256");
    const issuer = new URL(`${command.address}/v2/idaas_example/app_machine/oidc`);
    const client = await openid.discovery(issuer, "app_machine", undefined, openid.PrivateKeyJwt({ key, kid }), {
      execute: [openid.allowInsecureRequests],
    });
    const DPoP = openid.getDPoPHandle(client, await openid.randomDPoPKeyPair("ES256"));
    const set = await openid.clientCredentialsGrant(client, {}, { DPoP });
    assert.equal(set.token_type, "dpop");
    await assert.rejects(openid.clientCredentialsGrant(client, {}), { error: "invalid_dpop_proof" });
  } finally {
    await command.stop();
  }
});
