import { call } from "./call.js";
import * as Operation from "./operation.js";

/** Header and claims of an id_token. Decoding verifies nothing. */
export interface DecodedIdToken {
  /** How it is signed, and with which key. */
  readonly header: Readonly<Record<string, unknown>>;
  /** What it says. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What an issuer says of a user, once it was checked: whatever else is there, `sub` is. */
export interface UserClaims {
  /** The user's id at the issuer. */
  readonly sub: string;
  /** Everything else, as the issuer wrote it. */
  readonly [claim: string]: unknown;
}

/**
 * Decodes an id_token without verifying anything: for looking at, not for trusting.
 *
 * @throws {MalformedResponseError} for text that is not a JWT
 */
export function decodeIdToken(idToken: string): DecodedIdToken {
  return decodedFrom(call(Operation.DecodeIdToken, { idToken }));
}

/** @internal */
export function decodedFrom([, header, claims]: string[]): DecodedIdToken {
  return Object.freeze({ header: claimsFrom(header!), claims: claimsFrom(claims!) });
}

/** The text was read strictly before: it is an object without duplicates. @internal */
export function claimsFrom(text: string): Readonly<Record<string, unknown>> {
  return Object.freeze(JSON.parse(text));
}
