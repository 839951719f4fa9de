import { decoded } from "./core.js";
import { utf8 } from "./web-crypto.js";

/** The signed octets of a JWT, and its signature (RFC 7515 section 5.2), which is empty if it is no base64url. */
export function signedParts(jwt: string): { signed: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> } {
  const end = jwt.lastIndexOf(".");
  const octets = decoded(jwt.slice(end + 1));
  const signature = new Uint8Array(octets ?? []);
  octets?.fill(0);
  return { signed: utf8(jwt.slice(0, end)), signature };
}
