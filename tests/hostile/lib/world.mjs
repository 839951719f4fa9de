import { createHash } from "node:crypto";
import { signer } from "../../../pkg/test/support/jwt.mjs";

/** @typedef {Awaited<ReturnType<typeof newWorld>>} World what one run has: its keys, its time and its secrets */

/** The server, its client, and the resource server. Nobody answers there: what they say is in the cases. */
export const ISSUER = "https://as.example";
export const CLIENT = "app";
export const SECRET = "a secret of more than 32 characters";
export const API = "https://api.example";
export const RESOURCE = `${API}/files`;
export const REDIRECT_URI = "https://app.example/cb";
export const NONCE = "N0nce-of-the-authorization-request-0123456789";
export const STATE = "State-of-the-authorization-request-0123456789";
export const CODE = "CO1";
export const ACCESS_TOKEN = "ATwhatever";
export const MAX_AGE = 600;

/** Where this project's own issuer gives tokens. It is called in its process, so nobody listens there. */
export const OWN_ISSUER = "http://127.0.0.1:9400";
export const OWN_TOKEN_ENDPOINT = `${OWN_ISSUER}/v2/idaas_hostile/${CLIENT}/oauth2/token`;

/** The server's endpoints, as its metadata have them (RFC 8414 section 2). */
export const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  device_authorization_endpoint: `${ISSUER}/device`,
  userinfo_endpoint: `${ISSUER}/userinfo`,
  introspection_endpoint: `${ISSUER}/introspect`,
  jwks_uri: `${ISSUER}/jwks`,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  authorization_response_iss_parameter_supported: true,
  id_token_signing_alg_values_supported: ["RS256", "ES256"],
  userinfo_signing_alg_values_supported: ["RS256", "ES256"],
  introspection_signing_alg_values_supported: ["RS256", "ES256"],
  authorization_signing_alg_values_supported: ["RS256", "ES256"],
};

/** Makes keys: two of the server, one of the client, and some of a stranger. */
export async function newWorld() {
  const made = (alg, kid) => signer(alg, kid, { extractable: true });
  const own = await made("ES256", "ec");
  const world = {
    now: Math.floor(Date.now() / 1000),
    own,
    rsa: await made("RS256", "rs"),
    stranger: await made("ES256", "ec"),
    strangerRsa: await made("RS256", "rs"),
    strangerEdwards: await made("EdDSA", "ec"),
    proof: await made("ES256"),
    strangerProof: await made("ES256"),
  };
  return Object.freeze(world);
}

/** The server's keys as it publishes them. @param {World} world */
export function jwksOf({ own, rsa }) {
  return { keys: [own.jwk, rsa.jwk] };
}

/** The JWK of a key without what only a set needs. */
export function bare({ jwk: { alg, use, kid, ...members } }) {
  return members;
}

/** The thumbprint of an EC key (RFC 7638 section 3). */
export function thumbprint({ jwk: { crv, kty, x, y } }) {
  return hashOf(JSON.stringify({ crv, kty, x, y }));
}

/** @param {string} text */
export function hashOf(text) {
  return createHash("sha256").update(text).digest("base64url");
}
