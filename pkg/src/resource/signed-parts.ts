import { fromBase64url, utf8 } from "../client/web-crypto.js";

/**
 * The signed octets of a JWT, and its signature (RFC 7515 section 5.2). The JWT was checked before. It takes the place of
 * the client's function, for which the client's module decodes.
 *
 * @internal
 */
export function signedParts(jwt: string): { signed: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> } {
  const end = jwt.lastIndexOf(".");
  return { signed: utf8(jwt.slice(0, end)), signature: fromBase64url(jwt.slice(end + 1)) };
}
