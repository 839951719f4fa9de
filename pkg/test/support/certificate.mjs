import { createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/**
 * A certificate for a server of this machine, and its key, both in PEM: of P-256, signed by itself, and good for two
 * days (RFC 5280).
 *
 * @param {string[]} names host names and IPv4 addresses
 */
export function selfSigned(names) {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  const now = Date.now();
  const algorithm = der(0x30, oid("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256
  const commonName = der(0x30, oid("2.5.4.3"), der(0x0c, Buffer.from(names[0])));
  const name = der(0x30, der(0x31, commonName));
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])), // a positive serial number
    algorithm,
    name,
    der(0x30, time(now - DAY), time(now + DAY)),
    name,
    publicKey,
    der(
      0xa3,
      der(
        0x30,
        extension("2.5.29.19", der(0x30, der(0x01, Buffer.from([0xff])))), // basicConstraints: it vouches for itself
        extension("2.5.29.17", der(0x30, ...names.map(alternative))), // subjectAltName
      ),
    ),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature));
  return { cert: pem("CERTIFICATE", certificate), key: privateKey.export({ type: "pkcs8", format: "pem" }) };
}

const DAY = 24 * 60 * 60 * 1000;

/** A value of DER (X.690 section 8.1): its tag, its length and its content. */
function der(tag, ...parts) {
  const content = Buffer.concat(parts);
  const { length } = content;
  const bytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

/** An object identifier (X.690 section 8.19). */
function oid(text) {
  const [first, second, ...others] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const number of others) {
    const groups = [number & 0x7f];
    for (let rest = number >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

function extension(id, value) {
  return der(0x30, oid(id), der(0x04, value));
}

/** A name of RFC 5280 section 4.2.1.6: an address of four numbers, or a host. */
function alternative(name) {
  const isAddress = /^[\d.]+$/.test(name);
  return isAddress ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, Buffer.from(name));
}

/** A UTCTime, to the second. */
function time(milliseconds) {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, "");
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function pem(label, bytes) {
  const lines = bytes.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
