import { cases } from "../lib/cases.mjs";
import { claim, part, signature, signed, together } from "../lib/change.mjs";
import { ecdsa, encoded } from "../lib/jwt.mjs";
import { JWTS } from "../lib/subjects.mjs";

const flipped = (octets, at, bit = 1) => {
  const copy = Buffer.from(octets);
  copy[at] ^= bit;
  return copy;
};

/** The signature of other claims by the same key. */
const ofOthers = together("signature", /^(claims\.jti|sign)$/, claim("jti", "another"), {
  part: "signature",
  apply: (whole) => ({
    ...whole,
    sign: () => {
      const { jti, ...claims } = whole.claims;
      return whole.sign(
        Buffer.from(`${encoded(JSON.stringify(whole.header))}.${encoded(JSON.stringify(claims))}`),
        whole.by,
      );
    },
  }),
});

export default cases(
  { kind: "signatures that were cut, extended or changed", subjects: JWTS, section: "RFC 7515 section 5.2" },
  {
    "left out": signature(() => Buffer.alloc(0)),
    zeros: signature(({ length }) => Buffer.alloc(length)),
    ones: signature(({ length }) => Buffer.alloc(length, 0xff)),
    "r and s of one": signature(({ length }) => flipped(flipped(Buffer.alloc(length), length / 2 - 1), length - 1)),
    "one octet less": signature((octets) => octets.subarray(0, -1)),
    half: signature((octets) => octets.subarray(0, octets.length / 2)),
    "one octet": signature((octets) => octets.subarray(0, 1)),
    "one octet more": signature((octets) => Buffer.concat([octets, Buffer.alloc(1)])),
    "an octet before it": signature((octets) => Buffer.concat([Buffer.alloc(1), octets])),
    twice: signature((octets) => Buffer.concat([octets, octets])),
    "its first bit turned": signature((octets) => flipped(octets, 0, 0x80)),
    "its last bit turned": signature((octets) => flipped(octets, octets.length - 1)),
    "its halves swapped": signature((octets) =>
      Buffer.concat([octets.subarray(octets.length / 2), octets.subarray(0, octets.length / 2)]),
    ),
    "as DER": signed(undefined, () => ({ sign: ecdsa("sha256", "der") })),
    "as hexadecimal digits": part(2, (text) => Buffer.from(text, "base64url").toString("hex")),
    "encoded twice": part(2, (text) => encoded(text)),
    "of other claims": ofOthers,
    "of claims that were changed afterwards": part(1, (text) =>
      encoded(Buffer.from(text, "base64url").toString().replace(/}$/, ',"more":1}')),
    ),
    "of a header that was changed afterwards": part(0, (text) =>
      encoded(Buffer.from(text, "base64url").toString().replace(/}$/, ',"more":1}')),
    ),
  },
);
