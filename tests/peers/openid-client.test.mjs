import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as openid from "openid-client";
import { ALICE, newBrowser, signIn, startIssuer } from "./issuer.mjs";
import { newRequest as requestOf } from "./openid-request.mjs";

const REDIRECT_URI = "https://app.example/cb";
const BYE = "https://app.example/bye";
const SECRET = "CS+/=&% web: a secret of more than 32 bytes";
const SECRET_METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt"];
const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
const SCOPE = "openid profile email";

const keys = await openid.randomDPoPKeyPair("ES256");

/** @type {Awaited<ReturnType<typeof startIssuer>>} */
let command;
before(async () => {
  command = await startIssuer({
    profile: "rfc9700",
    instanceId: "idaas_peers",
    applications: [
      {
        applicationId: "app_web",
        clientSecrets: [SECRET],
        tokenEndpointAuthMethods: SECRET_METHODS,
        redirectUris: [REDIRECT_URI],
        postLogoutRedirectUris: [BYE],
        grants: ["authorization_code", "refresh_token", "client_credentials"],
      },
      {
        applicationId: "app_keys",
        jwks: { keys: [await crypto.subtle.exportKey("jwk", keys.publicKey)] },
        redirectUris: [REDIRECT_URI],
        grants: ["authorization_code", "refresh_token", "client_credentials"],
        requirePushedAuthorizationRequests: true,
      },
      { applicationId: "app_spa", public: true, redirectUris: [REDIRECT_URI] },
      { applicationId: "app_device", public: true, grants: [DEVICE_CODE, "refresh_token"] },
    ],
    users: [ALICE],
  });
});
after(() => command.stop());

/**
 * @param {string} clientId
 * @param {openid.ClientAuth} [authentication]
 */
function discover(clientId, authentication = openid.None()) {
  const issuer = new URL(`${command.address}/v2/idaas_peers/${clientId}/oidc`);
  const options = { execute: [openid.allowInsecureRequests] };
  return openid.discovery(issuer, clientId, undefined, authentication, options);
}

const web = () => discover("app_web", openid.ClientSecretBasic(SECRET));

/** A request, and what its answer is checked against. */
async function newRequest(extra = {}) {
  const { checks, parameters } = await requestOf({ redirect_uri: REDIRECT_URI, scope: SCOPE, ...extra });
  return { checks: { ...checks, idTokenExpected: true }, parameters };
}

/** Follows an authorization URL to its answer. */
async function answerTo(url, browser = newBrowser(command.address)) {
  return new URL((await signIn(browser, url)).url);
}

/**
 * The whole code flow.
 *
 * @param {openid.Configuration} config
 * @param {object} [options]
 * @param {boolean} [options.pushed]
 * @param {openid.DPoPHandle} [options.DPoP]
 * @param {ReturnType<typeof newBrowser>} [options.browser]
 */
async function tokens(config, { pushed = false, DPoP, browser } = {}) {
  const { checks, parameters } = await newRequest();
  const url = pushed
    ? await openid.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
    : openid.buildAuthorizationUrl(config, parameters);
  const answer = await answerTo(url, browser);
  return openid.authorizationCodeGrant(config, answer, checks, undefined, { DPoP });
}

/** What a promise must be rejected with: OAuth's error of this code and status. */
function oauth(error, status) {
  return (thrown) => {
    assert.ok(thrown instanceof openid.ResponseBodyError, String(thrown));
    assert.deepEqual([thrown.error, thrown.status], [error, status]);
    return true;
  };
}

describe("discovery", () => {
  test("finds what there is", async () => {
    const metadata = (await web()).serverMetadata();
    assert.equal(metadata.issuer, `${command.address}/v2/idaas_peers/app_web/oidc`);
    assert.equal(metadata.supportsPKCE(), true);
    assert.equal(metadata.authorization_response_iss_parameter_supported, true);
    assert.deepEqual(metadata.response_types_supported, ["code"]);
  });

  test("by RFC 8414 as well", async () => {
    const issuer = new URL(`${command.address}/v2/idaas_peers/app_web/oidc`);
    const options = { algorithm: "oauth2", execute: [openid.allowInsecureRequests] };
    const config = await openid.discovery(issuer, "app_web", SECRET, undefined, options);
    assert.equal(config.serverMetadata().issuer, issuer.href);
  });

  test("of the instance's server", async () => {
    const issuer = new URL(`${command.address}/api/v2/iauths_system/oauth2`);
    const authentication = openid.ClientSecretPost(SECRET);
    const options = { execute: [openid.allowInsecureRequests] };
    const config = await openid.discovery(issuer, "app_web", undefined, authentication, options);
    const set = await tokens(config);
    assert.equal(set.claims().iss, issuer.href);
  });
});

describe("authorization code with PKCE", () => {
  for (const [name, authentication] of [
    ["client_secret_basic", () => openid.ClientSecretBasic(SECRET)],
    ["client_secret_post", () => openid.ClientSecretPost(SECRET)],
    ["client_secret_jwt", () => openid.ClientSecretJwt(SECRET)],
  ]) {
    test(`of a client with ${name}`, async () => {
      const set = await tokens(await discover("app_web", authentication()));
      assert.equal(set.claims().sub, "user_alice");
      assert.equal(set.token_type, "bearer");
      assert.ok(set.refresh_token && set.expiresIn() > 1100);
    });
  }

  test("of a public client", async () => {
    const set = await tokens(await discover("app_spa"));
    assert.equal(set.claims().aud, "app_spa");
  });

  test("with the signature of the id_token verified", async () => {
    const config = await web();
    openid.enableNonRepudiationChecks(config);
    assert.equal((await tokens(config)).claims().sub, "user_alice");
  });

  test("answered by form_post", async () => {
    const config = await web();
    const { checks, parameters } = await newRequest({ response_mode: "form_post" });
    const browser = newBrowser(command.address);
    const page = await signIn(browser, openid.buildAuthorizationUrl(config, parameters));
    assert.equal(page.status, 200);
    const form = [...page.text.matchAll(/<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)];
    const body = new URLSearchParams(form.map(([, name, value]) => [name, value]));
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const request = new Request(REDIRECT_URI, { method: "POST", headers, body: body.toString() });
    const set = await openid.authorizationCodeGrant(config, request, checks);
    assert.equal(set.claims().sub, "user_alice");
  });

  test("with max_age, and auth_time in the id_token", async () => {
    const config = await web();
    const { checks, parameters } = await newRequest({ max_age: "60" });
    const answer = await answerTo(openid.buildAuthorizationUrl(config, parameters));
    const set = await openid.authorizationCodeGrant(config, answer, { ...checks, maxAge: 60 });
    assert.ok(set.claims().auth_time);
  });

  test("an answer without iss, or with another, is refused by the client", async () => {
    const config = await web();
    for (const iss of [undefined, "https://other.example"]) {
      const { checks, parameters } = await newRequest();
      const answer = await answerTo(openid.buildAuthorizationUrl(config, parameters));
      assert.equal(answer.searchParams.get("iss"), config.serverMetadata().issuer);
      if (iss) answer.searchParams.set("iss", iss);
      else answer.searchParams.delete("iss");
      await assert.rejects(openid.authorizationCodeGrant(config, answer, checks), (thrown) => {
        assert.ok(thrown instanceof openid.ClientError, String(thrown));
        return /"iss"/.test(String(thrown.cause));
      });
    }
  });

  test("another verifier is refused", async () => {
    const config = await web();
    const { checks, parameters } = await newRequest();
    const answer = await answerTo(openid.buildAuthorizationUrl(config, parameters));
    const wrong = { ...checks, pkceCodeVerifier: openid.randomPKCECodeVerifier() };
    const refused = openid.authorizationCodeGrant(config, answer, wrong);
    await assert.rejects(refused, oauth("invalid_grant", 400));
  });

  test("prompt=none without a session is answered with login_required", async () => {
    const config = await web();
    const { checks, parameters } = await newRequest({ prompt: "none" });
    const url = openid.buildAuthorizationUrl(config, parameters);
    const answer = new URL((await newBrowser(command.address).open(url.href)).url);
    await assert.rejects(openid.authorizationCodeGrant(config, answer, checks), (thrown) => {
      assert.ok(thrown instanceof openid.AuthorizationResponseError);
      return thrown.error === "login_required";
    });
  });
});

describe("the implicit flow", () => {
  for (const response_type of ["id_token", "token", "id_token token", "code id_token"]) {
    test(`${response_type} is refused`, async () => {
      const config = await web();
      const { parameters } = await newRequest({ response_type });
      const url = openid.buildAuthorizationUrl(config, parameters);
      const page = await newBrowser(command.address).open(url.href);
      const { search, hash } = new URL(page.url);
      const answer = new URLSearchParams(hash.slice(1) || search);
      assert.equal(answer.get("error"), "unsupported_response_type");
      assert.equal(answer.get("state"), parameters.state);
      for (const name of ["access_token", "id_token", "code"]) assert.equal(answer.get(name), null);
    });
  }
});

describe("pushed authorization requests", () => {
  test("of a client with a secret", async () => {
    const set = await tokens(await web(), { pushed: true });
    assert.equal(set.claims().sub, "user_alice");
  });

  test("of a public client", async () => {
    const set = await tokens(await discover("app_spa"), { pushed: true });
    assert.equal(set.claims().aud, "app_spa");
  });

  test("a redirect URI that is not registered is refused at once", async () => {
    const { parameters } = await newRequest({ redirect_uri: "https://evil.example/cb" });
    const refused = openid.buildAuthorizationUrlWithPAR(await web(), parameters);
    await assert.rejects(refused, oauth("invalid_request", 400));
  });

  test("a request works once", async () => {
    const config = await web();
    const { parameters } = await newRequest();
    const url = await openid.buildAuthorizationUrlWithPAR(config, parameters);
    await answerTo(url);
    const page = await newBrowser(command.address).open(url.href);
    assert.equal(page.status, 400);
  });
});

describe("assertions by a key", () => {
  const withKey = () => discover("app_keys", openid.PrivateKeyJwt(keys.privateKey));

  test("push a request, redeem its code, refresh", async () => {
    const config = await withKey();
    const set = await tokens(config, { pushed: true });
    assert.equal(set.claims().sub, "user_alice");
    assert.ok((await openid.refreshTokenGrant(config, set.refresh_token)).access_token);
  });

  test("get client credentials, ask about them and revoke them", async () => {
    const config = await withKey();
    const { access_token } = await openid.clientCredentialsGrant(config);
    assert.equal((await openid.tokenIntrospection(config, access_token)).active, true);
    await openid.tokenRevocation(config, access_token);
    assert.equal((await openid.tokenIntrospection(config, access_token)).active, false);
  });

  test("by another key are refused", async () => {
    const { privateKey } = await openid.randomDPoPKeyPair("ES256");
    const config = await discover("app_keys", openid.PrivateKeyJwt(privateKey));
    const refused = openid.clientCredentialsGrant(config);
    await assert.rejects(refused, oauth("invalid_client", 401));
  });

  test("a request that was not pushed is refused, where that is demanded", async () => {
    const { parameters } = await newRequest();
    const url = openid.buildAuthorizationUrl(await withKey(), parameters);
    const page = await newBrowser(command.address).open(url.href);
    const { searchParams } = new URL(page.url);
    assert.equal(searchParams.get("error"), "invalid_request");
  });
});

describe("userinfo, refresh, introspection, revocation", () => {
  test("userinfo, its subject compared", async () => {
    const config = await web();
    const { access_token } = await tokens(config);
    const info = await openid.fetchUserInfo(config, access_token, "user_alice");
    assert.deepEqual([info.name, info.email], ["Alice Example", "alice@example.com"]);
  });

  test("userinfo with a wrong token is a challenge", async () => {
    const refused = openid.fetchUserInfo(await web(), "ATwrong", "user_alice");
    await assert.rejects(refused, (thrown) => {
      assert.ok(thrown instanceof openid.WWWAuthenticateChallengeError);
      const [{ scheme, parameters }] = thrown.cause;
      assert.deepEqual([thrown.status, scheme, parameters.error], [401, "bearer", "invalid_token"]);
      return true;
    });
  });

  test("refresh rotates; the old token ends all of them", async () => {
    const config = await web();
    const first = await tokens(config);
    const second = await openid.refreshTokenGrant(config, first.refresh_token);
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal(second.claims().sub, "user_alice");
    for (const { refresh_token } of [first, second]) {
      const refused = openid.refreshTokenGrant(config, refresh_token);
      await assert.rejects(refused, oauth("invalid_grant", 400));
    }
  });

  test("refresh with less scope, and not with more", async () => {
    const config = await web();
    const { refresh_token } = await tokens(config);
    const less = await openid.refreshTokenGrant(config, refresh_token, { scope: "openid" });
    assert.equal(less.scope, "openid");
    const more = { scope: `${SCOPE} phone` };
    const refused = openid.refreshTokenGrant(config, less.refresh_token, more);
    await assert.rejects(refused, oauth("invalid_scope", 400));
  });

  test("client credentials", async () => {
    const set = await openid.clientCredentialsGrant(await web());
    assert.equal(set.refresh_token, undefined);
    assert.equal(set.claims(), undefined);
  });

  test("client credentials with a wrong secret", async () => {
    const posted = await discover("app_web", openid.ClientSecretPost("CSwrong"));
    await assert.rejects(openid.clientCredentialsGrant(posted), oauth("invalid_client", 401));
    // RFC 6749 section 5.2: a client that tried the header is challenged to try it again.
    const basic = await discover("app_web", openid.ClientSecretBasic("CSwrong"));
    await assert.rejects(openid.clientCredentialsGrant(basic), (thrown) => {
      assert.ok(thrown instanceof openid.WWWAuthenticateChallengeError, String(thrown));
      assert.deepEqual([thrown.status, thrown.cause[0].scheme], [401, "basic"]);
      return true;
    });
  });

  test("introspection of every kind of token, until it is revoked", async () => {
    const config = await web();
    const { access_token, refresh_token } = await tokens(config);
    for (const token of [access_token, refresh_token]) {
      const told = await openid.tokenIntrospection(config, token);
      assert.deepEqual([told.active, told.sub, told.client_id], [true, "user_alice", "app_web"]);
    }
    await openid.tokenRevocation(config, refresh_token, { token_type_hint: "refresh_token" });
    for (const token of [access_token, refresh_token]) {
      assert.deepEqual(await openid.tokenIntrospection(config, token), { active: false });
    }
  });

  test("revocation of what is no token", async () => {
    await openid.tokenRevocation(await web(), "ATwhatever");
  });
});

describe("device flow", () => {
  /** Types the code in, signs in, and presses a button. */
  async function answerDevice({ verification_uri, user_code }, button) {
    const browser = newBrowser(command.address);
    let page = await browser.open(verification_uri);
    if (page.text.includes('name="user_code"')) page = await browser.submit(page, { user_code });
    const { username, password } = ALICE;
    page = await browser.submit(page, { username, password });
    if (page.text.includes('name="user_code"')) page = await browser.submit(page, { user_code });
    assert.equal((await browser.submit(page, {}, button)).status, 200);
  }

  test("polls until the user agrees", { timeout: 60_000 }, async () => {
    const config = await discover("app_device");
    const device = await openid.initiateDeviceAuthorization(config, { scope: SCOPE });
    assert.equal(device.interval, 5);
    await answerDevice(device, "allow");
    const set = await openid.pollDeviceAuthorizationGrant(config, device);
    assert.equal(set.claims().sub, "user_alice");
    assert.ok((await openid.refreshTokenGrant(config, set.refresh_token)).access_token);
  });

  test("ends when the user refuses", { timeout: 60_000 }, async () => {
    const config = await discover("app_device");
    const device = await openid.initiateDeviceAuthorization(config, { scope: SCOPE });
    await answerDevice(device, "deny");
    const refused = openid.pollDeviceAuthorizationGrant(config, device);
    await assert.rejects(refused, oauth("access_denied", 400));
  });
});

describe("proofs of possession (DPoP)", () => {
  for (const algorithm of ["ES256", "RS256", "Ed25519"]) {
    test(`by ${algorithm}: code, userinfo, refresh`, async () => {
      const config = await discover("app_spa");
      const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair(algorithm));
      const set = await tokens(config, { DPoP });
      assert.equal(set.token_type, "dpop");
      const subject = "user_alice";
      const info = await openid.fetchUserInfo(config, set.access_token, subject, { DPoP });
      assert.equal(info.sub, subject);
      const next = await openid.refreshTokenGrant(config, set.refresh_token, undefined, { DPoP });
      assert.equal(next.token_type, "dpop");
    });
  }

  test("a pushed request binds the code to its key", async () => {
    const config = await web();
    const pair = () => openid.randomDPoPKeyPair("ES256");
    const DPoP = openid.getDPoPHandle(config, await pair());
    assert.equal((await tokens(config, { pushed: true, DPoP })).token_type, "dpop");

    const { checks, parameters } = await newRequest();
    const url = await openid.buildAuthorizationUrlWithPAR(config, parameters, { DPoP });
    const answer = await answerTo(url);
    const other = { DPoP: openid.getDPoPHandle(config, await pair()) };
    const refused = openid.authorizationCodeGrant(config, answer, checks, undefined, other);
    await assert.rejects(refused, oauth("invalid_grant", 400));
  });

  test("a bound token does not work without its key, nor by another", async () => {
    const config = await discover("app_spa");
    const pair = () => openid.randomDPoPKeyPair("ES256");
    const DPoP = openid.getDPoPHandle(config, await pair());
    const { access_token, refresh_token } = await tokens(config, { DPoP });
    const other = { DPoP: openid.getDPoPHandle(config, await pair()) };
    for (const options of [undefined, other]) {
      const refused = openid.fetchUserInfo(config, access_token, "user_alice", options);
      await assert.rejects(refused, openid.WWWAuthenticateChallengeError);
    }
    const refused = openid.refreshTokenGrant(config, refresh_token, undefined, other);
    await assert.rejects(refused, openid.ResponseBodyError);
  });

  test("introspection tells the key", async () => {
    const config = await web();
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair("ES256"));
    const { access_token } = await openid.clientCredentialsGrant(config, undefined, { DPoP });
    const { active, token_type, cnf } = await openid.tokenIntrospection(config, access_token);
    assert.deepEqual([active, token_type], [true, "DPoP"]);
    assert.equal(cnf.jkt, await DPoP.calculateThumbprint());
  });
});

test("end of the session", async () => {
  const config = await web();
  const browser = newBrowser(command.address);
  const { id_token } = await tokens(config, { browser });
  const url = openid.buildEndSessionUrl(config, {
    post_logout_redirect_uri: BYE,
    id_token_hint: id_token,
    state: "leaving",
  });
  // By the id_token of this very session: nothing is asked.
  const page = await browser.open(url.href);
  assert.equal(page.url, `${BYE}?state=leaving`);
  const { parameters } = await newRequest({ prompt: "none" });
  const silent = await browser.open(openid.buildAuthorizationUrl(config, parameters).href);
  assert.equal(new URL(silent.url).searchParams.get("error"), "login_required");
});
