import { createPublicKey } from "node:crypto";
import { cases, each } from "../lib/cases.mjs";
import { header, noHeader, signed } from "../lib/change.mjs";
import { ecdsa, edwards, hmac, pkcs1, pss } from "../lib/jwt.mjs";
import { JWTS, SERVER_JWTS } from "../lib/subjects.mjs";
import { SECRET } from "../lib/world.mjs";

const unsigned = () => ({ sign: () => Buffer.alloc(0) });
const spki = ({ jwk }, type) => createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: type });

/** HS256 whose secret is something that everybody knows. */
const byHmac =
  (key, hash) =>
  (world, { by }) => ({ sign: hmac(key(by, world), hash) });

export default [
  ...cases(
    { kind: "no signature", subjects: JWTS, section: "RFC 8725 section 3.2" },
    each("alg", { none: "none", None: "None", NONE: "NONE", nOnE: "nOnE" }, (alg) => signed(alg, unsigned)),
  ),
  ...cases(
    { kind: "no signature", subjects: JWTS, section: "RFC 7515 section 4.1.1" },
    {
      "alg none with the signature left on": header("alg", "none"),
      "alg with a space behind it": signed("none ", unsigned),
      "alg empty": signed("", unsigned),
      "alg null": signed(null, unsigned),
      "alg missing": noHeader("alg"),
      "alg a number": header("alg", 256),
      "alg a list": header("alg", ["ES256"]),
      "alg an object": header("alg", { name: "ES256" }),
    },
  ),
  ...cases(
    { kind: "HMAC by what everybody knows", subjects: JWTS, section: "RFC 8725 sections 2.1 and 3.1" },
    {
      "HS256 by the public key as PEM": signed(
        "HS256",
        byHmac((by) => spki(by, "pem")),
      ),
      "HS256 by the public key as DER": signed(
        "HS256",
        byHmac((by) => spki(by, "der")),
      ),
      "HS256 by the public key as JWK": signed(
        "HS256",
        byHmac((by) => JSON.stringify(by.jwk)),
      ),
      "HS384 by the public key as PEM": signed(
        "HS384",
        byHmac((by) => spki(by, "pem"), "sha384"),
      ),
      "HS512 by the public key as PEM": signed(
        "HS512",
        byHmac((by) => spki(by, "pem"), "sha512"),
      ),
      "HS256 by an empty key": signed(
        "HS256",
        byHmac(() => ""),
      ),
    },
  ),
  ...cases(
    { kind: "HMAC by what everybody knows", subjects: SERVER_JWTS, section: "RFC 8725 sections 2.1 and 3.1" },
    {
      "HS256 by the public RSA key as PEM": signed("HS256", (world) => ({
        sign: hmac(spki(world.rsa, "pem")),
        kid: "rs",
      })),
      "HS256 by the secret of a client that uses public keys": signed(
        "HS256",
        byHmac(() => SECRET),
      ),
    },
  ),
  ...cases(
    { kind: "another algorithm than the key's", subjects: JWTS, section: "RFC 8725 section 3.1" },
    {
      "es256 in small letters": header("alg", "es256"),
      "alg with a space behind": header("alg", "ES256 "),
      ES256K: header("alg", "ES256K"),
      "ES384 by a key of P-256": signed("ES384", () => ({ sign: ecdsa("sha384") })),
      "ES512 by a key of P-256": signed("ES512", () => ({ sign: ecdsa("sha512") })),
      "SHA-384 under the name ES256": signed(undefined, () => ({ sign: ecdsa("sha384") })),
      "RS256 in the name only": header("alg", "RS256"),
      "EdDSA in the name only": header("alg", "EdDSA"),
      "RSA-OAEP, which encrypts": header("alg", "RSA-OAEP"),
      "dir, which encrypts": header("alg", "dir"),
      "the name of a member of every object": header("alg", "constructor"),
    },
  ),
  ...cases(
    { kind: "another algorithm than the key's", subjects: SERVER_JWTS, section: "RFC 7517 section 4.4" },
    {
      "PS256 by a key for RS256": signed("PS256", (world) => ({ sign: pss, by: world.rsa, kid: "rs" })),
      "RS384 by a key for RS256": signed("RS384", (world) => ({ sign: pkcs1("sha384"), by: world.rsa, kid: "rs" })),
      "RS1, which is SHA-1": signed("RS1", (world) => ({ sign: pkcs1("sha1"), by: world.rsa, kid: "rs" })),
      "EdDSA by a stranger under a kid of the server": signed("EdDSA", (world) => ({
        sign: edwards,
        by: world.strangerEdwards,
      })),
    },
  ),
  ...cases(
    { kind: "as it must work", subjects: SERVER_JWTS, rule: "accept", section: "RFC 7518 section 3.3" },
    { "RS256 by the other key": signed("RS256", (world) => ({ sign: pkcs1(), by: world.rsa, kid: "rs" })) },
  ),
];
