import { createHash } from "node:crypto";

const { subtle } = globalThis.crypto;

const RSA = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

/** How WebCrypto makes the keys of an algorithm, and what it signs by. */
const ALGORITHMS = { EdDSA: { make: { name: "Ed25519" }, sign: "Ed25519", digest: "sha512" } };
for (const [bits, curve] of [
  [256, "P-256"],
  [384, "P-384"],
  [512, "P-521"],
]) {
  const hash = `SHA-${bits}`;
  const digest = `sha${bits}`;
  const [rs, ps, es] = ["RSASSA-PKCS1-v1_5", "RSA-PSS", "ECDSA"];
  ALGORITHMS[`RS${bits}`] = { make: { name: rs, hash, ...RSA }, sign: rs, digest };
  ALGORITHMS[`PS${bits}`] = { make: { name: ps, hash, ...RSA }, sign: { name: ps, saltLength: bits / 8 }, digest };
  ALGORITHMS[`ES${bits}`] = { make: { name: es, namedCurve: curve }, sign: { name: es, hash }, digest };
}

/** The algorithms of signatures that the client makes, and of id_tokens that it takes by default. */
export const algorithms = ["RS256", "PS256", "ES256", "EdDSA"];

/** All algorithms with public keys whose signatures the client verifies. */
export const allAlgorithms = Object.keys(ALGORITHMS);

/** Node's name of the hash that an algorithm is by. */
export const digestOf = (alg) => ALGORITHMS[alg].digest;

/** A new pair of keys for `alg`; the private one is not extractable unless it is asked for. */
export function keyPair(alg, { extractable = false } = {}) {
  return subtle.generateKey(ALGORITHMS[alg].make, extractable, ["sign", "verify"]);
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
  const sign = (input) => subtle.sign(ALGORITHMS[alg].sign, privateKey, Buffer.from(input));
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
  return subtle.verify(ALGORITHMS[alg].sign, publicKey, signature, Buffer.from(input));
}
