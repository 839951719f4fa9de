import { constants, createHmac, sign } from "node:crypto";

/**
 * What a JWT is made of. Each part can be changed alone.
 *
 * @typedef {object} Spec
 * @property {object} header
 * @property {object} claims
 * @property {{ privateJwk: object }} by whose key signs
 * @property {(input: Buffer, by: object) => Buffer} [sign] how, if not as the control
 * @property {(text: string) => string | Buffer} [headerText]
 * @property {(text: string) => string | Buffer} [claimsText]
 * @property {(token: string) => string} [token] the last step, with the whole text
 */

/** @param {string | Buffer} value */
export const encoded = (value) => Buffer.from(value).toString("base64url");

/** ECDSA over P-256 with a hash, as JWS has it: r and s in 64 octets (RFC 7518 section 3.4). */
export const ecdsa =
  (hash = "sha256", dsaEncoding = "ieee-p1363") =>
  (input, { privateJwk }) =>
    sign(hash, input, { key: privateJwk, format: "jwk", dsaEncoding });

export const pkcs1 =
  (hash = "sha256") =>
  (input, { privateJwk }) =>
    sign(hash, input, { key: privateJwk, format: "jwk" });

export const pss = (input, { privateJwk }) =>
  sign("sha256", input, {
    key: privateJwk,
    format: "jwk",
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });

export const edwards = (input, { privateJwk }) => sign(null, input, { key: privateJwk, format: "jwk" });

/** An HMAC by what somebody may take for a secret. */
export const hmac =
  (key, hash = "sha256") =>
  (input) =>
    createHmac(hash, key).update(input).digest();

/**
 * The compact text of a JWT (RFC 7515 section 7.1).
 *
 * @param {Spec} spec
 * @returns {string}
 */
export function compact({ header, claims, by, sign = ecdsa(), headerText, claimsText, token = (text) => text }) {
  const text = (value, change = (json) => json) => encoded(change(JSON.stringify(value)));
  const input = `${text(header, headerText)}.${text(claims, claimsText)}`;
  let signature;
  // Some spellings differ only if a signature has such a character. Each signature by ECDSA is another one.
  do signature = encoded(sign(Buffer.from(input), by));
  while (sign.isRandom && !/[-_]/.test(signature));
  return token(`${input}.${signature}`);
}
