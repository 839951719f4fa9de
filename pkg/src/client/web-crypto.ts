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

/** The octets of a text in UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** The SHA-256 of a text, in base64url. */
export async function hashOf(text: string): Promise<string> {
  return base64url(new Uint8Array(await subtle().digest("SHA-256", utf8(text))));
}

/** A secret as a key for HMAC with SHA-256. */
export function hmacKey(secret: string, usage: "sign" | "verify"): Promise<CryptoKey> {
  return subtle().importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, [usage]);
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

/** The octets of a text in base64url, which was checked before. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  // `Uint8Array.from` takes as long as to verify a signature.
  const octets = new Uint8Array(binary.length);
  for (let i = 0; i < octets.length; i++) octets[i] = binary.charCodeAt(i);
  return octets;
}
