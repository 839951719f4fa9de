/**
 * An id_token's header and claims, as the text that was signed: no number is rounded.
 *
 * @param {string} idToken
 */
export function partsOf(idToken) {
  const [header, claims] = idToken.split(".");
  return { header: text(header), claims: text(claims) };
}

/**
 * Verifies the signature with the issuer's published keys (RFC 7515 section 5.2, RS256).
 *
 * @param {string} idToken
 * @param {string} jwks the answer of the issuer's jwks_uri
 * @returns {Promise<{ valid: boolean, kid: string }>}
 */
export async function verify(idToken, jwks) {
  const [header, claims, signature] = idToken.split(".");
  const { alg, kid } = JSON.parse(text(header));
  if (alg !== "RS256") throw new Error(`the id_token is signed with ${alg}, not RS256`);
  const jwk = JSON.parse(jwks).keys.find((key) => key.kid === kid);
  if (!jwk) throw new Error(`the issuer does not publish the key ${kid}`);

  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  const signed = new TextEncoder().encode(`${header}.${claims}`);
  return { kid, valid: await crypto.subtle.verify(algorithm, key, bytes(signature), signed) };
}

function text(part) {
  return new TextDecoder().decode(bytes(part));
}

function bytes(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
