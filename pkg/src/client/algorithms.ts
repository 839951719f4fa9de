// Made of the list in src/signature.rs by "npm run generate".

/** The algorithms of signatures by their names in `alg`, as WebCrypto calls them. @internal */
export const algorithms = {
  RS256: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
  },
  PS256: {
    name: "RSA-PSS",
    hash: "SHA-256",
    saltLength: 32,
  },
  ES256: {
    name: "ECDSA",
    hash: "SHA-256",
    namedCurve: "P-256",
  },
  EdDSA: {
    name: "Ed25519",
  },
  Ed25519: {
    name: "Ed25519",
  },
} as const;
