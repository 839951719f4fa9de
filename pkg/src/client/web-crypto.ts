import { NotSupportedError } from "../errors.js";

/**
 * The host's WebCrypto.
 *
 * @throws {NotSupportedError} where there is none
 */
export function subtle(): SubtleCrypto {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new NotSupportedError(
      'crypto.subtle is missing: browsers have it on https and localhost only. idTokenSignature: "connection" needs none',
      "crypto.subtle",
    );
  }
  return subtle;
}

/** Octets in base64url without padding (RFC 7515 section 2). */
export function base64url(octets: Uint8Array): string {
  return base64(octets).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

/** Octets in base64 (RFC 4648 section 4). */
export function base64(octets: Uint8Array): string {
  let binary = "";
  for (const octet of octets) binary += String.fromCharCode(octet);
  return btoa(binary);
}

/** The octets of a text in base64url without padding; the text was checked before. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const octets = new Uint8Array(binary.length);
  for (let at = 0; at < octets.length; at++) octets[at] = binary.charCodeAt(at);
  return octets;
}

/** The signed octets of a JWT, and its signature (RFC 7515 section 5.2). The JWT was checked before. */
export function signedParts(jwt: string): { signed: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> } {
  const end = jwt.lastIndexOf(".");
  return { signed: new TextEncoder().encode(jwt.slice(0, end)), signature: fromBase64url(jwt.slice(end + 1)) };
}
