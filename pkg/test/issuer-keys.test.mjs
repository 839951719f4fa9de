import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { describe, test } from "node:test";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import { door, poster } from "./support/issuer-browser.mjs";
import { algorithms, webCrypto } from "./support/jwt.mjs";

const BASE = "http://127.0.0.1:9400";
const WEB = `${BASE}/v2/idaas_example/app_web`;
const { subtle } = webcrypto;

const config = exampleConfig(BASE);
const [secret] = config.applications.find(({ applicationId }) => applicationId === "app_web").clientSecrets;

const generate = (alg) => subtle.generateKey(webCrypto[alg], true, ["sign", "verify"]);

async function idToken(issuer) {
  const { status, json, text } = await poster(door(issuer, "handle"))(`${WEB}/oauth2/token`, {
    grant_type: "password",
    username: "alice",
    password: config.users[0].password,
    scope: "openid",
    client_id: "app_web",
    client_secret: secret,
  });
  assert.equal(status, 200, text);
  return json.id_token;
}

async function publishedKeys(issuer) {
  const { text } = await door(issuer, "handle")("GET", `${WEB}/oidc/jwks`, {});
  return JSON.parse(text).keys;
}

const kids = async (issuer) => (await publishedKeys(issuer)).map(({ kid }) => kid);

const decode = (part) => JSON.parse(Buffer.from(part, "base64url").toString());

/** Verifies as a client does, by the keys that are published, and gives the header. */
async function verify(issuer, jwt) {
  const [header, payload, signature] = jwt.split(".");
  const { kid, alg } = decode(header);
  const jwk = (await publishedKeys(issuer)).find((key) => key.kid === kid);
  assert.ok(jwk, "the key is not published");
  assert.equal(jwk.alg, alg);
  assert.equal("d" in jwk, false);
  // Some releases of Node want the name of the curve in `alg`.
  delete jwk.alg;
  const key = await subtle.importKey("jwk", jwk, webCrypto[alg], false, ["verify"]);
  const bytes = Buffer.from(signature, "base64url");
  const signed = Buffer.from(`${header}.${payload}`);
  assert.ok(await subtle.verify(webCrypto[alg], key, bytes, signed), "a wrong signature");
  return { kid, alg };
}

for (const signing of algorithms) {
  describe(signing, () => {
    test("signs id_tokens that verify", async () => {
      const issuer = await Issuer.create({ ...config, signing });
      assert.equal((await verify(issuer, await idToken(issuer))).alg, signing);
      const url = `${WEB}/oidc/.well-known/openid-configuration`;
      const document = JSON.parse((await door(issuer, "handle")("GET", url, {})).text);
      assert.deepEqual(document.id_token_signing_alg_values_supported, [signing]);
    });

    test("with a private key of the configuration", async () => {
      const { privateKey } = await generate(signing);
      const jwk = { ...(await subtle.exportKey("jwk", privateKey)), kid: "mine" };
      const issuer = await Issuer.create({ ...config, signing, keys: [jwk] });
      assert.deepEqual(await kids(issuer), ["mine"]);
      assert.equal((await verify(issuer, await idToken(issuer))).kid, "mine");
      assert.equal(issuer.key.privateKey.extractable, false);
    });

    test("with a pair that is given, and none of another kind", async () => {
      const key = await generate(signing);
      const issuer = await Issuer.create({ ...config, signing }, { key });
      assert.equal(issuer.key, key);
      await verify(issuer, await idToken(issuer));
      const other = signing === "ES256" ? "EdDSA" : "ES256";
      const refused = { code: "invalid_argument" };
      await assert.rejects(Issuer.create({ ...config, signing: other }, { key }), refused);
      await assert.rejects(issuer.rotateKey(await generate(other)), refused);
    });

    test("by WebCrypto where the host has no module that signs at once, or a wrong one", async (t) => {
      const crypto = process.getBuiltinModule?.("node:crypto");
      const imitations = [
        undefined,
        () => undefined,
        () => ({ ...crypto, sign: () => new Uint8Array(64), verify: () => false }),
        () => ({
          ...crypto,
          sign() {
            throw new Error("not implemented");
          },
        }),
      ];
      for (const imitation of imitations) {
        const sign = t.mock.method(subtle, "sign");
        const real = Object.getOwnPropertyDescriptor(process, "getBuiltinModule");
        Object.defineProperty(process, "getBuiltinModule", {
          value: imitation,
          configurable: true,
        });
        try {
          const issuer = await Issuer.create({ ...config, signing });
          await verify(issuer, await idToken(issuer));
        } finally {
          if (real) Object.defineProperty(process, "getBuiltinModule", real);
          else delete process.getBuiltinModule;
        }
        assert.equal(sign.mock.callCount(), 1);
        sign.mock.restore();
      }
    });

    test("rotated, with overlap", async () => {
      let time = 1_800_000_000;
      const issuer = await Issuer.create({ ...config, signing }, { clock: () => time });
      const before = await idToken(issuer);
      await issuer.rotateKey();
      const after = await idToken(issuer);
      const { kid } = await verify(issuer, after);
      assert.notEqual((await verify(issuer, before)).kid, kid);
      // The longest lifetime of the example's tokens.
      time += 3600;
      assert.deepEqual(await kids(issuer), [kid]);
    });
  });
}

describe("keys", () => {
  test("are made once, when the first request needs one", async () => {
    const issuer = await Issuer.create({ ...config, signing: "ES256" });
    assert.equal(issuer.key, undefined);
    const url = `${WEB}/oidc/.well-known/openid-configuration`;
    await door(issuer, "handle")("GET", url, {});
    assert.equal(issuer.key, undefined);
    const sets = await Promise.all(Array.from({ length: 20 }, () => kids(issuer)));
    for (const set of sets) assert.deepEqual(set, sets[0]);
    assert.equal(sets[0].length, 1);
    assert.ok(issuer.key);
  });

  test("rotated under load sign what their id says", async () => {
    const issuer = await Issuer.create({ ...config, signing: "ES256" });
    const work = Array.from({ length: 30 }, async (_, i) => {
      if (i % 10 === 5) await issuer.rotateKey();
      return verify(issuer, await idToken(issuer));
    });
    const used = new Set((await Promise.all(work)).map(({ kid }) => kid));
    assert.ok(used.size > 1, "nothing was rotated");
  });

  test("outlive a restart: the new one signs, the former ones verify", async () => {
    const records = new Map();
    const storage = {
      structuredClone: true,
      load: async () => Array.from(records, ([key, value]) => ({ key, value })),
      write: async (changes) => {
        for (const { key, value } of changes) {
          if (value) records.set(key, structuredClone(value));
          else records.delete(key);
        }
      },
    };
    const es256 = { ...config, signing: "ES256" };
    const first = await Issuer.create(es256, { storage });
    const token = await idToken(first);
    await first.rotateKey();
    const second = await Issuer.create(es256, { storage });
    assert.deepEqual(await kids(second), await kids(first));
    await verify(second, token);
    await verify(second, await idToken(second));
    // Another algorithm: the stored pair cannot sign, and what it signed verifies on.
    const third = await Issuer.create({ ...config, signing: "EdDSA" }, { storage });
    assert.equal((await verify(third, await idToken(third))).alg, "EdDSA");
    await verify(third, token);
  });

  test("of a configuration are refused without being shown", async () => {
    const { privateKey } = await generate("ES256");
    const jwk = await subtle.exportKey("jwk", privateKey);
    const keys = [{ ...jwk, d: "c2VjcmV0" }];
    await assert.rejects(Issuer.create({ ...config, signing: "ES256", keys }), (error) => {
      assert.deepEqual([error.code, error.path], ["invalid_config", "keys[0]"]);
      return !error.message.includes("c2VjcmV0");
    });
  });
});

test("a key that the host fails to make is made at the next try, and an error that stays is told", async (t) => {
  const { subtle } = crypto;
  const generate = subtle.generateKey;
  const failing = (/** @type {number} */ times) => {
    let left = times;
    t.mock.method(subtle, "generateKey", async (/** @type {any[]} */ ...args) => {
      if (left-- > 0) throw new DOMException("for an operation-specific reason", "OperationError");
      return Reflect.apply(generate, subtle, args);
    });
  };
  const config = { ...exampleConfig("http://127.0.0.1:9400"), signing: /** @type {const} */ ("EdDSA") };
  failing(2);
  const issuer = await Issuer.create(config);
  await issuer.rotateKey();
  assert.ok(issuer.key);
  failing(Infinity);
  await assert.rejects(issuer.rotateKey(), /operation-specific reason/);
  issuer.free();
});
