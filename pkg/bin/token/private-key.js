import { createPrivateKey } from "node:crypto";
import { CommandError } from "../errors.js";
import { readText } from "../files.js";

const { subtle } = globalThis.crypto;

/**
 * A key to sign with, which nobody can take out of WebCrypto again.
 *
 * @param {string} file a JWK (RFC 7517), or PKCS #8 in PEM (RFC 5958)
 */
export async function readPrivateKey(file) {
  const text = await readText(file);
  try {
    const jwk = text.trimStart().startsWith("{") ? JSON.parse(text) : jwkOfPem(text);
    const { kid, alg } = jwk;
    const key = await importJwk(jwk, alg);
    return { key, kid: typeof kid === "string" ? kid : undefined };
  } catch {
    // The parsers' own messages could repeat a part of the key.
    throw new CommandError(
      `${file} does not contain a private key: it must be a JWK, or PKCS #8 in PEM without a passphrase, with an RSA, P-256, P-384, P-521 or Ed25519 key.`,
    );
  }
}

/** @param {string} pem */
function jwkOfPem(pem) {
  return createPrivateKey(pem).export({ format: "jwk" });
}

/**
 * @param {import("node:crypto").JsonWebKey} jwk
 * @param {unknown} alg
 */
function importJwk({ kty, crv, n, e, d, p, q, dp, dq, qi, x, y }, alg) {
  // Only the key itself: what it says it may be used for is the server's to decide.
  const bare = { kty, crv, n, e, d, p, q, dp, dq, qi, x, y };
  if (d === undefined) throw new TypeError("only the public half");
  return subtle.importKey("jwk", /** @type {any} */ (bare), algorithmOf(kty, crv, alg), false, ["sign"]);
}

/**
 * @param {unknown} kty
 * @param {unknown} crv
 * @param {unknown} alg
 */
function algorithmOf(kty, crv, alg) {
  if (kty === "RSA") {
    const [, padding, bits] = /^([RP]S)(256|384|512)$/.exec(`${alg ?? "RS256"}`) ?? [];
    if (bits) return { name: padding === "PS" ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` };
  }
  if (kty === "EC" && ["P-256", "P-384", "P-521"].includes(`${crv}`)) return { name: "ECDSA", namedCurve: `${crv}` };
  if (kty === "OKP" && crv === "Ed25519") return { name: "Ed25519" };
  throw new TypeError("another kind of key");
}
