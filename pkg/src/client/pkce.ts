import { call, callForOne } from "./call.js";
import * as Operation from "./operation.js";
import { withRandom } from "./random.js";
import { redacted } from "./redacted.js";

/** A PKCE pair (RFC 7636). `verifier` can be read, but no console and no JSON shows it. */
export interface Pkce {
  /** 43 random characters: 256 bits. For the token request, and for nobody before. */
  readonly verifier: string;
  /** For the authorization request. */
  readonly challenge: string;
  /** How the challenge was made of the verifier; nothing weaker is offered. */
  readonly method: "S256";
}

/**
 * Makes a PKCE pair (RFC 7636 section 4). Synchronous, and works on plain-http pages too.
 *
 * @example
 * ```js
 * const { verifier, challenge } = generatePkce();
 * ```
 */
export function generatePkce(): Pkce {
  const [, verifier, challenge] = withRandom(32, (random) => call(Operation.GeneratePkce, {}, random));
  return redacted("Pkce", { challenge: challenge!, method: "S256" as const }, { verifier: verifier! });
}

/**
 * The `S256` challenge of a verifier (RFC 7636 section 4.2).
 *
 * @throws {InvalidArgumentError} for a verifier that is not 43 to 128 unreserved characters
 */
export function codeChallenge(verifier: string): string {
  return callForOne(Operation.CodeChallenge, { verifier });
}
