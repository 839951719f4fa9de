import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { Client, ConnectionError, MalformedResponseError, NotSupportedError } from "eiam-token";
import { algorithms, atHash, hashOf, signer, signingInput } from "./support/jwt.mjs";
import { json } from "./support/mock-fetch.mjs";

const ISSUER = "https://as.example";
const CLIENT_ID = "app_spa";
const ACCESS_TOKEN = "ATaccess";
const redirectUri = "https://app.example/cb";

/** Keys are dear: each test that needs no key of its own takes one of these. */
const signers = Object.fromEntries(
  await Promise.all(algorithms.map(async (alg) => [alg, await signer(alg, `${alg}-1`)])),
);
const { RS256, ES256 } = signers;

function claims(more = {}) {
  const now = Math.floor(Date.now() / 1000);
  return { iss: ISSUER, sub: "user_a", aud: CLIENT_ID, iat: now, exp: now + 300, ...more };
}

function keySet(...keys) {
  return JSON.stringify({ keys });
}

/**
 * A server whose answers are set: `idToken`, text or a function of the form that was sent; `jwks`, the
 * text of its keys. It remembers what was asked.
 */
function issuer({ idToken, jwks, device }) {
  const server = {
    idToken,
    jwks,
    calls: [],
    async fetch(url, { body }) {
      const path = url.slice(ISSUER.length);
      server.calls.push(path);
      if (path === "/jwks") return typeof server.jwks === "function" ? server.jwks() : json(server.jwks);
      if (path === "/device") return json(device);
      const form = new URLSearchParams(body);
      const token = typeof server.idToken === "function" ? await server.idToken(form) : server.idToken;
      const answer = { token_type: "Bearer", access_token: ACCESS_TOKEN, refresh_token: "RT", id_token: token };
      return json(JSON.stringify(answer));
    },
    /** How often the keys were fetched. */
    get fetched() {
      return server.calls.filter((path) => path === "/jwks").length;
    },
  };
  return server;
}

function client(server, options = {}, metadata = {}) {
  return new Client({
    server: {
      issuer: ISSUER,
      authorizationEndpoint: `${ISSUER}/authorize`,
      tokenEndpoint: `${ISSUER}/token`,
      deviceAuthorizationEndpoint: `${ISSUER}/device`,
      jwksUri: `${ISSUER}/jwks`,
      ...metadata,
    },
    clientId: CLIENT_ID,
    fetch: server.fetch,
    ...options,
  });
}

/** Tokens of a refresh, the shortest way to an id_token. */
function refresh(server, options, metadata) {
  return client(server, options, metadata).refresh("RTold");
}

/** What a promise must be rejected with: the claim or the part of the id_token that is wrong. */
function refused(path) {
  return (error) => {
    assert.ok(error instanceof MalformedResponseError, `${error.stack}`);
    assert.equal(error.path, path);
    return true;
  };
}

describe("the signature of an id_token", () => {
  for (const alg of algorithms) {
    test(`${alg}: verified by default, the keys fetched once`, async () => {
      const { jwk, jwt } = signers[alg];
      const server = issuer({ idToken: () => jwt(claims()), jwks: keySet(jwk) });
      const rp = client(server);
      assert.equal((await rp.refresh("RTold")).claims.sub, "user_a");
      assert.equal((await rp.refresh("RTold")).claims.sub, "user_a");
      assert.deepEqual(server.calls, ["/token", "/jwks", "/token"]);
    });

    test(`${alg}: a payload, header or signature that was changed is refused`, async () => {
      const { jwk, jwt } = signers[alg];
      const good = await jwt(claims());
      const [header, , signature] = good.split(".");
      const [, payload] = signingInput({}, claims({ sub: "user_evil" })).split(".");
      const octets = Buffer.from(signature, "base64url");
      octets[7] ^= 1;
      const other = await jwt(claims({ jti: "other" }));
      for (const idToken of [
        `${header}.${payload}.${signature}`,
        `${signingInput({ alg, kid: `${alg}-1`, typ: "JWT" }, claims())}.${signature}`,
        `${header}.${good.split(".")[1]}.${octets.toString("base64url")}`,
        `${header}.${good.split(".")[1]}.${other.split(".")[2]}`,
        `${header}.${good.split(".")[1]}.${octets.subarray(1).toString("base64url")}`,
        `${header}.${good.split(".")[1]}.`,
      ]) {
        const server = issuer({ idToken, jwks: keySet(jwk) });
        await assert.rejects(refresh(server), refused("id_token.signature"), idToken);
      }
    });

    test(`${alg}: another key of the same kid is refused`, async () => {
      const { jwk } = await signer(alg, `${alg}-1`);
      const server = issuer({ idToken: await signers[alg].jwt(claims()), jwks: keySet(jwk) });
      await assert.rejects(refresh(server), refused("id_token.signature"));
    });

    test(`${alg}: at_hash is by its own hash`, async () => {
      const { jwk, jwt } = signers[alg];
      const hash = hashOf(alg);
      const other = hash === "sha256" ? "sha512" : "sha256";
      const server = issuer({ jwks: keySet(jwk) });
      const rp = client(server);
      server.idToken = () => jwt(claims({ at_hash: atHash(ACCESS_TOKEN, hash) }));
      assert.equal((await rp.refresh("RTold")).accessToken, ACCESS_TOKEN);
      for (const wrong of [atHash("ATother", hash), atHash(ACCESS_TOKEN, other), "", 5, []]) {
        server.idToken = () => jwt(claims({ at_hash: wrong }));
        await assert.rejects(rp.refresh("RTold"), refused("id_token.at_hash"), `${wrong}`);
      }
    });
  }

  test("RFC 9864: EdDSA by its newer name", async () => {
    const { jwk, jwt } = signers.EdDSA;
    for (const alg of ["EdDSA", "Ed25519"]) {
      const idToken = await jwt(claims(), { alg: "Ed25519" });
      const server = issuer({ idToken, jwks: keySet({ ...jwk, alg }) });
      assert.equal((await refresh(server)).claims.sub, "user_a");
    }
  });

  test("RFC 8725 section 3.1: none, and HS256 with the public key as the secret", async () => {
    const { jwk, publicKey } = RS256;
    const pem = Buffer.from(await crypto.subtle.exportKey("spki", publicKey));
    const armoured = `-----BEGIN PUBLIC KEY-----\n${pem.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END PUBLIC KEY-----\n`;
    const input = signingInput({ alg: "HS256", kid: "RS256-1" }, claims());
    const forged = [armoured, pem, JSON.stringify(jwk), jwk.n].map(
      (secret) => `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`,
    );
    const none = ["none", "None", "NONE", "nOnE", "", undefined, 5, null].map(
      (alg) => `${signingInput({ alg, kid: "RS256-1" }, claims())}.`,
    );
    for (const idToken of [...forged, ...none]) {
      // Even a set that offers the secret, or a key for `none`, changes nothing.
      const oct = { kty: "oct", kid: "RS256-1", alg: "HS256", k: Buffer.from(pem).toString("base64url") };
      const server = issuer({ idToken, jwks: keySet(jwk, oct, { ...jwk, alg: "none" }) });
      await assert.rejects(refresh(server), refused("id_token.alg"), idToken);
      assert.equal(server.fetched, 0, "nothing is fetched for a token that cannot be good");
    }
  });

  test("RFC 7515 section 4.1.11: crit is refused", async () => {
    const { jwk, jwt } = ES256;
    for (const crit of [["exp"], ["b64"], [], "b64", null]) {
      const server = issuer({ idToken: await jwt(claims(), { crit, b64: true }), jwks: keySet(jwk) });
      await assert.rejects(refresh(server), refused("id_token.crit"), `${crit}`);
    }
  });

  test("RFC 8725 section 3.1: the key decides which algorithm it may verify", async () => {
    const { jwk } = RS256;
    const { alg: _, ...anyAlg } = jwk;
    for (const [header, key] of [
      ["PS256", { ...jwk, kid: "PS256-1" }],
      ["ES256", { ...jwk, kid: "ES256-1" }],
      ["EdDSA", { ...jwk, kid: "EdDSA-1" }],
      ["RS256", { ...jwk, alg: "PS256" }],
      ["RS256", { ...jwk, alg: "RS512" }],
      ["RS256", { ...jwk, alg: "RSA-OAEP" }],
      ["RS256", { ...jwk, use: "enc" }],
      ["RS256", { ...jwk, use: "SIG" }],
      ["RS256", { ...jwk, kty: "rsa" }],
      ["RS256", { ...jwk, kid: "RS256-2" }],
      ["ES256", { ...ES256.jwk, crv: "P-384" }],
      ["ES256", { ...ES256.jwk, crv: "secp256k1" }],
    ]) {
      const signing = signers[header];
      const server = issuer({ idToken: await signing.jwt(claims()), jwks: keySet(key) });
      await assert.rejects(refresh(server), refused("id_token.kid"), `${header} ${JSON.stringify(key)}`);
    }
    // Without `alg` and `use` a key is for whatever its type can verify.
    const { use: __, ...bare } = anyAlg;
    const server = issuer({ idToken: await RS256.jwt(claims()), jwks: keySet(bare) });
    assert.equal((await refresh(server)).claims.sub, "user_a");
  });

  test("a key that cannot be imported is refused", async () => {
    const { jwk, jwt } = ES256;
    for (const broken of [{ x: "AQ" }, { y: undefined }, { x: jwk.y, y: jwk.x }, { x: "" }]) {
      const server = issuer({ idToken: await jwt(claims()), jwks: keySet({ ...jwk, ...broken }) });
      await assert.rejects(refresh(server), refused("id_token.kid"), JSON.stringify(broken));
    }
  });

  test("ext and certificates of a key do not matter", async () => {
    const { jwk, jwt } = RS256;
    const key = { ...jwk, key_ops: ["verify"], ext: false, x5c: ["MIIB"], x5t: "x" };
    const server = issuer({ idToken: await jwt(claims()), jwks: keySet(key) });
    assert.equal((await refresh(server)).claims.sub, "user_a");
  });

  test("RFC 7517 sections 4.3 and 9.2: a key for other operations, and a private one, is no key", async () => {
    const { jwk, jwt } = RS256;
    for (const other of [{ key_ops: ["encrypt"] }, { key_ops: [] }, { key_ops: 7 }, { d: "AQ" }]) {
      const server = issuer({ idToken: await jwt(claims()), jwks: keySet({ ...jwk, ...other }) });
      await assert.rejects(refresh(server), refused("id_token.kid"), JSON.stringify(other));
    }
  });
});

describe("which key", () => {
  test("the one with the header's kid, among others and things that are no keys", async () => {
    const others = await Promise.all([1, 2, 3].map((n) => signer("ES256", `other-${n}`)));
    const jwks = keySet(...others.map(({ jwk }) => jwk), 7, null, "x", {}, { kty: "XYZ" }, RS256.jwk, ES256.jwk);
    const server = issuer({ idToken: await ES256.jwt(claims()), jwks });
    assert.equal((await refresh(server)).claims.sub, "user_a");
  });

  test("OpenID Connect Core section 10.1: without kid only if there is no choice", async () => {
    const [one, two] = await Promise.all([signer("ES256"), signer("ES256")]);
    const idToken = await one.jwt(claims());
    assert.equal((await refresh(issuer({ idToken, jwks: keySet(one.jwk, RS256.jwk) }))).claims.sub, "user_a");
    assert.ok(await refresh(issuer({ idToken, jwks: keySet(one.jwk, one.jwk) })), "the same key twice is one");
    for (const keys of [[one.jwk, two.jwk], [two.jwk, one.jwk], [RS256.jwk], []]) {
      await assert.rejects(refresh(issuer({ idToken, jwks: keySet(...keys) })), refused("id_token.kid"));
    }
  });

  test("two keys of one kid are no answer", async () => {
    const { jwk } = await signer("ES256", "ES256-1");
    const idToken = await ES256.jwt(claims());
    for (const keys of [
      [jwk, ES256.jwk],
      [ES256.jwk, jwk],
    ]) {
      await assert.rejects(refresh(issuer({ idToken, jwks: keySet(...keys) })), refused("id_token.kid"));
    }
    // The same key twice is one key, whatever else is said of it.
    const twice = keySet(ES256.jwk, { ...ES256.jwk, x5t: "x" });
    assert.equal((await refresh(issuer({ idToken, jwks: twice }))).claims.sub, "user_a");
    // The same kid at keys of other types is none of this token's business.
    const jwks = keySet(ES256.jwk, { ...RS256.jwk, kid: "ES256-1" });
    assert.equal((await refresh(issuer({ idToken, jwks }))).claims.sub, "user_a");
  });

  test("a kid that is no string is the server's mistake", async () => {
    for (const kid of [{}, [], { toString: "x" }, "a\0b"]) {
      const server = issuer({ idToken: await ES256.jwt(claims(), { kid }), jwks: keySet(ES256.jwk) });
      await assert.rejects(refresh(server), refused("id_token.kid"), JSON.stringify(kid));
    }
  });

  test("a set that is none", async () => {
    const { jwk } = ES256;
    const idToken = await ES256.jwt(claims());
    const twice = `{"keys":[${JSON.stringify(jwk)}],"keys":[]}`;
    const inside = keySet(jwk).replace('"kty"', '"kty":"RSA","kty"');
    for (const [jwks, path] of [
      [twice, "$.keys"],
      [inside, "$.keys[0].kty"],
      ["{", "$"],
      ["", "$"],
      ["[]", "$"],
      ["null", "$"],
      ["<html>", "$"],
      ["{}", "$.keys"],
      [`{"keys":${JSON.stringify(jwk)}}`, "$.keys"],
      ['{"keys":null}', "$.keys"],
      ['{"keys":"[]"}', "$.keys"],
    ]) {
      await assert.rejects(refresh(issuer({ idToken, jwks })), refused(path), jwks);
    }
    const down = issuer({ idToken, jwks: () => json("<html>", { status: 503 }) });
    await assert.rejects(refresh(down), { code: "http_error", status: 503 });
    const offline = issuer({ idToken, jwks: () => Promise.reject(new TypeError("fetch failed")) });
    await assert.rejects(refresh(offline), ConnectionError);
  });

  test("a set that could not be fetched is asked for again", async () => {
    const server = issuer({ idToken: await ES256.jwt(claims()), jwks: () => json("", { status: 503 }) });
    const rp = client(server);
    await assert.rejects(rp.refresh("RTold"), { status: 503 });
    server.jwks = keySet(ES256.jwk);
    assert.equal((await rp.refresh("RTold")).claims.sub, "user_a");
  });
});

describe("rotation of the server's keys", () => {
  const START = 1_700_000_000_000;

  test("an unknown kid fetches the set again, and not within a minute once more", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: START });
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
    const rp = client(server);
    await rp.refresh("RTold");
    assert.equal(server.fetched, 1);

    const stranger = await signer("ES256", "stranger");
    const unknown = refused("id_token.kid");
    server.idToken = () => stranger.jwt(claims());
    await assert.rejects(rp.refresh("RTold"), unknown);
    assert.equal(server.fetched, 2);
    t.mock.timers.tick(59_999);
    await assert.rejects(rp.refresh("RTold"), unknown);
    assert.equal(server.fetched, 2);
    t.mock.timers.tick(1);
    await assert.rejects(rp.refresh("RTold"), unknown);
    assert.equal(server.fetched, 3);
    for (let second = 0; second < 50; second += 10) {
      t.mock.timers.tick(10_000);
      await assert.rejects(rp.refresh("RTold"), unknown);
    }
    assert.equal(server.fetched, 3);

    server.idToken = () => ES256.jwt(claims());
    assert.equal((await rp.refresh("RTold")).claims.sub, "user_a");
    assert.equal(server.fetched, 3, "a known key asks for nothing");
  });

  test("a new key is found by the second fetch, and an old one is forgotten", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: START });
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
    const rp = client(server);
    await rp.refresh("RTold");
    const next = await signer("ES256", "ES256-2");
    server.jwks = keySet(next.jwk);
    server.idToken = () => next.jwt(claims());
    t.mock.timers.tick(60_000);
    assert.equal((await rp.refresh("RTold")).claims.sub, "user_a");
    assert.equal(server.fetched, 2);
    server.idToken = () => ES256.jwt(claims());
    await assert.rejects(rp.refresh("RTold"), refused("id_token.kid"));
    assert.equal(server.fetched, 2);
  });

  test("a kid that comes back with another key does not mean the old one", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: START });
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
    const rp = client(server);
    await rp.refresh("RTold");
    const same = await signer("ES256", "ES256-1");
    const other = await signer("ES256", "ES256-2");
    server.jwks = keySet(same.jwk, other.jwk);
    server.idToken = () => other.jwt(claims());
    t.mock.timers.tick(60_000);
    await rp.refresh("RTold");
    server.idToken = () => same.jwt(claims());
    assert.equal((await rp.refresh("RTold")).claims.sub, "user_a");
    server.idToken = () => ES256.jwt(claims());
    await assert.rejects(rp.refresh("RTold"), refused("id_token.signature"));
  });

  test("of many that begin at once one fetches", async () => {
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
    const rp = client(server);
    await Promise.all(Array.from({ length: 20 }, () => rp.refresh("RTold")));
    assert.equal(server.fetched, 1);
  });

  test("of many that meet a new key at once one fetches", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: START });
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
    const rp = client(server);
    await rp.refresh("RTold");
    const next = await signer("ES256", "ES256-2");
    server.idToken = await next.jwt(claims());
    // Slowly, so that all meet it before it is there.
    server.jwks = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return json(keySet(ES256.jwk, next.jwk));
    };
    t.mock.timers.tick(60_000);
    await Promise.all(Array.from({ length: 20 }, () => rp.refresh("RTold")));
    assert.equal(server.fetched, 2);
  });

  test("who gives up while the keys are fetched takes nobody else along", async () => {
    let answer;
    const server = issuer({
      idToken: () => ES256.jwt(claims()),
      jwks: () => new Promise((resolve) => (answer = () => resolve(json(keySet(ES256.jwk))))),
    });
    const rp = client(server);
    const controller = new AbortController();
    const first = rp.refresh("RTold", { signal: controller.signal });
    const second = rp.refresh("RTold");
    while (server.fetched === 0) await new Promise((resolve) => setImmediate(resolve));
    // Both wait for the same keys by now.
    await new Promise((resolve) => setTimeout(resolve, 10));
    const reason = new Error("the user left");
    controller.abort(reason);
    await assert.rejects(first, reason);
    await new Promise((resolve) => setImmediate(resolve));
    answer();
    assert.equal((await second).claims.sub, "user_a");
  });
});

describe("what stands for the truth of an id_token", () => {
  const unsigned = () => `${signingInput({ alg: "RS256" }, claims())}.c2ln`;

  test("connection: nothing is fetched and nothing is verified, the claims are", async () => {
    const server = issuer({ idToken: unsigned() });
    const tokens = await refresh(server, { idTokenSignature: "connection" });
    assert.equal(tokens.claims.sub, "user_a");
    assert.deepEqual(server.calls, ["/token"]);
    server.idToken = `${signingInput({ alg: "RS256" }, claims({ aud: "app_other" }))}.c2ln`;
    await assert.rejects(refresh(server, { idTokenSignature: "connection" }), refused("id_token.aud"));
    server.idToken = `${signingInput({ alg: "none" }, claims())}.`;
    await assert.rejects(refresh(server, { idTokenSignature: "connection" }), refused("id_token.alg"));
  });

  test("a server whose keys are not known is believed by its connection", async () => {
    const server = issuer({ idToken: unsigned() });
    assert.equal((await refresh(server, {}, { jwksUri: undefined })).claims.sub, "user_a");
  });

  test("jwks without jwksUri is not supported", async () => {
    const server = issuer({ idToken: unsigned() });
    assert.throws(
      () => client(server, { idTokenSignature: "jwks" }, { jwksUri: undefined }),
      (error) => {
        assert.ok(error instanceof NotSupportedError, `${error}`);
        assert.equal(error.endpoint, "jwks_uri");
        return true;
      },
    );
  });

  for (const [name, without] of [
    ["crypto without subtle, as on plain-http pages", () => ({ getRandomValues: crypto.getRandomValues.bind(crypto) })],
    ["no crypto at all", () => undefined],
  ]) {
    test(`${name}: not supported, and the remedy is said and works`, async (t) => {
      const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
      t.after(() => Object.defineProperty(globalThis, "crypto", own));
      const server = issuer({ idToken: await ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
      Object.defineProperty(globalThis, "crypto", { value: without(), configurable: true });
      await assert.rejects(refresh(server), (error) => {
        assert.ok(error instanceof NotSupportedError, `${error.stack}`);
        assert.equal(error.endpoint, "crypto.subtle");
        assert.match(error.message, /https/);
        assert.match(error.message, /idTokenSignature: "connection"/);
        return true;
      });
      const tokens = await refresh(server, { idTokenSignature: "connection" });
      assert.equal(tokens.claims.sub, "user_a");
    });
  }
});

describe("every flow verifies", () => {
  const evil = async () => {
    const { jwt } = await signer("ES256", "ES256-1");
    return (form) => jwt(claims(nonceOf(form)));
  };
  /** The nonce of the request that is under way. */
  let nonce;
  const nonceOf = (form) => (form.get("grant_type") === "authorization_code" ? { nonce } : {});
  const good = (form) => ES256.jwt(claims(nonceOf(form)));
  const DEVICE =
    '{"device_code":"DC","user_code":"B","verification_uri":"https://as.example/device","expires_in":60,"interval":0}';

  const flows = {
    code(rp) {
      const request = rp.authorizationRequest({ redirectUri, scope: "openid" });
      const query = new URL(request.url).searchParams;
      nonce = query.get("nonce");
      return rp.exchangeCode(rp.parseCallback(`?code=CO&state=${query.get("state")}`, request));
    },
    refresh: (rp) => rp.refresh("RTold"),
    "client credentials": (rp) => rp.clientCredentials(),
    password: (rp) => rp.password({ username: "a", password: "p" }),
    device: async (rp) => rp.pollDevice(await rp.deviceAuthorize()),
  };

  for (const [name, flow] of Object.entries(flows)) {
    test(name, async () => {
      const server = issuer({ idToken: good, jwks: keySet(ES256.jwk), device: DEVICE });
      assert.equal((await flow(client(server))).claims.sub, "user_a");
      assert.equal(server.fetched, 1);
      server.idToken = await evil();
      await assert.rejects(flow(client(server)), refused("id_token.signature"));
    });
  }
});

describe("times of an id_token", () => {
  const now = () => Math.floor(Date.now() / 1000);

  /** The code flow with `max_age`, and an id_token with these claims. */
  async function exchange(maxAge, more, options) {
    let nonce;
    const server = issuer({ idToken: () => ES256.jwt(claims({ nonce, ...more })), jwks: keySet(ES256.jwk) });
    const rp = client(server, options);
    const extra = maxAge === undefined ? undefined : { max_age: maxAge };
    const request = rp.authorizationRequest({ redirectUri, scope: "openid", extra });
    const query = new URL(request.url).searchParams;
    assert.equal(query.get("max_age"), maxAge === undefined ? null : String(maxAge));
    nonce = query.get("nonce");
    const stored = request.serialize();
    return rp.exchangeCode(rp.parseCallback(`?code=CO&state=${query.get("state")}`, stored));
  }

  test("OpenID Connect Core section 3.1.2.1: max_age needs an auth_time that is young enough", async () => {
    const wrong = refused("id_token.auth_time");
    assert.ok(await exchange("60", { auth_time: now() }));
    assert.ok(await exchange("60", { auth_time: now() - 110 }), "within the tolerance of 60 s");
    await assert.rejects(exchange("60", { auth_time: now() - 130 }), wrong);
    await assert.rejects(exchange("60", { auth_time: now() - 70 }, { clockTolerance: 0 }), wrong);
    await assert.rejects(exchange("60", {}), wrong);
    for (const auth_time of [null, "soon", -1, true, [now()]]) {
      await assert.rejects(exchange("60", { auth_time }), wrong, `${auth_time}`);
    }
    // Zero is a limit, not the lack of one.
    assert.ok(await exchange("0", { auth_time: now() }));
    await assert.rejects(exchange("0", { auth_time: now() - 100 }), wrong);
    await assert.rejects(exchange(0, { auth_time: now() - 100 }), wrong);
    // Without max_age nobody asks.
    assert.ok(await exchange(undefined, { auth_time: 1 }));
    assert.ok(await exchange(undefined, {}));
  });

  test("a max_age that is no number of seconds is refused", async () => {
    for (const maxAge of ["-1", "soon", "1.5", ""]) {
      await assert.rejects(exchange(maxAge, {}), { code: "invalid_argument", argument: "maxAge" }, maxAge);
    }
  });

  test("RFC 7519 section 2: dates may have fractions", async () => {
    const at = (offset) => `${now() + offset}.75`;
    const token = (exp, iat) =>
      ES256.jwt(`{"iss":"${ISSUER}","sub":"user_a","aud":"${CLIENT_ID}","exp":${exp},"iat":${iat}}`);
    const server = issuer({ jwks: keySet(ES256.jwk) });
    const rp = client(server);
    server.idToken = () => token(at(300), at(-1));
    assert.ok(await rp.refresh("RTold"));
    server.idToken = () => token(at(-70), at(-100));
    await assert.rejects(rp.refresh("RTold"), refused("id_token.exp"));
    server.idToken = () => token(at(300), at(70));
    await assert.rejects(rp.refresh("RTold"), refused("id_token.iat"));
  });

  test("clockTolerance: 60 seconds, or what was asked for", async () => {
    const late = { exp: now() - 30, iat: now() - 300 };
    const early = { exp: now() + 300, iat: now() + 30 };
    for (const [more, path] of [
      [late, "id_token.exp"],
      [early, "id_token.iat"],
    ]) {
      const server = issuer({ idToken: await ES256.jwt(claims(more)), jwks: keySet(ES256.jwk) });
      assert.ok(await refresh(server));
      await assert.rejects(refresh(server, { clockTolerance: 0 }), refused(path));
      await assert.rejects(refresh(server, { clockTolerance: 5 }), refused(path));
      assert.ok(await refresh(server, { clockTolerance: 600 }));
    }
    const older = { exp: now() - 90, iat: now() - 300 };
    const server = issuer({ idToken: await ES256.jwt(claims(older)), jwks: keySet(ES256.jwk) });
    await assert.rejects(refresh(server), refused("id_token.exp"));
    assert.ok(await refresh(server, { clockTolerance: 600 }));
    for (const clockTolerance of [600n, 1e300, Number.POSITIVE_INFINITY])
      assert.ok(await refresh(server, { clockTolerance }));
  });
});

describe("keys that cannot be had", () => {
  test("a code is not spent before there are keys", async () => {
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
    const working = server.fetch;
    let spent = 0;
    const rp = client({
      fetch: (url, init) => {
        if (url.endsWith("/token")) spent += 1;
        return url.endsWith("/token") ? working(url, init) : Promise.resolve(new Response("", { status: 503 }));
      },
    });
    const request = rp.authorizationRequest({ redirectUri: "https://app.example/cb", scope: "openid" });
    const state = new URL(request.url).searchParams.get("state");
    const response = rp.parseCallback(new URLSearchParams({ code: "CO", state }), request);
    await assert.rejects(rp.exchangeCode(response), { code: "http_error", status: 503 });
    assert.equal(spent, 0);
  });

  test("a user who is known gets new tokens, and keeps the id_token that was verified", async () => {
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
    const tokens = await client(server).refresh("RTold");
    const later = client({
      fetch: (url, init) =>
        url.endsWith("/token") ? server.fetch(url, init) : Promise.reject(new TypeError("fetch failed")),
    });
    server.idToken = () => ES256.jwt(claims({ name: "Not verified" }));
    const refreshed = await later.refresh(tokens);
    assert.equal(refreshed.refreshToken, "RT");
    assert.equal(refreshed.idToken, tokens.idToken);
    assert.deepEqual(refreshed.claims, tokens.claims);
  });

  test("the error of a user who is not known has the new refresh token", async () => {
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: () => new Response("", { status: 503 }) });
    await assert.rejects(client(server).refresh("RTold"), { code: "http_error", refreshToken: "RT" });
  });

  test("a refresh that is aborted while keys are asked for is not sent", async () => {
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
    const tokens = await client(server).refresh("RTold");
    const giveUp = new AbortController();
    const sent = [];
    const later = client({
      fetch: (url, init) => {
        sent.push(url);
        giveUp.abort(new Error("enough"));
        return server.fetch(url, init);
      },
    });
    await assert.rejects(later.refresh(tokens, { signal: giveUp.signal }), /enough/);
    assert.ok(!sent.some((url) => url.endsWith("/token")));
  });

  /** A server that signs with a new key from now on, and whose keys cannot be had any more. */
  async function rotated(t) {
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
    const rp = client(server);
    const tokens = await rp.refresh("RTold");
    const next = await signer("ES256", "ES256-2");
    server.idToken = () => next.jwt(claims());
    server.jwks = () => new Response("", { status: 503 });
    // The cool-down is over.
    const now = Date.now() + 120_000;
    t.mock.method(Date, "now", () => now);
    return { server, rp, tokens, next };
  }

  test("OpenID Connect Core section 12.2: a new key does not cost the refresh token", async (t) => {
    const { rp, tokens } = await rotated(t);
    const refreshed = await rp.refresh(tokens);
    assert.equal(refreshed.refreshToken, "RT");
    assert.equal(refreshed.idToken, tokens.idToken);
    assert.deepEqual(refreshed.claims, tokens.claims);
  });

  test("nor does an answer without an id_token forget who signed in", async () => {
    const server = issuer({ idToken: () => ES256.jwt(claims()), jwks: keySet(ES256.jwk) });
    const rp = client(server);
    const tokens = await rp.refresh("RTold");
    server.idToken = undefined;
    const refreshed = await rp.refresh(tokens);
    assert.equal(refreshed.idToken, tokens.idToken);
    assert.equal(refreshed.claims.sub, "user_a");
    assert.equal((await rp.refresh("RT")).idToken, undefined);
    // And it still has to be the same user.
    server.idToken = () => ES256.jwt(claims({ sub: "user_b" }));
    await assert.rejects(rp.refresh(refreshed), refused("id_token.sub"));
  });

  test("but what the keys refuse is refused", async (t) => {
    const { server, rp, tokens, next } = await rotated(t);
    server.jwks = keySet({ ...next.jwk, kid: "another" });
    await assert.rejects(rp.refresh(tokens), refused("id_token.kid"));
    server.idToken = () => ES256.jwt(claims({ sub: "user_b" }));
    await assert.rejects(rp.refresh(tokens), refused("id_token.sub"));
  });

  test("and whoever gives up is obeyed", async (t) => {
    const { server, rp, tokens } = await rotated(t);
    const giveUp = new AbortController();
    server.jwks = () => {
      giveUp.abort(new Error("enough"));
      return new Response("", { status: 503 });
    };
    await assert.rejects(rp.refresh(tokens, { signal: giveUp.signal }), /enough/);
  });
});
