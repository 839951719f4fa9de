import type { AlgorithmParameters } from "./algorithms.js";

/** The characters in base64url of a modulus of 2048 bits, the shortest that is accepted (RFC 7518 section 3.3). */
const SHORTEST_MODULUS = 342;

/**
 * The one key of a JWK Set (RFC 7517 section 5) that can have made a signature: of the right type, for signatures by
 * this algorithm, and with this `kid` if the header has one (RFC 7515 section 4.1.4). A private key that is published has
 * proved nothing since then (RFC 7517 section 9.2). A key that stands there twice is one key. The twin of `src/rules/key_set.rs`; both run `tests/vectors/keys.json`.
 *
 * @param keys the member `keys` of the set. Elements that are no keys, or keys of an unknown kind, may be there for others
 * @param parameters what WebCrypto is told of `alg`
 * @returns the members that make the key, as JSON. The others are left out, because WebCrypto refuses a key whose members
 *   forbid its use. `undefined` if there is no such key, or more than one (OpenID Connect Core section 10.1)
 */
export function selectKey(
  keys: readonly unknown[],
  alg: string,
  { name, namedCurve }: AlgorithmParameters,
  kid: string | undefined,
): string | undefined {
  const curve = name === "Ed25519" ? name : namedCurve;
  const type = namedCurve ? "EC" : curve ? "OKP" : "RSA";
  const selected = new Set<string>();
  for (const key of keys) {
    const { kty, use, alg: own, kid: id, d, n, e, crv, x, y } = textsOf(key);
    if (
      kty === type &&
      (curve ? crv === curve : Number(n?.length) >= SHORTEST_MODULUS) &&
      (use ?? "sig") === "sig" &&
      sameName(own ?? alg) === sameName(alg) &&
      !d &&
      [(key as JsonWebKey).key_ops ?? "verify"].flat().includes("verify") &&
      id === (kid ?? id)
    ) {
      selected.add(JSON.stringify({ kty, n, e, crv, x, y }));
    }
  }
  return selected.size === 1 ? [...selected][0] : undefined;
}

/** The members of a key that are texts. Others are ignored. */
function textsOf(key: unknown): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(key ?? {}).filter(([, value]) => typeof value === "string"));
}

/** The name of an algorithm. Ed25519 has two names, of which this is the older one. */
function sameName(alg: string): string {
  return alg.replace("Ed25519", "EdDSA");
}
