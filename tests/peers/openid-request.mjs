import * as openid from "openid-client";

/**
 * An authorization request of openid-client's, with PKCE, a state and a nonce, and what its response is checked against.
 *
 * @param {Record<string, string>} parameters the other parameters, and what one of those is instead
 */
export async function newRequest(parameters) {
  const checks = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
  };
  const protection = {
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  };
  return { checks, parameters: { ...protection, ...parameters } };
}
