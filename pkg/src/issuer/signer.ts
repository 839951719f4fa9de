/** Signs bytes at once. */
export type Signer = (input: Uint8Array) => Uint8Array;

/** As much of Node's module `crypto` as is used here. */
interface NodeCrypto {
  readonly KeyObject: { from(key: unknown): object };
  sign(digest: string | null, input: Uint8Array, key: object): Uint8Array;
  verify(digest: string | null, input: Uint8Array, key: object, signature: Uint8Array): boolean;
}

/**
 * What the host does with keys: whether new private keys are exportable, be it for a moment; what
 * makes the function that signs at once with one; what makes one that cannot be exported of it.
 *
 * Node's WebCrypto hands each signature to another thread, and going there and back costs three
 * times what a signature of ES256 does. Its own module signs where it is called, with keys that can be
 * exported.
 *
 * @param isKept whether a storage of bytes keeps the private key
 * @internal
 */
export function keyHost(isKept: boolean) {
  const host = globalThis as {
    process?: { getBuiltinModule?: (name: string) => NodeCrypto | undefined };
  };
  // Not imported: a bundler for browsers must not look for it.
  const crypto = host.process?.getBuiltinModule?.("node:crypto");
  return {
    exportable: isKept || crypto !== undefined,
    signerOf: crypto && ((key: CryptoKey, publicKey: CryptoKey) => signerOf(crypto, key, publicKey)),
    settle: isKept || !crypto ? undefined : settle,
  };
}

async function settle({ privateKey, publicKey }: CryptoKeyPair): Promise<CryptoKeyPair> {
  const { subtle } = globalThis.crypto;
  const bytes = await subtle.exportKey("pkcs8", privateKey);
  const settled = await subtle.importKey("pkcs8", bytes, privateKey.algorithm, false, ["sign"]);
  return { privateKey: settled, publicKey };
}

function signerOf(crypto: NodeCrypto, key: CryptoKey, publicKey: CryptoKey): Signer | undefined {
  try {
    const digest = key.algorithm.name === "Ed25519" ? null : "sha256";
    // r and s, as RFC 7518 section 3.4 wants it, and not ASN.1; other algorithms ignore it.
    const dsaEncoding = "ieee-p1363";
    const signing = { key: crypto.KeyObject.from(key), dsaEncoding };
    const verifying = { key: crypto.KeyObject.from(publicKey), dsaEncoding };
    const sign = (input: Uint8Array) => crypto.sign(digest, input, signing);
    // Hosts that imitate Node do not all know all of it: one that signs otherwise is not used.
    const sample = new Uint8Array(1);
    return crypto.verify(digest, sample, verifying, sign(sample)) ? sign : undefined;
  } catch {
    return undefined;
  }
}
