import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import {
  AccessTokenRefusedError,
  TrustedIssuer,
  dpopNonces,
  replayMemory,
  verifyAccessToken,
} from "eiam-token/resource";
import { algorithms, signer } from "./support/jwt.mjs";

const ISSUER = "https://as.example.com";
const API = "https://api.example.com";
const keys = Object.fromEntries(await Promise.all(algorithms.map(async (alg) => [alg, await signer(alg, alg)])));
const [elliptic, rsa] = [keys.ES256, keys.RS256];
const now = () => Math.floor(Date.now() / 1000);

/** What RFC 9068 section 2.2 requires. */
const claims = (more = {}) => ({
  ...{ iss: ISSUER, aud: API, sub: "user_alice", client_id: "app_web", jti: "one", scope: "read write" },
  ...{ iat: now(), exp: now() + 300 },
  ...more,
});

/** @param {object} [more] options of the issuer */
const trusted = (more = {}) =>
  new TrustedIssuer({ issuer: ISSUER, jwks: Object.values(keys).map(({ jwk }) => jwk), ...more });

const issuer = trusted();
const options = { issuer, audience: API };
const token = (more, header, key = elliptic) => key.jwt(claims(more), { typ: "at+jwt", ...header });

/** A server that answers by these, and counts. */
function server(answers) {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({ url, ...init });
    const answer = answers[new URL(url).pathname];
    const {
      status = 200,
      headers = {},
      body,
    } = typeof answer === "function" ? await answer(init) : (answer ?? { status: 404 });
    return new Response(typeof body === "string" ? body : JSON.stringify(body ?? {}), { status, headers });
  };
  return { fetch, asked };
}

async function refusal(request, more = {}) {
  try {
    await verifyAccessToken(request, { ...options, ...more });
  } catch (error) {
    assert.ok(error instanceof AccessTokenRefusedError, error.stack);
    return error;
  }
  assert.fail("not refused");
}

const bearer = (text) => new Request(`${API}/things`, { headers: { authorization: `Bearer ${text}` } });

describe("RFC 9068 section 4: JWTs", () => {
  for (const alg of algorithms) {
    test(alg, async () => {
      const read = await verifyAccessToken(bearer(await token({}, {}, keys[alg])), { ...options, scope: "read" });
      assert.deepEqual(
        [read.issuer, read.subject, read.clientId, read.audience, read.scope, typeof read.expiresAt],
        [ISSUER, "user_alice", "app_web", [API], ["read", "write"], "bigint"],
      );
      assert.ok(Object.isFrozen(read) && Object.isFrozen(read.audience) && Object.isFrozen(read.claims));
    });
  }

  test("typ with application/, several audiences, clocks that differ a little", async () => {
    await verifyAccessToken(await token({}, { typ: "application/AT+JWT" }), options);
    await verifyAccessToken(await token({ aud: ["https://other.example", API] }), options);
    await verifyAccessToken(await token({ exp: now() - 10, iat: now() + 10 }), options);
    await verifyAccessToken(await token({ aud: "b" }), { ...options, audience: ["a", "b"] });
  });

  const wrong = {
    "another issuer": { iss: "https://as.example.com.evil.example" },
    "an issuer with a slash": { iss: `${ISSUER}/` },
    "an issuer that is no text": { iss: [ISSUER] },
    "no issuer": { iss: undefined },
    "another audience": { aud: "https://api.example.com.evil.example" },
    "an audience with a slash": { aud: `${API}/` },
    "a longer list of others": { aud: ["a", "b"] },
    "an audience that is an object": { aud: { 0: API } },
    "a list with something else": { aud: [API, 1] },
    "no audience": { aud: undefined },
    "an empty list": { aud: [] },
    expired: { exp: 1 },
    "an expiry as text": { exp: `${now() + 300}` },
    "a huge expiry": { exp: 1e300 },
    "an expiry below zero": { exp: -1 },
    "no expiry": { exp: undefined },
    "null for an expiry": { exp: null },
    "not yet": { nbf: now() + 3600 },
    "nbf as text": { nbf: "0" },
    "issued in the future": { iat: now() + 3600 },
    "no iat": { iat: undefined },
    "no sub": { sub: undefined },
    "an empty sub": { sub: "" },
    "no client_id": { client_id: undefined },
    "client_id that is a number": { client_id: 7 },
    "no jti": { jti: undefined },
    "an id_token's nonce": { nonce: "n" },
    "an id_token's at_hash": { at_hash: "h" },
    "scope that is an object": { scope: {} },
    "scope with a number": { scope: ["read", 7] },
    "bound to a certificate": { cnf: { "x5t#S256": "x" } },
    "bound to a key": { cnf: { jkt: "x" } },
    "bound twice": { cnf: { jkt: "x", jwk: {} } },
    "bound to nothing known": { cnf: "x" },
  };
  for (const [name, more] of Object.entries(wrong)) {
    test(`refused: ${name}`, async () => {
      const { status, error, headers } = await refusal(bearer(await token(more)));
      assert.deepEqual([status, error], [401, "invalid_token"]);
      assert.match(headers["www-authenticate"], /^Bearer error="invalid_token", error_description="[^"]+"$/);
    });
  }

  const headers = {
    "an id_token": { typ: "JWT" },
    "a proof": { typ: "dpop+jwt" },
    "a logout token": { typ: "logout+jwt" },
    "no typ": { typ: undefined },
    "typ that is a list": { typ: ["at+jwt"] },
    "a critical member": { crit: ["b64"], b64: false },
    "an empty list of critical members": { crit: [] },
    "another algorithm of the key": { alg: "ES384" },
    "no algorithm": { alg: undefined },
    none: { alg: "none" },
    "none in capitals": { alg: "NONE" },
    HMAC: { alg: "HS256" },
    "an unknown algorithm": { alg: "ES256K" },
    "an algorithm that is a list": { alg: ["ES256"] },
    "an unknown key": { kid: "other" },
    "a kid that is a number": { kid: 7 },
    "the key of another algorithm": { kid: "RS256" },
  };
  for (const [name, header] of Object.entries(headers)) {
    test(`refused: ${name}`, async () => {
      assert.equal((await refusal(bearer(await token({}, header)))).error, "invalid_token");
    });
  }
});

describe("RFC 8725: forged tokens", () => {
  const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

  test("keys that a token brings, or names elsewhere, do not count", async () => {
    const stranger = await signer("ES256", "ES256");
    const { fetch, asked } = server({});
    const own = { ...options, issuer: trusted({ fetch }) };
    for (const header of [
      { jwk: stranger.jwk },
      { jku: "https://evil.example/jwks" },
      { x5u: "https://evil.example" },
      {},
    ]) {
      await refusal(await token({}, header, stranger), own);
    }
    assert.deepEqual(asked, []);
  });

  test("a public key is no secret of HMAC", async () => {
    const head = part({ alg: "HS256", typ: "at+jwt", kid: "RS256" });
    const input = `${head}.${part(claims())}`;
    const { createHmac } = await import("node:crypto");
    for (const secret of [JSON.stringify(rsa.jwk), rsa.jwk.n]) {
      const mac = createHmac("sha256", secret).update(input).digest("base64url");
      await refusal(`${input}.${mac}`);
    }
  });

  test("every changed character, length and shape", async () => {
    const genuine = await token();
    await verifyAccessToken(genuine, options);
    const [head, body, signature] = genuine.split(".");
    const forged = [
      `${head}.${body}.`,
      `${head}.${body}`,
      `${head}..${signature}`,
      `.${body}.${signature}`,
      `${genuine}.x`,
      `${genuine}=`,
      `${head}.${part(claims({ sub: "user_bob" }))}.${signature}`,
      `${part({ alg: "ES256", typ: "at+jwt", kid: "ES256", a: 1 })}.${body}.${signature}`,
      `${part({ alg: "none", typ: "at+jwt" })}.${body}.`,
      `${head}.${body}.${signature.slice(0, -1)}`,
      `${head}.${body}.${signature}A`,
      `${head}.${body}.${"A".repeat(signature.length)}`,
      `${part("[]")}.${body}.${signature}`,
      `${part("null")}.${body}.${signature}`,
      `${head}.${part("{")}.${signature}`,
      `${"A".repeat(20_000)}.${body}.${signature}`,
    ];
    for (let at = 0; at < genuine.length; at += 7) {
      if (genuine[at] === ".") continue;
      forged.push(genuine.slice(0, at) + (genuine[at] === "A" ? "B" : "A") + genuine.slice(at + 1));
    }
    // The last character has bits that stand for nothing: another one is not another way to write it.
    for (const last of "BCDEFGHIJKLMNOPQRSTUVWXYZabcdefhijklmnopqrstuvxyz0123456789-_") {
      if (last !== signature.at(-1)) forged.push(genuine.slice(0, -1) + last);
    }
    for (const text of forged) await refusal(bearer(text));
    assert.ok(forged.length > 100, `${forged.length}`);
  });

  test("names that stand twice, however they are escaped, and deep nesting", async () => {
    const sign = async (text, head = { alg: "ES256", kid: "ES256", typ: "at+jwt" }) => {
      const input = `${part(head)}.${part(text)}`;
      const mark = { name: "ECDSA", hash: "SHA-256" };
      const signature = await crypto.subtle.sign(mark, elliptic.privateKey, Buffer.from(input));
      return `${input}.${Buffer.from(signature).toString("base64url")}`;
    };
    const text = JSON.stringify(claims());
    await verifyAccessToken(await sign(text), options);
    await verifyAccessToken(await sign(text.replace("{", '{"a":{"aud":1,"b":[{"aud":"}\\""}]},')), options);
    for (const changed of [
      text.replace("{", `{"aud":"${API}",`),
      text.replace("{", `{"\\u0061ud":"other",`),
      text.replace("{", '{"a":{"b":1,"b":2},'),
      text.replace("{", '{"a":[{"b":1,"b":2}],'),
      text.replace("{", `{"a":${"[".repeat(40)}${"]".repeat(40)},`),
      `\ufeff${text}`,
      `${text}x`,
    ]) {
      await refusal(await sign(changed));
    }
    await refusal(await sign(text, '{"alg":"ES256","alg":"ES256","kid":"ES256","typ":"at+jwt"}'));
  });
});

describe("RFC 6750: requests", () => {
  const field = (authorization) => ({ headers: { authorization } });

  test("of the web, of Node, and a token alone", async () => {
    const text = await token();
    for (const request of [bearer(text), field(`Bearer ${text}`), field(`bearer  ${text}`), text]) {
      assert.equal((await verifyAccessToken(request, options)).subject, "user_alice");
    }
  });

  test("section 3.1: without a token nothing is said to be wrong", async () => {
    for (const request of [new Request(API), { headers: {} }, field("Basic YTpi"), field("")]) {
      const refused = await refusal(request, {
        scope: "read",
        resourceMetadata: `${API}/.well-known/oauth-protected-resource`,
      });
      assert.deepEqual([refused.status, refused.error], [401, undefined]);
      const { "www-authenticate": challenge } = refused.headers;
      assert.equal(challenge, `Bearer scope="read", resource_metadata="${API}/.well-known/oauth-protected-resource"`);
    }
  });

  test("section 3.1: what is no token, or more than one, is invalid_request", async () => {
    const text = await token();
    for (const value of ["Bearer a b", "Bearer a,b", `Bearer ${text}, Bearer ${text}`, "Bearer \u00e9"]) {
      const { status, error } = await refusal({ headers: { get: () => value } });
      assert.deepEqual([status, error], [400, "invalid_request"], value);
    }
    assert.equal((await refusal({ headers: { authorization: [`Bearer ${text}`, `Bearer ${text}`] } })).status, 400);
  });

  test("section 3.1: insufficient_scope says what is needed, and the answer is ready", async () => {
    const refused = await refusal(await token(), { scope: "read  admin" });
    assert.deepEqual([refused.status, refused.code], [403, "access_token_refused"]);
    const response = refused.toResponse();
    assert.equal(response.status, 403);
    assert.match(response.headers.get("www-authenticate"), /error="insufficient_scope".*scope="read admin"/);
    assert.equal((await response.json()).error, "insufficient_scope");
    assert.ok(!JSON.stringify(refused).includes("eyJ"));
  });

  test("EIAM: the scope of a resource server without its identifier", async () => {
    await verifyAccessToken(await token(), { ...options, scope: `${API}|read` });
    await verifyAccessToken(await token({ scope: `${API}|read` }), { ...options, scope: `${API}|read` });
    await refusal(await token(), { scope: "https://other.example|read" });
  });

  test("RFC 9470 section 3: the user has to sign in again, or in another way", async () => {
    const text = await token({ acr: "pwd", auth_time: now() - 100 });
    await verifyAccessToken(text, { ...options, acrValues: "mfa pwd", maxAge: 200 });
    const byAcr = await refusal(text, { acrValues: "mfa phr" });
    assert.deepEqual([byAcr.status, byAcr.error], [401, "insufficient_user_authentication"]);
    assert.match(byAcr.headers["www-authenticate"], /acr_values="mfa phr"/);
    const byAge = await refusal(text, { maxAge: 10 });
    assert.match(byAge.headers["www-authenticate"], /error="insufficient_user_authentication".*max_age="10"/);
    await refusal(await token(), { maxAge: 10 });
    await refusal(await token(), { acrValues: "mfa" });
  });

  test("arguments are refused by their names", async () => {
    const text = await token();
    for (const [argument, more] of [
      ["issuer", { issuer: [] }],
      ["issuer", { issuer: undefined }],
      ["issuer", { issuer: "as" }],
      ["issuer", { issuer: "http://as.example.com" }],
      ["audience", { audience: undefined }],
      ["audience", { audience: [] }],
      ["audience", { audience: "" }],
      ["clockTolerance", { clockTolerance: -1 }],
      ["maxAge", { maxAge: "x" }],
      ["dpop", { dpop: "yes" }],
    ]) {
      await assert.rejects(verifyAccessToken(text, { ...options, ...more }), { code: "invalid_argument", argument });
    }
    await assert.rejects(verifyAccessToken({}, options), { code: "invalid_argument", argument: "request" });
  });
});

describe("issuers", () => {
  const document = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks`, introspection_endpoint: `${ISSUER}/introspect` };
  const jwks = (...all) => ({ body: { keys: all.map(({ jwk }) => jwk) } });

  test("keys by metadata, fetched once for many requests", async () => {
    const { fetch, asked } = server({
      "/.well-known/openid-configuration": { body: document },
      "/jwks": jwks(elliptic),
    });
    const own = { ...options, issuer: new TrustedIssuer({ issuer: ISSUER, fetch }) };
    const text = await token();
    await Promise.all(Array.from({ length: 20 }, () => verifyAccessToken(text, own)));
    assert.deepEqual(
      asked.map(({ url }) => url),
      [`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/jwks`],
    );
  });

  test("RFC 8414 section 3.1: metadata between host and path, and of nobody else (section 3.3)", async () => {
    const tenant = `${ISSUER}/tenant`;
    const { fetch } = server({
      "/.well-known/oauth-authorization-server/tenant": { body: { ...document, issuer: tenant } },
      "/jwks": jwks(elliptic),
    });
    const own = { ...options, issuer: new TrustedIssuer({ issuer: tenant, fetch }) };
    await verifyAccessToken(await token({ iss: tenant }), own);
    const other = server({
      "/.well-known/openid-configuration": { body: { ...document, issuer: "https://evil.example" } },
    });
    const wrong = { ...options, issuer: new TrustedIssuer({ issuer: ISSUER, fetch: other.fetch }) };
    await assert.rejects(verifyAccessToken(await token(), wrong), { code: "malformed_response", path: "issuer" });
  });

  test("a new key is fetched, and strangers' tokens make nobody ask without end", async () => {
    let all = [elliptic];
    const { fetch, asked } = server({ "/jwks": () => jwks(...all) });
    const own = { ...options, issuer: new TrustedIssuer({ issuer: ISSUER, jwks: `${ISSUER}/jwks`, fetch }) };
    await verifyAccessToken(await token(), own);
    all = [elliptic, rsa];
    await verifyAccessToken(await token({}, {}, rsa), own);
    assert.equal(asked.length, 2);
    for (let index = 0; index < 5; index++) await refusal(await token({}, { kid: `unknown-${index}` }), own);
    assert.equal(asked.length, 2);
  });

  test("several: each by its own keys", async () => {
    const other = "https://other.example.com";
    const stranger = await signer("ES256", "ES256");
    const both = [issuer, new TrustedIssuer({ issuer: other, jwks: [stranger.jwk] })];
    await verifyAccessToken(await token(), { ...options, issuer: both });
    await verifyAccessToken(await token({ iss: other }, {}, stranger), { ...options, issuer: both });
    await refusal(await token({ iss: other }), { issuer: both });
    await refusal(await token({}, {}, stranger), { issuer: both });
  });

  test("an issuer that cannot be asked is no refusal", async () => {
    const text = await token();
    for (const [answers, code] of [
      [{ "/jwks": { status: 500 } }, "http_error"],
      [{ "/jwks": { status: 302, headers: { location: "https://evil.example" } } }, "http_error"],
      [{ "/jwks": { body: "[]" } }, "malformed_response"],
      [{ "/jwks": { body: '{"keys":[],"keys":[]}' } }, "malformed_response"],
      [{ "/jwks": { body: "x".repeat(300_000) } }, "malformed_response"],
      [{ "/jwks": () => Promise.reject(new TypeError("down")) }, "network_error"],
    ]) {
      const own = new TrustedIssuer({ issuer: ISSUER, jwks: `${ISSUER}/jwks`, fetch: server(answers).fetch });
      await assert.rejects(verifyAccessToken(text, { ...options, issuer: own }), { code });
    }
  });

  test("without RFC 9068, as the instance of EIAM has them: no id_tokens even so", async () => {
    const loose = { ...options, issuer: trusted({ rfc9068: false }) };
    const bare = { client_id: undefined, jti: undefined, iat: undefined, sub: undefined };
    await verifyAccessToken(await token(bare, { typ: undefined }), loose);
    const read = await verifyAccessToken(
      await token({ ...bare, scope: undefined, scp: ["a"], azp: "c" }, { typ: "JWT" }),
      loose,
    );
    assert.deepEqual([read.scope, read.clientId, read.subject], [["a"], "c", undefined]);
    await refusal(await token(bare), {});
    await refusal(await token({ nonce: "n" }, { typ: "JWT" }), loose);
    await refusal(await token({}, { typ: "logout+jwt" }), loose);
    // What only the answer to an introspection may lack.
    for (const active of [true, false, "x"]) {
      await refusal(await token({ nonce: "n", active }, { typ: "JWT" }), loose);
      await refusal(await token({ exp: undefined, active }), loose);
      await refusal(await token({ exp: undefined, active }));
      await refusal(await token({ jti: undefined, client_id: undefined, active }));
    }
  });

  test("algorithms can be fewer", async () => {
    const own = { ...options, issuer: trusted({ algorithms: ["ES256"] }) };
    await verifyAccessToken(await token(), own);
    await refusal(await token({}, {}, rsa), own);
  });

  describe("RFC 7662: opaque tokens", () => {
    const introspection = { clientId: "api", clientSecret: "s:e c+ret", endpoint: `${ISSUER}/introspect` };
    const active = (more = {}) => ({ body: { active: true, ...claims(more) } });
    const asking = (answers, more = {}) => {
      const own = server(answers);
      const made = trusted({ fetch: own.fetch, introspection: { ...introspection, ...more } });
      return { ...own, own: { ...options, issuer: made } };
    };

    test("are asked about as the resource server, by the token alone", async () => {
      const { own, asked } = asking({ "/introspect": active() });
      const read = await verifyAccessToken(bearer("ATopaque"), own);
      assert.deepEqual([read.subject, read.scope], ["user_alice", ["read", "write"]]);
      const [{ method, headers, body, redirect }] = asked;
      assert.deepEqual([method, body, redirect], ["POST", "token=ATopaque", "manual"]);
      // RFC 6749 section 2.3.1.
      assert.equal(headers.authorization, `Basic ${btoa("api:s%3Ae+c%2Bret")}`);
    });

    test("do not count where they do not work, or are for others", async () => {
      for (const answer of [
        { body: { active: false } },
        { body: { active: "true" } },
        { body: {} },
        active({ aud: "https://other.example" }),
        active({ aud: undefined }),
        active({ iss: "https://other.example" }),
        active({ exp: 1 }),
        active({ nbf: now() + 900 }),
        active({ cnf: { jkt: "x" } }),
      ]) {
        const { own } = asking({ "/introspect": answer });
        assert.equal((await refusal("ATopaque", own)).error, "invalid_token");
      }
      await refusal("ATopaque");
    });

    test("an answer counts for so long, not beyond the token, and a revocation is noticed then", async (t) => {
      t.mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 });
      let answer = active({ exp: now() + 50 });
      const { own, asked } = asking({ "/introspect": () => answer }, { cacheSeconds: 20 });
      await verifyAccessToken("ATa", own);
      t.mock.timers.tick(19_000);
      answer = { body: { active: false } };
      await verifyAccessToken("ATa", own);
      assert.equal(asked.length, 1);
      t.mock.timers.tick(1_000);
      await refusal("ATa", own);
      assert.equal(asked.length, 2);
      answer = active({ exp: now() + 5 });
      await verifyAccessToken("ATb", { ...own, clockTolerance: 0 });
      t.mock.timers.tick(5_000);
      answer = { body: { active: false } };
      await refusal("ATb", { ...own, clockTolerance: 0 });
    });

    test("0 seconds: each time; and the cache is bounded", async () => {
      const { own, asked } = asking({ "/introspect": active() }, { cacheSeconds: 0 });
      for (let index = 0; index < 3; index++) await verifyAccessToken("ATa", own);
      assert.equal(asked.length, 3);
      const kept = asking({ "/introspect": active() });
      for (let index = 0; index < 1001; index++) await verifyAccessToken(`AT${index}`, kept.own);
      await verifyAccessToken("AT1000", kept.own);
      assert.equal(kept.asked.length, 1001);
      await verifyAccessToken("AT0", kept.own);
      assert.equal(kept.asked.length, 1002);
    });

    test("`always` asks about JWTs too", async () => {
      const { own, asked } = asking({ "/introspect": { body: { active: false } } }, { always: true });
      await refusal(await token(), own);
      await refusal(await token({}, {}, await signer("ES256", "ES256")), own);
      assert.equal(asked.length, 1, "not about forged ones");
    });
  });
});

describe("RFC 9449: tokens that are bound to a key", async () => {
  const key = await signer("ES256");
  const { alg: _, use: __, ...bare } = key.jwk;
  const hash = (text) => createHash("sha256").update(text).digest("base64url");
  const jkt = hash(JSON.stringify({ crv: bare.crv, kty: bare.kty, x: bare.x, y: bare.y }));
  const url = `${API}/things?x=1`;
  let count = 0;
  const proofFor = (text, more = {}, header = {}, by = key) =>
    by.jwt(
      {
        ...{ htm: "GET", htu: `${API}/things`, iat: now(), jti: `proof-${count++}`, ath: hash(text), ...more },
      },
      { typ: "dpop+jwt", jwk: bare, ...header },
    );
  const request = (text, proof, scheme = "DPoP", to = url) =>
    new Request(to, { headers: { authorization: `${scheme} ${text}`, ...(proof && { dpop: proof }) } });
  const bound = () => token({ cnf: { jkt } });

  test("with a proof, by requests of the web and of Node", async () => {
    const text = await bound();
    const read = await verifyAccessToken(request(text, await proofFor(text)), options);
    assert.equal(read.jkt, jkt);
    const node = {
      method: "GET",
      url: "/things?x=1",
      headers: { authorization: `DPoP ${text}`, dpop: await proofFor(text) },
    };
    await verifyAccessToken(node, { ...options, origin: API, dpop: "required" });
    await assert.rejects(verifyAccessToken(node, options), { code: "invalid_argument", argument: "origin" });
  });

  test("section 4.3: the configured origin counts, and not what the sender says of it", async () => {
    const text = await bound();
    const own = { ...options, origin: API };
    const of = (target, proof) => ({
      method: "GET",
      url: target,
      headers: { authorization: `DPoP ${text}`, dpop: proof },
    });
    const evil = "https://evil.example";
    for (const target of [
      `${evil}/things`,
      "//evil.example/things",
      "HTTPS://evil.example/things",
      `${evil}/things?x=1`,
    ]) {
      const proof = () => proofFor(text, { htu: `${evil}/things` });
      const refused = await refusal(of(target, await proof()), own);
      assert.equal(refused.error, "invalid_dpop_proof", target);
      assert.equal((await refusal(request(text, await proof(), "DPoP", `${evil}/things`), own)).error, refused.error);
    }
    // A proxy has ended TLS, so the request that it passes on has another scheme and host.
    await verifyAccessToken(request(text, await proofFor(text), "DPoP", "http://10.0.0.7:8080/things?x=1"), own);
    await verifyAccessToken(of("http://10.0.0.7:8080/things", await proofFor(text)), own);
    for (const origin of [
      "api.example.com",
      `${API}/`,
      `${API}/v1`,
      "ftp://a.example",
      "https://u@a.example",
      "",
      7,
      null,
    ]) {
      const promise = verifyAccessToken(of("/things", await proofFor(text)), { ...options, origin });
      await assert.rejects(promise, { code: "invalid_argument", argument: "origin" }, String(origin));
    }
  });

  test("section 7.1: not as bearer tokens, not alone, and not without a proof", async () => {
    const text = await bound();
    assert.equal((await refusal(request(text, await proofFor(text), "Bearer"))).error, "invalid_token");
    assert.equal((await refusal(text)).error, "invalid_token");
    const without = await refusal(request(text));
    assert.deepEqual([without.status, without.error], [401, "invalid_dpop_proof"]);
    assert.match(without.headers["www-authenticate"], /^DPoP error="invalid_dpop_proof".*algs="ES256 /);
    const free = await token();
    await refusal(request(free, await proofFor(free)));
    assert.match((await refusal(bearer(free), { dpop: "required" })).headers["www-authenticate"], /^DPoP /);
    await refusal(request(text, await proofFor(text)), { dpop: "refused" });
  });

  const stranger = await signer("ES256");
  const wrong = {
    "another method": [{ htm: "POST" }],
    "another case of the method": [{ htm: "get" }],
    "another host": [{ htu: "https://api.example.com.evil.example/things" }],
    "another path": [{ htu: `${API}/things/` }],
    "another scheme": [{ htu: "http://api.example.com/things" }],
    "a user in the URL": [{ htu: "https://u@api.example.com/things" }],
    "no URL": [{ htu: undefined }],
    "too old": [{ iat: now() - 600 }],
    "of the future": [{ iat: now() + 600 }],
    "no time": [{ iat: undefined }],
    "a time as text": [{ iat: `${now()}` }],
    expired: [{ exp: 1 }],
    "no jti": [{ jti: undefined }],
    "a long jti": [{ jti: "x".repeat(300) }],
    "for another token": [{ ath: hash("other") }],
    "for no token": [{ ath: undefined }],
    "another typ": [{}, { typ: "JWT" }],
    "no key": [{}, { jwk: undefined }],
    "a private key": [{}, { jwk: { ...bare, d: "x" } }],
    "a symmetric key": [{}, { jwk: { kty: "oct", k: "eA" } }],
    "a key of another curve": [{}, { jwk: { ...bare, crv: "P-384" } }],
    "another algorithm": [{}, { alg: "ES384" }],
    HMAC: [{}, { alg: "HS256" }],
    "an algorithm that is a list": [{}, { alg: ["ES256"] }],
    none: [{}, { alg: "none" }],
    "a critical member": [{}, { crit: ["x"] }],
    "signed by another key": [{}, {}, stranger],
  };
  for (const [name, [more, header, by]] of Object.entries(wrong)) {
    test(`section 4.3, refused: ${name}`, async () => {
      const text = await bound();
      assert.equal((await refusal(request(text, await proofFor(text, more, header, by)))).error, "invalid_dpop_proof");
    });
  }

  test("section 4.3: the key of the proof is that of the token", async () => {
    const text = await bound();
    const { alg, use, ...other } = stranger.jwk;
    const proof = await proofFor(text, {}, { jwk: other }, stranger);
    assert.equal((await refusal(request(text, proof))).error, "invalid_token");
    const two = new Request(url, {
      headers: [
        ["authorization", `DPoP ${text}`],
        ["dpop", proof],
        ["dpop", proof],
      ],
    });
    assert.equal((await refusal(two)).error, "invalid_dpop_proof");
  });

  test("section 11.1: a proof counts once, and one that did not count takes no place", async () => {
    const text = await bound();
    const replays = replayMemory(2);
    const proof = await proofFor(text);
    await verifyAccessToken(request(text, proof), { ...options, replays });
    assert.match((await refusal(request(text, proof), { replays })).description, /used before/);
    for (let index = 0; index < 5; index++)
      await refusal(request(text, await proofFor(text, { htm: "PUT" })), { replays });
    await verifyAccessToken(request(text, await proofFor(text)), { ...options, replays });
    // Full: nobody's place is taken, so that nobody's proof counts again.
    await refusal(request(text, await proofFor(text)), { replays });
  });

  test("section 9: nonces", async () => {
    const text = await bound();
    const nonces = dpopNonces();
    const refused = await refusal(request(text, await proofFor(text)), { nonces });
    assert.deepEqual([refused.status, refused.error], [401, "use_dpop_nonce"]);
    const nonce = refused.toResponse().headers.get("dpop-nonce");
    await verifyAccessToken(request(text, await proofFor(text, { nonce })), { ...options, nonces });
    for (const other of ["x", `${nonce}x`, `zz${nonce}`, nonce.replace(/^./, (c) => (c === "a" ? "b" : "a")), 7]) {
      assert.equal(
        (await refusal(request(text, await proofFor(text, { nonce: other })), { nonces })).error,
        "use_dpop_nonce",
      );
    }
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const shared = await dpopNonces({ secret }).make();
    assert.ok(await dpopNonces({ secret }).accepts(shared));
    assert.ok(!(await dpopNonces({ secret, seconds: 0 }).accepts(shared)));
    assert.throws(() => dpopNonces({ secret: new Uint8Array(31) }), { code: "invalid_argument", argument: "secret" });
  });
});

describe("tokens of the issuer here", () => {
  const base = "http://127.0.0.1:9400";
  const config = exampleConfig(base);
  const machine = config.applications.find(({ applicationId }) => applicationId === "app_machine");
  const SERVER = "api://api.example.com";
  const ask = async (issuer, path, form) => {
    const body = new URLSearchParams({ client_id: "app_machine", client_secret: machine.clientSecrets[0], ...form });
    const request = new Request(base + path, { method: "POST", body });
    return (await issuer.fetch(request)).json();
  };

  test("EIAM's instance: JWTs for a resource server", async () => {
    const own = await Issuer.create(config);
    const fetch = (url, init) => own.fetch(new Request(url, { ...init, redirect: "manual" }));
    const made = new TrustedIssuer({ issuer: `${base}/api/v2/iauths_system/oauth2`, fetch });
    const form = { grant_type: "client_credentials", scope: `${SERVER}|read:file` };
    const { access_token: text } = await ask(own, "/api/v2/iauths_system/oauth2/token", form);
    const read = await verifyAccessToken(text, { issuer: made, audience: SERVER, scope: `${SERVER}|read:file` });
    assert.deepEqual([read.clientId, read.scope], ["app_machine", ["read:file"]]);
    await refusal(text, { issuer: made, audience: "api://other" });
  });

  test("an application's: opaque ones, by introspection, and revoked ones not", async () => {
    const own = await Issuer.create(config);
    const fetch = (url, init) => own.fetch(new Request(url, { ...init, redirect: "manual" }));
    const made = new TrustedIssuer({
      issuer: `${base}/v2/idaas_example/app_machine/oidc`,
      introspection: { clientId: "app_machine", clientSecret: machine.clientSecrets[0], cacheSeconds: 0 },
      fetch,
    });
    const form = { grant_type: "client_credentials", scope: `${SERVER}|read:file` };
    const { access_token: text } = await ask(own, "/v2/idaas_example/app_machine/oauth2/token", form);
    const read = await verifyAccessToken(bearer(text), { issuer: made, audience: SERVER, scope: "read:file" });
    assert.equal(read.clientId, "app_machine");
    await own.fetch(
      new Request(`${base}/v2/idaas_example/app_machine/oauth2/revoke`, {
        method: "POST",
        body: new URLSearchParams({ client_id: "app_machine", client_secret: machine.clientSecrets[0], token: text }),
      }),
    );
    await refusal(text, { issuer: made, audience: SERVER });
  });
});
