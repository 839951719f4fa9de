import * as openid from "openid-client";
import { version } from "../../hostile/parties/version.mjs";
import { REDIRECT_URI } from "../lib/world.mjs";

/** @typedef {import("../lib/run.mjs").Given} Given */

/** @param {Given} given @param {string} id @param {object} [metadata] */
async function discovered({ world, fetch, limit }, id, metadata) {
  const { issuer, clientId, clientSecret } = world.issuer.clients[id];
  const auth = clientSecret ? openid.ClientSecretBasic(clientSecret) : openid.None();
  const own = limit === undefined ? {} : { timeout: limit / 1000 };
  return openid.discovery(new URL(issuer), clientId, metadata, auth, {
    [openid.customFetch]: fetch,
    execute: [openid.enableNonRepudiationChecks],
    ...own,
  });
}

/** @param {Given} given @param {openid.Configuration} config @param {object} [more] */
async function signIn({ world }, config, more = {}) {
  const [verifier, state, nonce] = [openid.randomPKCECodeVerifier(), openid.randomState(), openid.randomNonce()];
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: "openid profile",
    state,
    nonce,
    max_age: "600",
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...more,
  });
  const callback = await world.callback(url);
  const answer =
    typeof callback === "string"
      ? new URL(callback)
      : new Request(REDIRECT_URI, { method: "POST", body: new URLSearchParams(callback) });
  const tokens = await openid.authorizationCodeGrant(config, answer, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    maxAge: 600,
    idTokenExpected: true,
  });
  await openid.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  return { lifetime: tokens.expires_in };
}

/** @type {import("../lib/run.mjs").Client} */
export const openidClient = {
  name: "openid-client",
  version: version("openid-client"),
  hasLimit: true,
  flows: {
    signIn: async (given) => signIn(given, await discovered(given, "web")),
    formPost: async (given) => signIn(given, await discovered(given, "web"), { response_mode: "form_post" }),
    async device(given) {
      await openid.initiateDeviceAuthorization(await discovered(given, "device"), { scope: "openid" });
    },
    async signedCallback(given) {
      const config = await discovered(given, "web");
      openid.useJwtResponseMode(config);
      await signIn(given, config);
    },
    async signedUserInfo(given) {
      await signIn(given, await discovered(given, "claims", { userinfo_signed_response_alg: "RS256" }));
    },
  },
};
