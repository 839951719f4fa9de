import * as oauth from "oauth4webapi";
import { version } from "../../hostile/parties/version.mjs";
import { REDIRECT_URI } from "../lib/world.mjs";

/** @typedef {import("../lib/run.mjs").Given} Given */

/** @param {Given} given @param {string} id @param {object} [more] */
async function discovered({ world, fetch, limit }, id, more = {}) {
  const { issuer, clientId, clientSecret } = world.issuer.clients[id];
  const own = limit === undefined ? {} : { signal: () => AbortSignal.timeout(limit) };
  const options = { [oauth.customFetch]: fetch, ...own };
  const answer = await oauth.discoveryRequest(new URL(issuer), options);
  const as = await oauth.processDiscoveryResponse(new URL(issuer), answer);
  const auth = clientSecret ? oauth.ClientSecretBasic(clientSecret) : oauth.None();
  return { as, client: { client_id: clientId, ...more }, auth, options };
}

/** The URL of an authorization request, with what has to be kept for its answer. */
async function request({ as, client }, more = {}) {
  if (!as.authorization_endpoint) throw new Error("the metadata have no authorization endpoint");
  const kept = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  };
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    scope: "openid profile",
    state: kept.state,
    nonce: kept.nonce,
    max_age: "600",
    code_challenge: await oauth.calculatePKCECodeChallenge(kept.verifier),
    code_challenge_method: "S256",
    ...more,
  }).toString();
  return { url, ...kept };
}

async function exchanged({ as, client, auth, options }, parameters, { verifier, nonce }) {
  const grant = [as, client, auth, parameters, REDIRECT_URI, verifier, options];
  const response = await oauth.authorizationCodeGrantRequest(...grant);
  const checks = { expectedNonce: nonce, maxAge: 600, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, checks);
  await oauth.validateApplicationLevelSignature(as, response, options);
  return { tokens, sub: oauth.getValidatedIdTokenClaims(tokens).sub };
}

async function userInfo({ as, client, options }, { tokens, sub }) {
  const response = await oauth.userInfoRequest(as, client, tokens.access_token, options);
  await oauth.processUserInfoResponse(as, client, sub, response);
  return response;
}

/** @param {Given} given @param {object} [more] */
async function signIn(given, more) {
  const found = await discovered(given, "web");
  const kept = await request(found, more);
  const callback = await given.world.callback(kept.url);
  const answer = typeof callback === "string" ? new URL(callback) : callback;
  const parameters = oauth.validateAuthResponse(found.as, found.client, answer, kept.state);
  const result = await exchanged(found, parameters, kept);
  await userInfo(found, result);
  return { lifetime: result.tokens.expires_in };
}

/** @type {import("../lib/run.mjs").Client} */
export const oauth4webapi = {
  name: "oauth4webapi",
  version: version("oauth4webapi"),
  hasLimit: true,
  flows: {
    signIn: (given) => signIn(given),
    formPost: (given) => signIn(given, { response_mode: "form_post" }),
    async device(given) {
      const { as, client, auth, options } = await discovered(given, "device");
      const response = await oauth.deviceAuthorizationRequest(as, client, auth, { scope: "openid" }, options);
      await oauth.processDeviceAuthorizationResponse(as, client, response);
    },
    async signedCallback(given) {
      const found = await discovered(given, "web");
      const kept = await request(found, { response_mode: "query.jwt" });
      const url = new URL(await given.world.callback(kept.url));
      const { as, client, options } = found;
      await exchanged(found, await oauth.validateJwtAuthResponse(as, client, url, kept.state, options), kept);
    },
    async signedUserInfo(given) {
      const found = await discovered(given, "claims", { userinfo_signed_response_alg: "RS256" });
      const kept = await request(found);
      const url = new URL(await given.world.callback(kept.url));
      const { as, client, options } = found;
      const parameters = oauth.validateAuthResponse(as, client, url, kept.state);
      const response = await userInfo(found, await exchanged(found, parameters, kept));
      await oauth.validateApplicationLevelSignature(as, response, options);
    },
    async accessToken(given) {
      const { as, options } = await discovered(given, "api");
      const headers = { authorization: `Bearer ${await given.world.accessToken()}` };
      const asked = new Request("https://api.example/files", { headers });
      await oauth.validateJwtAccessToken(as, asked, given.world.audience, options);
    },
  },
};
