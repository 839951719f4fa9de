import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as oauth from "oauth4webapi";
import { ALICE, newBrowser, signIn, startIssuer } from "./issuer.mjs";

const REDIRECT_URI = "https://app.example/cb";
const client = { client_id: "app_spa" };
const authentication = oauth.None();
const insecure = { [oauth.allowInsecureRequests]: true };

/** @type {Awaited<ReturnType<typeof startIssuer>>} */
let command;
/** @type {oauth.AuthorizationServer} */
let server;
before(async () => {
  command = await startIssuer({
    profile: "rfc9700",
    instanceId: "idaas_peers",
    applications: [
      {
        applicationId: "app_spa",
        public: true,
        redirectUris: [REDIRECT_URI],
        dpopBoundAccessTokens: true,
      },
    ],
    users: [ALICE],
    dpop: { nonceRequired: true },
  });
  const issuer = new URL(`${command.address}/v2/idaas_peers/app_spa/oidc`);
  const response = await oauth.discoveryRequest(issuer, insecure);
  server = await oauth.processDiscoveryResponse(issuer, response);
});
after(() => command.stop());

/** Keys, and how often a nonce was missing in the requests that were sent with them. */
async function newProofs() {
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
  const counted = { missing: 0 };
  /**
   * Sends once more if the server wants a nonce: the library has kept the one that came.
   *
   * @template T
   * @param {() => Promise<T>} attempt
   */
  async function withNonce(attempt) {
    try {
      return await attempt();
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error;
      counted.missing += 1;
      return attempt();
    }
  }
  return { options: { DPoP, ...insecure }, counted, withNonce };
}

async function codeFlow({ options, withNonce }) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    scope: "openid",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const answer = new URL((await signIn(newBrowser(command.address), url)).url);
  const callback = oauth.validateAuthResponse(server, client, answer, state);
  return withNonce(async () => {
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      callback,
      REDIRECT_URI,
      verifier,
      options,
    );
    const expected = { expectedNonce: nonce, requireIdToken: true };
    return oauth.processAuthorizationCodeResponse(server, client, response, expected);
  });
}

function refresh({ options, withNonce }, token) {
  return withNonce(async () => {
    const response = await oauth.refreshTokenGrantRequest(server, client, authentication, token, options);
    return oauth.processRefreshTokenResponse(server, client, response);
  });
}

function userInfo({ options, withNonce }, token) {
  return withNonce(async () => {
    const response = await oauth.userInfoRequest(server, client, token, options);
    return oauth.processUserInfoResponse(server, client, "user_alice", response);
  });
}

describe("oauth4webapi and a server that wants a nonce in each proof", () => {
  test("the first request is refused with a nonce, and later ones have it", async () => {
    const proofs = await newProofs();
    const tokens = await codeFlow(proofs);
    assert.equal(tokens.token_type, "dpop");
    // The code was not used up by the attempt without a nonce.
    assert.equal(proofs.counted.missing, 1);
    const next = await refresh(proofs, tokens.refresh_token);
    assert.ok(next.access_token);
    assert.equal(proofs.counted.missing, 1);
  });

  test("userinfo takes the nonce, and challenges for one", async () => {
    const proofs = await newProofs();
    const tokens = await codeFlow(proofs);
    assert.equal((await userInfo(proofs, tokens.access_token)).sub, "user_alice");
    assert.equal(proofs.counted.missing, 1);
  });

  test("a token of another key is refused, nonce or not", async () => {
    const proofs = await newProofs();
    const { access_token, refresh_token } = await codeFlow(proofs);
    const others = await newProofs();
    await assert.rejects(userInfo(others, access_token), (thrown) => {
      assert.ok(thrown instanceof oauth.WWWAuthenticateChallengeError, String(thrown));
      return thrown.cause[0].scheme === "dpop" && thrown.status === 401;
    });
    assert.equal(others.counted.missing, 1);
    await assert.rejects(refresh(others, refresh_token), oauth.ResponseBodyError);
  });

  test("tokens without a proof are refused, where they must be bound", async () => {
    const bare = { options: insecure, withNonce: (attempt) => attempt() };
    await assert.rejects(codeFlow(bare), (thrown) => {
      assert.ok(thrown instanceof oauth.ResponseBodyError, String(thrown));
      return thrown.error === "invalid_dpop_proof";
    });
  });
});
