import { cases } from "../lib/cases.mjs";
import { jwks, noHeader, together } from "../lib/change.mjs";
import { encoded } from "../lib/jwt.mjs";

const subjects = ["keys", "keys for access tokens"];

/** The set with another first key, which is the one that has signed. */
const first = (change) => jwks((world) => ({ keys: [change(world.own.jwk, world), world.rsa.jwk] }));

export default [
  ...cases(
    { kind: "key sets without the key", subjects, section: "RFC 7517 sections 4 and 5" },
    {
      "use enc": first((key) => ({ ...key, use: "enc" })),
      "use of an unknown kind": first((key) => ({ ...key, use: "tls" })),
      "alg of another key": first((key) => ({ ...key, alg: "ES384" })),
      "alg that encrypts": first((key) => ({ ...key, alg: "ECDH-ES" })),
      "another kid": first((key) => ({ ...key, kid: "other" })),
      "kid a number": first((key) => ({ ...key, kid: 1 })),
      "another kty": first((key) => ({ ...key, kty: "OKP" })),
      "kty missing": first(({ kty, ...key }) => key),
      "another crv": first((key) => ({ ...key, crv: "P-384" })),
      "crv missing": first(({ crv, ...key }) => key),
      "x missing": first(({ x, ...key }) => key),
      "x and y swapped": first((key) => ({ ...key, x: key.y, y: key.x })),
      "a stranger's key of the same kid": first((_, world) => world.stranger.jwk),
      "a secret of the same kid": first(() => ({ kty: "oct", kid: "ec", k: encoded("secret"), alg: "HS256" })),
      "an empty set": jwks({ keys: [] }),
      "no keys": jwks({}),
      "keys null": jwks({ keys: null }),
      "keys an object": jwks((world) => ({ keys: { 0: world.own.jwk, length: 1 } })),
      "keys a text": jwks((world) => ({ keys: JSON.stringify([world.own.jwk]) })),
      "one key without a set": jwks((world) => world.own.jwk),
      "keys in a list": jwks((world) => [world.own.jwk]),
    },
  ),
  ...cases(
    { kind: "keys for other operations", subjects, section: "RFC 7517 section 4.3" },
    {
      "key_ops of encryption": first((key) => ({ ...key, key_ops: ["encrypt"] })),
      "key_ops of signing alone": first((key) => ({ ...key, key_ops: ["sign"] })),
      "key_ops of an unknown kind": first((key) => ({ ...key, key_ops: ["https://as.example/other"] })),
      "key_ops empty": first((key) => ({ ...key, key_ops: [] })),
      "key_ops in other letters": first((key) => ({ ...key, key_ops: ["VERIFY"] })),
    },
  ),
  ...cases(
    { kind: "private keys in public", subjects, rule: "either", section: "RFC 7517 section 9.2" },
    { "the private key": first((_, world) => world.own.privateJwk) },
  ),
  ...cases(
    {
      kind: "keys that may be one or the other",
      subjects,
      rule: "either",
      section: "OpenID Connect Core section 10.1",
    },
    {
      "a stranger's key of the same kid, behind it": jwks((world) => ({ keys: [world.own.jwk, world.stranger.jwk] })),
      "a stranger's key of the same kid, before it": jwks((world) => ({ keys: [world.stranger.jwk, world.own.jwk] })),
      "two keys of the type, and no kid": together(
        "kid",
        /^(header\.kid|jwks)$/,
        noHeader("kid"),
        jwks((world) => ({ keys: [world.own.jwk, { ...world.stranger.jwk, kid: "other" }] })),
      ),
    },
  ),
  ...cases(
    { kind: "as it must work", subjects, rule: "accept", section: "RFC 7517 section 5" },
    {
      "a key of an unknown kind beside it": jwks((world) => ({ keys: [{ kty: "future", kid: "f" }, world.own.jwk] })),
      "key_ops of verifying": first((key) => ({ ...key, key_ops: ["verify"] })),
      "members that nobody knows": jwks((world) => ({
        keys: [{ ...world.own.jwk, "https://as.example/x": 1 }],
        more: 1,
      })),
      "no use": first(({ use, ...key }) => key),
      "no alg": first(({ alg, ...key }) => key),
    },
  ),
];
