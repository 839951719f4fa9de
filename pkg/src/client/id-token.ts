import { strictDecoder } from "./answer.js";
import { call, core, ended } from "./core.js";
import { malformed } from "./malformed.js";

/** The header and the claims of an id_token, which were not verified. */
export interface DecodedIdToken {
  /** The header of the JWT, which names the algorithm and the key. */
  readonly header: Readonly<Record<string, unknown>>;
  /** The claims. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The claims about a user, from an id_token that was checked or from userinfo. They always include `sub`. */
export interface UserClaims {
  /** The id of the user at the issuer. */
  readonly sub: string;
  /** The other claims, as the issuer wrote them. */
  readonly [claim: string]: unknown;
}

/**
 * Decodes an id_token without verifying anything. Use the result to look at it, and never trust it.
 *
 * @throws {MalformedResponseError} if the text is not a JWT
 * @example
 * ```js
 * import { decodeIdToken } from "eiam-token";
 *
 * decodeIdToken(tokens.idToken).header.alg; // "RS256"
 * ```
 */
export function decodeIdToken(idToken: string): DecodedIdToken {
  return readIdToken(0, { idToken });
}

/**
 * An id_token and what it has to agree with. {@link readIdToken} passes the members in the order in which the caller
 * writes them, which must be the one here. What is missing is not compared.
 */
interface Expected {
  readonly idToken: string;
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
  readonly nonce?: string | undefined;
  readonly subject?: string | undefined;
  readonly accessToken?: string | undefined;
}

/**
 * Reads an id_token, and checks its claims if the flags say so.
 *
 * @param flags `CHECKS` and `BY_SECRET`, or 0 to check nothing
 * @param now the present, in Unix seconds
 * @param tolerance the seconds by which the clocks may differ
 * @param maxAge the `max_age` of the request in seconds; a negative number means none
 * @throws {MalformedResponseError} if the id_token is no JWT, or a claim is wrong
 * @internal
 */
export function readIdToken(flags: number, expected: Expected, now = 0, tolerance = 0, maxAge = -1): DecodedIdToken {
  let text = "";
  for (const name in expected) text += ended(expected[name as keyof Expected], name);
  const check = (length: number) =>
    core().id_token(length, flags, BigInt(now), BigInt(Math.ceil(tolerance)), BigInt(maxAge));
  try {
    const [header, claims] = call(text, check, undefined, strictDecoder);
    return Object.freeze({ header: claimsFrom(header!), claims: claimsFrom(claims!) });
  } catch (error) {
    // Two users must not become one.
    throw error instanceof TypeError ? malformed("id_token.claims", "not UTF-8", undefined) : error;
  }
}

/** Reads the text of a JSON object that is known to be valid and to have no duplicate names. @internal */
export function claimsFrom(text: string): Readonly<Record<string, unknown>> {
  return Object.freeze(JSON.parse(text));
}
