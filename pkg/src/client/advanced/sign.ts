import { algorithmOf, parametersOf } from "../algorithms.js";
import type { SigningKey } from "../authentication.js";
import { invalid } from "../invalid.js";
import { part, signed } from "../jws.js";

/** A private key and what its signatures are called. */
export interface Signing {
  readonly key: CryptoKey;
  /** `alg` of the header. */
  readonly algorithm: string;
}

/** The bits that a key of RSA has at least (RFC 7518 section 3.3). */
const SHORTEST_MODULUS = 2048;

/**
 * What signs with a private key.
 *
 * @throws {InvalidArgumentError} if the key cannot sign by RS256, PS256, ES256, the same with 384 or 512, or EdDSA,
 *   or is too short
 */
export function signingBy(key: SigningKey): Signing {
  const given = key as CryptoKey | undefined;
  const algorithm = given?.algorithm && algorithmOf(given);
  if (!algorithm || !given.usages?.includes("sign")) {
    throw invalid("key", "not a private key for RS, PS or ES 256 to 512, or EdDSA");
  }
  if ((given.algorithm as RsaKeyAlgorithm).modulusLength < SHORTEST_MODULUS) {
    throw invalid("key", "shorter than 2048 bits (RFC 7518 section 3.3)");
  }
  return { key: given, algorithm };
}

/**
 * Makes a signed JWT (RFC 7515 section 5.1). `alg` of the header is that of the key.
 *
 * @throws {InvalidArgumentError} if the host cannot sign with the key
 */
export function signedJwt({ key, algorithm }: Signing, header: object, claims: object): Promise<string> {
  return signed(`${part({ alg: algorithm, ...header })}.${part(claims)}`, parametersOf(algorithm)!, key);
}
