import { invalid } from "./invalid.js";
import type { SignatureVerifier } from "./key-set.js";
import { wrong } from "./malformed.js";
import { signedParts } from "./signed-parts.js";
import { hmacKey, subtle, utf8 } from "./web-crypto.js";

/**
 * The least octets of a secret: as many as the hash has (RFC 7518 section 3.2, and OpenID Connect Core section 16.19 for
 * client secrets).
 */
const SHORTEST_SECRET = 32;

/**
 * Verifies id_tokens by `HS256`, an HMAC with the client's secret (OpenID Connect Core section 10.1), for a server that
 * signs so. Then no other algorithm is accepted. Whoever has the secret can make such id_tokens, so use this only where
 * nobody else can read the secret. In a browser, its user can.
 *
 * @throws {InvalidArgumentError} if the secret has fewer than 32 octets (RFC 7518 section 3.2)
 * @example
 * ```js
 * import { Client, secretSignature } from "eiam-token";
 *
 * const client = new Client({ server, clientId, idTokenSignature: secretSignature(clientSecret) });
 * ```
 */
export function secretSignature(clientSecret: string): SignatureVerifier {
  if (utf8(clientSecret).length < SHORTEST_SECRET) {
    throw invalid("clientSecret", "shorter than the 32 octets that HS256 needs");
  }
  let key: Promise<CryptoKey> | undefined;
  const imported = () => (key ??= hmacKey(clientSecret, "verify"));
  return Object.freeze({
    algorithm: "HS256",
    async ready() {
      await imported();
      return undefined;
    },
    async verify(idToken: string, { alg }: Readonly<Record<string, unknown>>) {
      if (alg !== "HS256") throw wrong("alg", "not HS256, which alone was asked for");
      const { signed, signature } = signedParts(idToken);
      if (!(await subtle().verify("HMAC", await imported(), signature, signed))) {
        throw wrong("signature", "not made with the client's secret");
      }
    },
  });
}
