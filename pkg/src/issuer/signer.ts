/** Signs bytes synchronously. */
export type Signer = (input: Uint8Array) => Uint8Array;

/** The part of Node's module `crypto` that is used here. */
interface NodeCrypto {
  readonly constants: { readonly RSA_PKCS1_PSS_PADDING: number };
  readonly KeyObject: { from(key: unknown): object };
  sign(digest: string | null, input: Uint8Array, key: object): Uint8Array;
  verify(digest: string | null, input: Uint8Array, key: object, signature: Uint8Array): boolean;
}

/**
 * Returns how this host handles keys: whether new private keys are made exportable, at least for a moment; a
 * function that makes a synchronous signer from a key; and a function that makes a key non-exportable.
 *
 * Node's WebCrypto passes each signature to another thread, which takes three times as long as signing with ES256.
 * Node's own module `crypto` signs synchronously, but needs keys that can be exported.
 *
 * @param isKept whether the storage keeps the private key as bytes
 * @internal
 */
export function keyHost(isKept: boolean) {
  const host = globalThis as {
    process?: { getBuiltinModule?: (name: string) => NodeCrypto | undefined };
  };
  // It is not imported, so that bundlers for browsers do not look for it.
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
    const digest = digestOf(key.algorithm);
    const options = {
      // RFC 7518 section 3.4 requires r and s instead of ASN.1; other algorithms ignore this.
      dsaEncoding: "ieee-p1363",
      // RFC 7518 section 3.5 requires a salt as long as the hash; other algorithms ignore this.
      saltLength: Number(digest?.slice(3)) / 8,
      ...(key.algorithm.name === "RSA-PSS" ? { padding: crypto.constants.RSA_PKCS1_PSS_PADDING } : {}),
    };
    const signing = { key: crypto.KeyObject.from(key), ...options };
    const verifying = { key: crypto.KeyObject.from(publicKey), ...options };
    const sign = (input: Uint8Array) => crypto.sign(digest, input, signing);
    // Not every host that imitates Node does so completely, so a sample signature is verified.
    const sample = new Uint8Array(1);
    return crypto.verify(digest, sample, verifying, sign(sample)) ? sign : undefined;
  } catch {
    return undefined;
  }
}

/** The hash function of an algorithm, as Node calls it; `null` for Ed25519, which has its own. */
function digestOf({ name, hash, namedCurve }: KeyAlgorithm & { hash?: KeyAlgorithm; namedCurve?: string }) {
  if (name === "Ed25519") return null;
  if (hash) return hash.name.replace("-", "").toLowerCase();
  // RFC 7518 section 3.4.
  return { "P-256": "sha256", "P-384": "sha384", "P-521": "sha512" }[namedCurve ?? ""] ?? null;
}
