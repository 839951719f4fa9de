import { invalid } from "./invalid.js";
import { base64url, subtle, utf8 } from "./web-crypto.js";

/** A part of a JWT: an object as JSON in base64url (RFC 7515 section 7.1). */
export function part(value: object): string {
  return base64url(utf8(JSON.stringify(value)));
}

/**
 * The JWT whose parts before the signature are `input`.
 *
 * @throws {InvalidArgumentError} if the host cannot sign with the key
 */
export async function signed(input: string, parameters: AlgorithmIdentifier, key: CryptoKey): Promise<string> {
  const signature = await subtle()
    .sign(parameters, key, utf8(input))
    .catch(() => {
      throw invalid("key", "the host cannot sign with it");
    });
  return `${input}.${base64url(new Uint8Array(signature))}`;
}
