/** What WebCrypto is told of an algorithm. Each method of WebCrypto reads the members that it needs. */
export interface AlgorithmParameters {
  readonly name: string;
  readonly hash?: string | undefined;
  readonly namedCurve?: string | undefined;
  readonly saltLength?: number | undefined;
}

/** The names of RSA's two kinds of signatures and of ECDSA, by the beginning of their `alg`. */
const FAMILIES = { RS: "RSASSA-PKCS1-v1_5", PS: "RSA-PSS", ES: "ECDSA" };

/**
 * How WebCrypto calls the algorithm of a header's `alg`: RSA or ECDSA with SHA-256, SHA-384 or SHA-512 (RFC 7518
 * section 3.1), or Ed25519 by either of its names (RFC 8037 section 3.1, RFC 9864 section 2.2). `undefined` for any
 * other, above all for `none` and for HMAC (RFC 8725 section 2.1), and for what is no text, which a regular expression
 * would take for one.
 */
export function parametersOf(alg: unknown): AlgorithmParameters | undefined {
  if (alg === "EdDSA" || alg === "Ed25519") return { name: "Ed25519" };
  const [, family, bits] = /^([RPE]S)(256|384|512)$/.exec(typeof alg === "string" ? alg : "") ?? [];
  if (!family) return undefined;
  return {
    name: FAMILIES[family as keyof typeof FAMILIES],
    hash: `SHA-${bits}`,
    namedCurve: family === "ES" ? `P-${bits === "512" ? "521" : bits}` : undefined,
    saltLength: family === "PS" ? Number(bits) / 8 : undefined,
  };
}

/** The `alg` of the signatures that a key makes; `undefined` for a key of another kind. */
export function algorithmOf(key: CryptoKey): string | undefined {
  const { name, hash, namedCurve } = key.algorithm as { name: string; hash?: Algorithm; namedCurve?: string };
  return "EdDSA RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512".split(" ").find((alg) => {
    const parameters = parametersOf(alg)!;
    return (
      parameters.name === name &&
      (hash === undefined || hash.name === parameters.hash) &&
      namedCurve === parameters.namedCurve
    );
  });
}
