import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { source } from "./support/source.mjs";

const { parametersOf, selectKey } = await source("client/select-key", "client/algorithms");

/** 2048 bits, the fewest. */
const N = "A".repeat(342);
const rsa = (more) => ({ kty: "RSA", n: N, e: "AQAB", ...more });
const ec = (more) => ({ kty: "EC", crv: "P-256", x: "AQ", y: "AQ", ...more });
const okp = (more) => ({ kty: "OKP", crv: "Ed25519", x: "AQ", ...more });

/** The key that is selected, as an object. */
function selected(keys, alg, kid) {
  const jwk = selectKey(keys, alg, parametersOf(alg), kid);
  return jwk && JSON.parse(jwk);
}

describe("the one key that can have made a signature", () => {
  test("RFC 7515 section 4.1.4: by its kid", () => {
    const keys = [rsa({ kid: "1", e: "AQ" }), rsa({ kid: "2" }), rsa({ e: "Aw" })];
    assert.deepEqual(selected(keys, "RS256", "2"), rsa());
    assert.equal(selected(keys, "RS256", "3"), undefined);
    assert.equal(selected(keys, "RS256"), undefined, "several to choose from");
    assert.deepEqual(selected([rsa()], "RS256"), rsa());
    assert.equal(selected([rsa()], "RS256", "1"), undefined, "it has no kid");
    assert.equal(selected([rsa({ kid: 1 })], "RS256", "1"), undefined);
  });

  test("by what its type and curve can verify", () => {
    const keys = [rsa(), ec(), ec({ crv: "P-384" }), ec({ crv: "P-521" }), ec({ crv: "secp256k1" }), okp()];
    keys.push(okp({ crv: "Ed448" }), { kty: "oct", k: "AQ" });
    for (const alg of ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]) {
      assert.deepEqual(selected(keys, alg), rsa(), alg);
    }
    assert.equal(selected(keys, "ES256").crv, "P-256");
    assert.equal(selected(keys, "ES384").crv, "P-384");
    assert.equal(selected(keys, "ES512").crv, "P-521");
    assert.equal(selected(keys, "EdDSA").crv, "Ed25519");
  });

  test("RFC 7517 section 4: by its alg and its use, if it has them", () => {
    assert.equal(selected([rsa({ alg: "RS512" })], "RS256"), undefined);
    assert.equal(selected([rsa({ alg: "" })], "RS256"), undefined);
    assert.deepEqual(selected([rsa({ alg: "RS256", use: "sig" })], "RS256"), rsa());
    for (const use of ["enc", "", "SIG"]) assert.equal(selected([rsa({ use })], "RS256"), undefined, use);
    // What is no text says nothing.
    for (const odd of [null, 5, ["sig"]]) assert.deepEqual(selected([rsa({ use: odd, alg: odd })], "RS256"), rsa());
  });

  test("RFC 9864 section 2.2: EdDSA has two names", () => {
    for (const alg of ["EdDSA", "Ed25519"]) {
      for (const own of ["EdDSA", "Ed25519"]) assert.deepEqual(selected([okp({ alg: own })], alg), okp());
      assert.equal(selected([okp({ alg: "Ed448" })], alg), undefined);
    }
  });

  test("RFC 7518 section 3.3: RSA keys of 2048 bits at least", () => {
    assert.equal(selected([rsa({ n: N.slice(1) })], "RS256"), undefined);
    for (const n of [undefined, 342, ""]) assert.equal(selected([rsa({ n })], "RS256"), undefined);
  });

  test("the same key twice is one key, whatever else is said of it", () => {
    const keys = [ec({ kid: "1" }), ec({ kid: "1", x5t: "x", key_ops: ["verify"] }), ec({ kid: "2", use: "sig" })];
    assert.deepEqual(selected(keys, "ES256", "1"), ec());
    assert.deepEqual(selected(keys, "ES256"), ec());
    assert.equal(selected([...keys, ec({ kid: "1", x: "Ag" })], "ES256", "1"), undefined);
  });

  test("only what makes the key is given to WebCrypto", () => {
    const key = rsa({ key_ops: ["sign", "verify"], ext: false, x5c: ["MIIB"] });
    assert.deepEqual(selected([key], "RS256"), rsa());
  });

  test("none that is private, or for other operations", () => {
    for (const other of [{ d: "AQ" }, { key_ops: ["sign"] }, { key_ops: [] }, { key_ops: [["verify"]] }]) {
      assert.equal(selected([rsa(other)], "RS256"), undefined, JSON.stringify(other));
    }
  });

  test("among what is no key", () => {
    assert.deepEqual(selected([7, null, "x", [], {}, true, { kty: "XYZ" }, ec()], "ES256"), ec());
    assert.equal(selected([], "ES256"), undefined);
  });
});
