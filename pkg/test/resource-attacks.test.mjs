// What an attacker may try at a resource server, beyond the forged tokens of resource-tokens.test.mjs.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { AccessTokenRefusedError, TrustedIssuer, replayMemory, verifyAccessToken } from "eiam-token/resource";
import { signer } from "./support/jwt.mjs";

const ISSUER = "https://as.example.com";
const API = "https://api.example.com";
const key = await signer("ES256", "key-1");
const now = () => Math.floor(Date.now() / 1000);

const claims = (more = {}) => ({
  ...{ iss: ISSUER, aud: API, sub: "user_alice", client_id: "app_web", jti: "one", scope: "read" },
  ...{ iat: now(), exp: now() + 300 },
  ...more,
});
const token = (more, header) => key.jwt(claims(more), { typ: "at+jwt", ...header });
const trusted = (more = {}) => new TrustedIssuer({ issuer: ISSUER, jwks: [key.jwk], ...more });
const bearer = (text) => new Request(API, { headers: { authorization: `Bearer ${text}` } });
const json = (body, init) => new Response(JSON.stringify(body), init);

async function refusal(request, more = {}) {
  try {
    await verifyAccessToken(request, { issuer: trusted(), audience: API, ...more });
  } catch (error) {
    assert.ok(error instanceof AccessTokenRefusedError, error.stack);
    return error;
  }
  assert.fail("not refused");
}

/** An issuer that answers so about each token, and what it was asked. */
function asking(answer, more = {}) {
  const asked = [];
  const fetch = async (_, { body }) => {
    asked.push(new URLSearchParams(body).get("token"));
    return json(typeof answer === "function" ? answer() : answer);
  };
  const introspection = { clientId: "api", clientSecret: "CS", endpoint: `${ISSUER}/introspect`, ...more };
  return { asked, issuer: new TrustedIssuer({ issuer: ISSUER, introspection, fetch }) };
}

describe("claims that a user may have chosen", () => {
  for (const [name, more, options] of [
    ["active, in a JWT without exp", { active: true, exp: undefined }],
    ["active, in a JWT without what RFC 9068 requires", { active: true, client_id: undefined }],
    ["active, in an id_token", { active: true, nonce: "n" }, { rfc9068: false }],
    ["active, in an id_token without exp", { active: false, exp: undefined }, { rfc9068: false }],
  ]) {
    test(`${name}, make no answer of the issuer of it`, async () => {
      assert.equal((await refusal(await token(more), { issuer: trusted(options) })).error, "invalid_token");
    });
  }
});

describe("JWTs of other kinds by the same key", () => {
  for (const [name, more] of [
    ["an id_token by nonce", { nonce: "n" }],
    ["an id_token by c_hash", { c_hash: "h" }],
    ["an id_token by s_hash", { s_hash: "h" }],
    ["an id_token of Cognito", { token_use: "id" }],
    ["an id_token of Keycloak", { typ: "ID" }],
    ["a refresh token of Keycloak", { typ: "Refresh" }],
    ["an offline token of Keycloak", { typ: "Offline" }],
    ["a logout token", { events: { "http://schemas.openid.net/event/backchannel-logout": {} } }],
    ["an authorization response", { code: "CO1", state: "s" }],
  ]) {
    test(name, async () => {
      const issuer = trusted({ rfc9068: false });
      for (const typ of ["JWT", undefined]) {
        assert.equal((await refusal(await token(more, { typ }), { issuer })).error, "invalid_token");
      }
    });
  }

  for (const more of [{ token_type: "refresh_token" }, { token_use: "refresh_token" }, { token_use: "id_token" }]) {
    test(`an answer of the issuer that says ${JSON.stringify(more)}`, async () => {
      const { issuer } = asking({ active: true, ...claims(more) });
      assert.equal((await refusal("opaque", { issuer })).error, "invalid_token");
    });
  }

  test("but not what says that it is an access token", async () => {
    for (const more of [{ token_use: "access" }, { typ: "Bearer" }, { token_type: "Bearer" }, { code: "A7" }]) {
      const { issuer } = asking({ active: true, ...claims(more) });
      assert.equal((await verifyAccessToken("opaque", { issuer, audience: API })).subject, "user_alice");
      const own = { issuer: trusted({ rfc9068: false }), audience: API };
      assert.equal((await verifyAccessToken(await token(more), own)).subject, "user_alice");
    }
  });
});

describe("members of a header that are no texts", () => {
  const odd = [{ toString: 1, valueOf: 1 }, ["ES256"], [["key-1"]], ["key-1"], [{ toString: 1 }], 1, null, true, {}];
  for (const name of ["kid", "alg", "typ"]) {
    test(name, async () => {
      for (const value of odd) {
        const error = await refusal(await token({}, { [name]: value }));
        assert.equal(error.error, "invalid_token", JSON.stringify(value));
      }
    });
  }
});

describe("where a token is", () => {
  test("neither the query nor the body nor a cookie has one", async () => {
    const text = await token();
    const form = { method: "POST", body: new URLSearchParams({ access_token: text }) };
    for (const request of [
      new Request(`${API}/?access_token=${text}`),
      new Request(API, form),
      { url: `/?access_token=${text}`, query: { access_token: text }, headers: { cookie: `access_token=${text}` } },
      { headers: { "x-authorization": `Bearer ${text}` } },
    ]) {
      const { status, error } = await refusal(request);
      assert.deepEqual([status, error], [401, undefined]);
    }
  });

  test("the scheme may be written in any case, and nothing else differently", async () => {
    const text = await token();
    const sent = (authorization) => ({ headers: { authorization } });
    const options = { issuer: trusted(), audience: API };
    for (const scheme of ["Bearer", "bearer", "BEARER", "bEaReR"]) {
      assert.equal((await verifyAccessToken(sent(`${scheme} ${text}`), options)).subject, "user_alice");
    }
    for (const value of [
      `Bearer${text}`,
      `Bearer\t${text}`,
      `Bearer=${text}`,
      `Bearer: ${text}`,
      `Bearer,${text}`,
      `Token ${text}`,
      `Basic ${text}, Bearer ${text}`,
      `Bearer "${text}"`,
      `Bearer ${text} x`,
      `Bearer ${text},`,
      `Bearer ${text}\0`,
      "Bearer",
      text,
    ]) {
      assert.ok([400, 401].includes((await refusal(sent(value))).status), value);
    }
  });
});

describe("tokens that are long", () => {
  test("are neither read nor asked about", async () => {
    const { issuer, asked } = asking({ active: true, ...claims() });
    for (const long of ["a".repeat(16 * 1024 + 1), "a".repeat(5_000_000)]) {
      for (const request of [long, bearer(long)]) {
        assert.equal((await refusal(request, { issuer })).error, "invalid_token");
      }
    }
    assert.deepEqual(asked, []);
  });
});

describe("proofs for other servers", async () => {
  const prover = await signer("ES256", undefined);
  const { kty, crv, x, y } = prover.jwk;
  const jkt = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
  const bound = await token({ cnf: { jkt } });
  const ath = createHash("sha256").update(bound).digest("base64url");
  let count = 0;
  /** A proof for a URL. */
  const proof = (htu, header = {}) =>
    prover.jwt(
      { htm: "GET", htu, iat: now(), jti: `${++count}`, ath },
      { typ: "dpop+jwt", jwk: { kty, crv, x, y }, kid: undefined, ...header },
    );
  const headers = async (htu, header) => ({ authorization: `DPoP ${bound}`, dpop: await proof(htu, header) });
  const EVIL = "https://evil.example";
  const options = { issuer: trusted(), audience: API, origin: API };

  for (const [name, url] of [
    ["an absolute URL in the request of Node", `${EVIL}/files`],
    ["a path that starts with two slashes", "//evil.example/files"],
    ["a path that starts with a backslash", "/\\evil.example/files"],
    ["a path that starts with an @", "@evil.example/files"],
    ["a path that starts with a port", ":80@evil.example/files"],
  ]) {
    test(`${name} does not make them count`, async () => {
      for (const field of ["url", "originalUrl"]) {
        const request = { method: "GET", [field]: url, headers: await headers(`${EVIL}/files`) };
        assert.equal((await refusal(request, options)).error, "invalid_dpop_proof");
      }
    });
  }

  test("a Host that the sender has chosen does not make them count", async () => {
    const request = new Request(`${EVIL}/files`, { headers: await headers(`${EVIL}/files`) });
    assert.equal((await refusal(request, options)).error, "invalid_dpop_proof");
    // Behind a proxy, the request names the server as the proxy does.
    const own = new Request("http://10.0.0.7:8080/files?x=1", { headers: await headers(`${API}/files`) });
    assert.equal((await verifyAccessToken(own, options)).jkt, jkt);
    const ofNode = { method: "GET", url: "http://10.0.0.7/files", headers: await headers(`${API}/files`) };
    assert.equal((await verifyAccessToken(ofNode, options)).jkt, jkt);
  });

  test("without origin, a request of Node does not say for which server it is", async () => {
    for (const url of [`${API}/files`, "/files", "//api.example.com/files"]) {
      const request = { method: "GET", url, headers: await headers(`${API}/files`) };
      const expected = { code: "invalid_argument", argument: "origin" };
      await assert.rejects(verifyAccessToken(request, { ...options, origin: undefined }), expected);
    }
  });

  test("an origin is a scheme and a host", async () => {
    const request = { method: "GET", url: "/files", headers: await headers(`${API}/files`) };
    for (const origin of ["", "api.example.com", "https://", `${API}/base`, `${API}?x`, "https://a@b", "ftp://a", 1]) {
      const expected = { code: "invalid_argument", argument: "origin" };
      await assert.rejects(verifyAccessToken(request, { ...options, origin }), expected, `${origin}`);
    }
  });

  test("a key that is known already makes no other proof count", async () => {
    const files = `${API}/files`;
    const request = async (dpop) =>
      new Request(files, { headers: { authorization: `DPoP ${bound}`, dpop: await dpop } });
    for (let i = 0; i < 2; i++) {
      assert.equal((await verifyAccessToken(await request(proof(files)), options)).jkt, jkt);
    }
    const [header, body, signature] = (await proof(files)).split(".");
    const changed = `${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`;
    const forged = await request(`${header}.${body}.${changed}`);
    assert.equal((await refusal(forged, options)).error, "invalid_dpop_proof");
    // The token is bound to another key than the one that is known.
    const stranger = await signer("ES256", undefined);
    const own = { kty, crv, x: stranger.jwk.x, y: stranger.jwk.y };
    const byStranger = stranger.jwt(
      { htm: "GET", htu: files, iat: now(), jti: "s", ath },
      { typ: "dpop+jwt", jwk: own, kid: undefined },
    );
    assert.equal((await refusal(await request(byStranger), options)).error, "invalid_token");
    // With the known key in the header, and the signature of a stranger.
    const dressed = stranger.jwt(
      { htm: "GET", htu: files, iat: now(), jti: "d", ath },
      { typ: "dpop+jwt", jwk: { kty, crv, x, y }, kid: undefined },
    );
    assert.equal((await refusal(await request(dressed), options)).error, "invalid_dpop_proof");
  });

  test("members of their headers that are no texts are refused", async () => {
    for (const alg of [["ES256"], { toString: 1, valueOf: 1 }, null]) {
      const request = new Request(`${API}/files`, { headers: await headers(`${API}/files`, { alg }) });
      assert.equal((await refusal(request, options)).error, "invalid_dpop_proof");
    }
  });
});

describe("the memory of used proofs", () => {
  test("that is full is not looked through by each call", (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
    const most = 1000;
    const memory = replayMemory(most);
    for (let i = 0; i < most; i++) assert.equal(memory.use(`${i}`, 1300), true);
    const { entries, [Symbol.iterator]: iterate } = Map.prototype;
    let looks = 0;
    Map.prototype[Symbol.iterator] = function () {
      looks++;
      return iterate.call(this);
    };
    try {
      for (let i = 0; i < 100; i++) assert.equal(memory.use(`more ${i}`, 1300), false);
    } finally {
      Map.prototype[Symbol.iterator] = iterate;
    }
    assert.equal(iterate, entries);
    assert.equal(looks, 1);
    // What is over makes room, and what was used and is not over is still known.
    t.mock.timers.setTime(1_300_000);
    assert.equal(memory.use("later", 1600), true);
    assert.equal(memory.use("later", 1600), false);
  });

  test("makes room at once if one of those that it has is over", (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
    const memory = replayMemory(2);
    assert.equal(memory.use("a", 1001), true);
    assert.equal(memory.use("b", 1300), true);
    t.mock.timers.setTime(1_001_000);
    assert.equal(memory.use("c", 1300), true);
    assert.equal(memory.use("d", 1300), false);
    assert.equal(memory.use("b", 1300), false);
  });
});

describe("answers that are kept", () => {
  test("are changed by nobody who gets them", async () => {
    const { issuer, asked } = asking({ active: true, ...claims({ roles: ["user"], deep: { list: [{}] } }) });
    const options = { issuer, audience: API };
    const { claims: first } = await verifyAccessToken("opaque", options);
    assert.throws(() => first.roles.push("admin"), TypeError);
    assert.throws(() => Object.assign(first.deep.list[0], { admin: true }), TypeError);
    const second = await verifyAccessToken("opaque", options);
    assert.deepEqual(second.claims.roles, ["user"]);
    assert.equal(asked.length, 1);
  });

  test("do not live longer if somebody sets the clock back", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: 2_000_000_000_000 });
    let active = true;
    const { issuer } = asking(() => ({ active, ...claims({ iat: undefined, exp: 3_000_000_000 }) }));
    const options = { issuer, audience: API };
    await verifyAccessToken("opaque", options);
    active = false;
    await verifyAccessToken("opaque", options);
    t.mock.timers.setTime(1_999_990_000_000);
    assert.equal((await refusal("opaque", options)).error, "invalid_token");
  });
});

describe("an issuer that does not answer", () => {
  // The host's own timers do not keep a process alive.
  let alive;
  before(() => {
    alive = setInterval(() => {}, 1000);
  });
  after(() => clearInterval(alive));

  const metadata = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks`, introspection_endpoint: `${ISSUER}/introspect` };
  const answer = (url) => json(url.endsWith("/jwks") ? { keys: [key.jwk] } : metadata);

  for (const silent of ["/openid-configuration", "/jwks"]) {
    test(`${silent}: a fetch that ignores its signal is not waited for, and the next call asks again`, async () => {
      let isSilent = true;
      const fetch = async (url) => (isSilent && url.endsWith(silent) ? new Promise(() => {}) : answer(url));
      const issuer = new TrustedIssuer({ issuer: ISSUER, fetch, timeout: 20 });
      const options = { issuer, audience: API };
      const jwt = await token();
      await assert.rejects(verifyAccessToken(jwt, options), { name: "ConnectionError", code: "timeout" });
      isSilent = false;
      const patient = new TrustedIssuer({ issuer: ISSUER, fetch });
      assert.equal((await verifyAccessToken(jwt, { ...options, issuer: patient })).subject, "user_alice");
      assert.equal((await verifyAccessToken(jwt, options)).subject, "user_alice");
    });
  }

  test("a request that was given up, and its timer with it, does not stop the next ones", async () => {
    const { timeout } = AbortSignal;
    let isFirst = true;
    const fetch = async (url) => {
      if (!isFirst) return answer(url);
      isFirst = false;
      return new Promise(() => {});
    };
    const issuer = new TrustedIssuer({ issuer: ISSUER, fetch, timeout: 10 });
    const options = { issuer, audience: API };
    const jwt = await token();
    // As in a Worker, whose timers stop with the request that has made them.
    AbortSignal.timeout = () => new AbortController().signal;
    verifyAccessToken(jwt, options).catch(() => {});
    await new Promise(setImmediate);
    AbortSignal.timeout = timeout;
    await assert.rejects(verifyAccessToken(jwt, options), { name: "ConnectionError", code: "timeout" });
    assert.equal((await verifyAccessToken(jwt, options)).subject, "user_alice");
  });
});
