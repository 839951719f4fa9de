import { createHash } from "node:crypto";

const { subtle } = globalThis.crypto;

const RSA = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

/** An algorithm by its name in `alg` (RFC 7518 section 3). */
function named(alg) {
  if (alg === "EdDSA") return { name: "Ed25519" };
  const bits = Number(alg.slice(2));
  const hash = `SHA-${bits}`;
  if (alg.startsWith("ES")) return { name: "ECDSA", namedCurve: `P-${bits === 512 ? 521 : bits}`, hash };
  return alg.startsWith("PS")
    ? { name: "RSA-PSS", ...RSA, hash, saltLength: bits / 8 }
    : { name: "RSASSA-PKCS1-v1_5", ...RSA, hash };
}

/** The algorithms of signatures that the client takes and makes, and the issuer too. */
export const algorithms = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA"],
];

/** How WebCrypto makes the keys of each, signs by them and verifies. */
export const webCrypto = Object.fromEntries(algorithms.map((alg) => [alg, named(alg)]));

/** The hash function of an algorithm, as Node calls it. */
export const hashOf = (alg) => (webCrypto[alg].hash ?? "SHA-512").replace("-", "").toLowerCase();

/** A new pair of keys for `alg`; the private one is not extractable unless it is asked for. */
export function keyPair(alg, { extractable = false } = {}) {
  return subtle.generateKey(webCrypto[alg], extractable, ["sign", "verify"]);
}

/**
 * A key that signs JWTs.
 *
 * @param {string} alg
 * @param {string} [kid] in the header and in the JWK
 * @param {{ extractable?: boolean }} [options]
 * @returns `jwk`, the public half; `privateJwk`, both, if that is extractable; `jwt(claims, header)`,
 *   which signs
 */
export async function signer(alg, kid, options) {
  const { publicKey, privateKey } = await keyPair(alg, options);
  const exported = async (key) => {
    const { key_ops, ext, ...bare } = await subtle.exportKey("jwk", key);
    return { ...bare, alg, use: "sig", ...(kid && { kid }) };
  };
  const jwk = await exported(publicKey);
  const sign = (input) => subtle.sign(webCrypto[alg], privateKey, Buffer.from(input));
  return {
    alg,
    jwk,
    privateJwk: privateKey.extractable ? await exported(privateKey) : undefined,
    publicKey,
    privateKey,
    async jwt(claims, header = {}) {
      const input = signingInput({ alg, ...(kid && { kid }), ...header }, claims);
      return `${input}.${Buffer.from(await sign(input)).toString("base64url")}`;
    },
  };
}

/** Header and claims as a JWS signs them; claims may be text of JSON. */
export function signingInput(header, claims) {
  const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(claims)}`;
}

/** `at_hash`: the left half of the access token's hash (OpenID Connect Core section 3.1.3.6). */
export function atHash(accessToken, hash = "sha256") {
  const digest = createHash(hash).update(accessToken).digest();
  return digest.subarray(0, digest.length / 2).toString("base64url");
}

/** The parts of a JWT. */
export function parts(jwt) {
  const [header, claims, signature] = jwt.split(".");
  const object = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
  return {
    header: object(header),
    claims: object(claims),
    signature: Buffer.from(signature, "base64url"),
    input: `${header}.${claims}`,
  };
}

/** Whether the public key of an algorithm made the signature of a JWT. */
export function isSignedBy(publicKey, alg, jwt) {
  const { input, signature } = parts(jwt);
  return subtle.verify(webCrypto[alg], publicKey, signature, Buffer.from(input));
}
