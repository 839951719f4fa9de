import { NotSupportedError } from "../errors.js";
import { invalid } from "./invalid.js";
import { part } from "./jws.js";
import { base64url } from "./web-crypto.js";

/** The lifetime in seconds, which is long enough for clocks that differ a little. */
const LIFETIME = 60;

/** What a client assertion says. */
export interface AssertionParts {
  readonly clientId: string;
  /** `alg` of the header. */
  readonly algorithm: string;
  /** `kid` of the header, which names the client's key. */
  readonly keyId?: string | undefined;
  /** `aud`. */
  readonly audience: string | undefined;
  /** 16 fresh random octets, for `jti`. */
  readonly random: Uint8Array;
  /** When the assertion is made, in Unix seconds. */
  readonly now: number;
}

/**
 * Makes the text that is signed for a client assertion (OpenID Connect Core section 9, RFC 7523 section 3, RFC 7515
 * section 5.1), which is valid once, for a minute. The twin of `src/client/assertion.rs`; both run
 * `tests/vectors/assertion.json`.
 *
 * @throws {NotSupportedError} if there is no audience
 * @throws {InvalidArgumentError} if the algorithm is empty, or the key id or the audience is no text
 */
export function assertionInput({ clientId, algorithm, keyId, audience, random, now }: AssertionParts): string {
  if (!algorithm) throw invalid("algorithm", "empty");
  if (audience === undefined) throw new NotSupportedError("the server has no issuer", "issuer");
  for (const [name, value] of Object.entries({ keyId, audience })) {
    if (value !== undefined && typeof value !== "string") {
      throw invalid(name, "not a string");
    }
  }
  const header = { alg: algorithm, typ: "JWT", kid: keyId };
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: base64url(random),
    iat: now,
    exp: now + LIFETIME,
  };
  return `${part(header)}.${part(claims)}`;
}
