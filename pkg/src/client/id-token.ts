import { call } from "./call.js";
import * as Operation from "./operation.js";

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
  return decodedFrom(call(Operation.DecodeIdToken, { idToken }));
}

/** @internal */
export function decodedFrom([, header, claims]: string[]): DecodedIdToken {
  return Object.freeze({ header: claimsFrom(header!), claims: claimsFrom(claims!) });
}

/** Reads the text of a JSON object that is known to be valid and to have no duplicate names. @internal */
export function claimsFrom(text: string): Readonly<Record<string, unknown>> {
  return Object.freeze(JSON.parse(text));
}
