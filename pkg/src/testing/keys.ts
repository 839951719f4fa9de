import type { IssuerConfig, PrivateJwk, SigningAlgorithm } from "../issuer/config.js";
import { PUBLIC_RSA_KEY } from "./public-rsa-key.js";
import { digest, webCrypto } from "./seed.js";

/**
 * The keys that a test issuer signs with if its configuration has none: that of {@link PUBLIC_RSA_KEY} for each
 * algorithm of RSA, and one that follows from the seed for Ed25519. So an issuer need not wait for a key to be made, and
 * one of the same seed signs with the same key. Other algorithms have signatures that never repeat, so the issuer makes
 * their keys itself.
 *
 * @param octets what the seed stands for
 * @returns `undefined` if there are none
 */
export async function testKeys(
  { signing = "RS256", resources = [], keys }: Pick<IssuerConfig, "signing" | "resources" | "keys">,
  octets: Uint8Array,
): Promise<readonly PrivateJwk[] | undefined> {
  if (keys !== undefined) return undefined;
  const wanted = new Set<SigningAlgorithm>([signing]);
  for (const resource of Array.isArray(resources) ? resources : []) {
    if (resource?.signing !== undefined) wanted.add(resource.signing);
  }
  const known: PrivateJwk[] = [];
  for (const algorithm of wanted) {
    const key = await testKey(algorithm, octets);
    // The first key signs, so without one for `signing` there can be none.
    if (key === undefined && algorithm === signing) return undefined;
    if (key !== undefined) known.push(key);
  }
  return known;
}

async function testKey(algorithm: SigningAlgorithm, octets: Uint8Array): Promise<PrivateJwk | undefined> {
  if (/^[RP]S/.test(algorithm)) return { ...PUBLIC_RSA_KEY, alg: algorithm, kid: `everybody-knows-${algorithm}` };
  return algorithm === "EdDSA" ? ed25519(await digest("ed25519", octets)) : undefined;
}

/** A private key of Ed25519 as a JWK; the host finds its public half. */
async function ed25519(seed: Uint8Array): Promise<PrivateJwk> {
  const pkcs8 = new Uint8Array(PKCS8.length + seed.length);
  pkcs8.set(PKCS8);
  pkcs8.set(seed, PKCS8.length);
  const { subtle } = webCrypto();
  const key = await subtle.importKey("pkcs8", pkcs8, { name: "Ed25519" }, true, ["sign"]);
  const { kty = "", crv, x, d } = await subtle.exportKey("jwk", key);
  return { kty, crv, x, d };
}

/** What a private key of Ed25519 begins with in PKCS #8 (RFC 8410 section 7). */
const PKCS8 = Uint8Array.of(
  0x30,
  0x2e,
  0x02,
  0x01,
  0x00,
  0x30,
  0x05,
  0x06,
  0x03,
  0x2b,
  0x65,
  0x70,
  0x04,
  0x22,
  0x04,
  0x20,
);
