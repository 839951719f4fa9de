import { NotSupportedError } from "../errors.js";
import { algorithms } from "./algorithms.js";

const ALGORITHMS: Readonly<Record<string, EcKeyImportParams & RsaHashedImportParams & RsaPssParams>> =
  algorithms as never;

/** How WebCrypto calls the algorithm of a header's `alg`. */
export function parametersOf(alg: string): (typeof ALGORITHMS)[string] | undefined {
  return ALGORITHMS[alg];
}

/** The `alg` of what a key signs. */
export function algorithmOf(key: CryptoKey): string | undefined {
  const { name, hash, namedCurve } = key.algorithm as { name: string; hash?: Algorithm; namedCurve?: string };
  return Object.keys(ALGORITHMS).find((alg) => {
    const parameters = ALGORITHMS[alg]!;
    return (
      parameters.name === name &&
      (hash === undefined || hash.name === parameters.hash) &&
      namedCurve === parameters.namedCurve
    );
  });
}

/**
 * The host's WebCrypto.
 *
 * @throws {NotSupportedError} where there is none
 */
export function subtle(): SubtleCrypto {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new NotSupportedError(
      "crypto.subtle is missing, without which nothing is signed or verified: browsers have it on https " +
        'pages and on localhost only. With idTokenSignature: "connection" the connection to the token ' +
        "endpoint stands for the signature of an id_token.",
      "crypto.subtle",
    );
  }
  return subtle;
}

export function base64url(octets: Uint8Array): string {
  const text = btoa(String.fromCharCode(...octets));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

/** The text was read strictly before. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
