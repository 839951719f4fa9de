import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  Client,
  MalformedResponseError,
  dpopProofs,
  fetchWithToken,
  privateKeyJwt,
  pushAuthorizationRequest,
} from "eiam-token";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import { calculateJwkThumbprint } from "jose";
import { Browser, door } from "./support/issuer-browser.mjs";
import { algorithms, isSignedBy, keyPair, parts } from "./support/jwt.mjs";
import { json, mockFetch } from "./support/mock-fetch.mjs";

const ISSUER = "https://as.example";
const API = "https://api.example/files";
const BOUND = '{"token_type":"DPoP","access_token":"ATbound","refresh_token":"RT1"}';

function client(fetch, options = {}) {
  return new Client({
    server: {
      issuer: ISSUER,
      tokenEndpoint: `${ISSUER}/token?x=1`,
      userinfoEndpoint: `${ISSUER}/userinfo`,
      revocationEndpoint: `${ISSUER}/revoke`,
      deviceAuthorizationEndpoint: `${ISSUER}/device`,
    },
    clientId: "app",
    fetch,
    ...options,
  });
}

const hash = (text) => createHash("sha256").update(text).digest("base64url");
const proofIn = ({ headers }) => parts(new Headers(headers).get("dpop"));
const nonce = (value, more = {}) => ({ headers: { "dpop-nonce": value, ...more } });
const demanded = (value) => json('{"error":"use_dpop_nonce"}', { status: 400, ...nonce(value) });
const challenged = (value, challenge = 'DPoP error="use_dpop_nonce"') =>
  new Response("", { status: 401, headers: { "dpop-nonce": value, "www-authenticate": challenge } });

describe("RFC 9449 section 4.2: the proof", () => {
  for (const alg of algorithms) {
    test(`${alg}: header, claims, and a signature of the key`, async () => {
      const pair = await keyPair(alg);
      const proofs = await dpopProofs(pair);
      const proof = await proofs.proof({ method: "PUT", url: "https://API.example:443/a b?q=1#f", accessToken: "AT" });
      const { header, claims } = parts(proof);
      const { jwk, ...rest } = header;
      assert.deepEqual(rest, { alg, typ: "dpop+jwt" });
      assert.deepEqual(
        Object.keys(jwk).filter((name) => /^(d|p|q|dp|dq|qi|k|key_ops|ext)$/.test(name)),
        [],
      );
      assert.equal(proofs.thumbprint, await calculateJwkThumbprint(jwk));
      const { jti, iat, ...others } = claims;
      assert.deepEqual(others, { htm: "PUT", htu: "https://api.example/a%20b", ath: hash("AT") });
      assert.match(jti, /^[\w-]{22}$/);
      assert.ok(Math.abs(iat - Date.now() / 1000) < 60);
      assert.ok(await isSignedBy(pair.publicKey, alg, proof));
    });
  }

  test("the key that it makes itself cannot be extracted, and each has its own", async () => {
    const [one, other] = [await dpopProofs(), await dpopProofs()];
    assert.notEqual(one.thumbprint, other.thumbprint);
    assert.deepEqual(Object.keys(one), ["thumbprint", "algorithm"]);
    assert.ok(!inspect(one).includes("CryptoKey"));
  });

  test("keys that are no pair for signatures are refused", async () => {
    const { subtle } = crypto;
    const hmac = await subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
    const { publicKey, privateKey } = await keyPair("ES256", { extractable: true });
    for (const pair of [
      {},
      { publicKey: hmac, privateKey: hmac },
      { publicKey, privateKey: publicKey },
      { publicKey: privateKey, privateKey },
      { publicKey: hmac, privateKey },
    ]) {
      await assert.rejects(dpopProofs(pair), { code: "invalid_argument", argument: "key" });
    }
    const proofs = await dpopProofs();
    await assert.rejects(proofs.proof({ method: "GET", url: "/relative" }), { code: "invalid_argument" });
  });
});

describe("RFC 9449 section 5: tokens that are bound", async () => {
  const dpop = await dpopProofs();

  test("token_type DPoP is accepted then and only then", async () => {
    for (const type of ["DPoP", "dpop", "N_A"]) {
      const answer = `{"token_type":"${type}","access_token":"AT"}`;
      assert.equal((await client(mockFetch(json(answer)), { dpop }).clientCredentials()).tokenType, type);
    }
    await assert.rejects(client(mockFetch(json(BOUND))).clientCredentials(), {
      code: "malformed_response",
      path: "$.token_type",
    });
    assert.equal(client(mockFetch(), { dpop }).parseTokenResponse({ status: 200, body: BOUND }).tokenType, "DPoP");
  });

  test("a token that is bound to nothing is refused, and a new refresh token is not lost", async () => {
    const bearer = '{"token_type":"Bearer","access_token":"AT","refresh_token":"RT2"}';
    const own = client(mockFetch(json(bearer), json(bearer)), { dpop });
    await assert.rejects(own.clientCredentials(), { code: "malformed_response", path: "$.token_type" });
    await assert.rejects(own.refresh("RT1"), (error) => {
      assert.ok(error instanceof MalformedResponseError);
      assert.equal(error.refreshToken, "RT2");
      return true;
    });
  });

  test("each token request has a proof of its own; other requests have none", async () => {
    const fetch = mockFetch(json(BOUND), json(BOUND), json(""), json('{"sub":"alice"}'));
    const own = client(fetch, { dpop });
    const tokens = await own.clientCredentials();
    await own.refresh(tokens);
    await own.revoke("RT1");
    await own.userInfo(tokens);
    const [first, second, revoked, info] = fetch.calls;
    assert.deepEqual(
      [first, second].map((call) => [proofIn(call).claims.htm, proofIn(call).claims.htu]),
      [
        ["POST", `${ISSUER}/token`],
        ["POST", `${ISSUER}/token`],
      ],
    );
    assert.notEqual(proofIn(first).claims.jti, proofIn(second).claims.jti);
    assert.equal(proofIn(first).claims.ath, undefined);
    assert.equal(new Headers(revoked.headers).get("dpop"), null);
    // Section 7.1: userinfo is a resource.
    assert.equal(info.headers.authorization, "DPoP ATbound");
    const { claims } = proofIn(info);
    assert.deepEqual([claims.htm, claims.htu, claims.ath], ["GET", `${ISSUER}/userinfo`, hash("ATbound")]);
  });

  test("polling for a device's tokens has proofs", async () => {
    const device = '{"device_code":"DC","user_code":"U","verification_uri":"https://as.example/d","interval":0}';
    const fetch = mockFetch(json(device), json(BOUND));
    const own = client(fetch, { dpop });
    const tokens = await own.pollDevice(await own.deviceAuthorize());
    assert.equal(tokens.tokenType, "DPoP");
    assert.equal(proofIn(fetch.calls[1]).claims.htu, `${ISSUER}/token`);
  });
});

describe("RFC 9449 sections 8 and 9: nonces", () => {
  test("one retry with the nonce of the authorization server, which stays until there is another", async () => {
    const dpop = await dpopProofs();
    const fetch = mockFetch(demanded("n1"), json(BOUND, nonce("n2")), json(BOUND), demanded("n3"), demanded("n4"));
    const own = client(fetch, { dpop });
    await own.clientCredentials();
    await own.clientCredentials();
    await assert.rejects(own.clientCredentials(), { code: "oauth_error", error: "use_dpop_nonce" });
    const nonces = fetch.calls.map((call) => proofIn(call).claims.nonce);
    assert.deepEqual(nonces, [undefined, "n1", "n2", "n2", "n3"]);
  });

  test("a client assertion is not sent twice", async () => {
    const { privateKey } = await keyPair("ES256");
    const fetch = mockFetch(demanded("n1"), json(BOUND));
    const authentication = privateKeyJwt({ key: privateKey });
    await client(fetch, { dpop: await dpopProofs(), authentication }).clientCredentials();
    const [one, other] = fetch.calls.map(({ body }) => new URLSearchParams(body).getAll("client_assertion"));
    assert.deepEqual([one.length, other.length], [1, 1]);
    assert.notEqual(one[0], other[0]);
  });

  test("no retry without a fresh nonce, for another error, or for a nonce that is none", async () => {
    const dpop = await dpopProofs();
    for (const answer of [
      json('{"error":"use_dpop_nonce"}', { status: 400 }),
      json('{"error":"invalid_grant"}', { status: 400, ...nonce("n1") }),
      json('{"error":"use_dpop_nonce"}', { status: 503, ...nonce("n1") }),
      demanded('has "quotes"'),
      demanded("x".repeat(1025)),
    ]) {
      const fetch = mockFetch(answer);
      await assert.rejects(client(fetch, { dpop: dpop }).clientCredentials(), { status: answer.status });
      assert.equal(fetch.calls.length, 1);
    }
  });

  test("the resource server's nonces are others than those of the authorization server", async () => {
    const dpop = await dpopProofs();
    const fetch = mockFetch(
      demanded("as1"),
      json(BOUND),
      challenged("rs1"),
      json('{"sub":"alice"}'),
      challenged("api1", 'Bearer realm="x", DPoP algs="ES256", error="use_dpop_nonce"'),
      new Response("ok"),
      new Response("ok"),
    );
    const own = client(fetch, { dpop });
    const tokens = await own.clientCredentials();
    await own.userInfo(tokens);
    for (const _ of [1, 2]) assert.equal(await (await fetchWithToken(own, tokens, API)).text(), "ok");
    const nonces = fetch.calls.map((call) => proofIn(call).claims.nonce);
    assert.deepEqual(nonces, [undefined, "as1", undefined, "rs1", undefined, "api1", "api1"]);
  });
});

describe("RFC 9449 section 7: requests of the application", async () => {
  const dpop = await dpopProofs();
  const tokens = await client(mockFetch(json(BOUND)), { dpop }).clientCredentials();

  test("the request is that of the application, with token and proof", async () => {
    const fetch = mockFetch(new Response("", { status: 201 }));
    const init = { method: "post", body: "text", headers: { "content-type": "text/plain" } };
    const response = await fetchWithToken(client(fetch, { dpop }), tokens, `${API}?page=2`, init);
    assert.equal(response.status, 201);
    const [{ url, method, body, headers, redirect }] = fetch.calls;
    assert.deepEqual([url, method, body, redirect], [`${API}?page=2`, "post", "text", "manual"]);
    assert.equal(headers.get("authorization"), "DPoP ATbound");
    assert.equal(headers.get("content-type"), "text/plain");
    const { claims } = proofIn(fetch.calls[0]);
    assert.deepEqual([claims.htm, claims.htu, claims.ath], ["POST", API, hash("ATbound")]);
  });

  test("one retry, and none for a stream or another challenge", async () => {
    for (const [init, answers, calls] of [
      [{}, [challenged("n1"), challenged("n2")], 2],
      [{ method: "POST", body: new Blob(["x"]).stream(), duplex: "half" }, [challenged("n1")], 1],
      [{}, [challenged("n1", 'DPoP error="invalid_token"')], 1],
      [{}, [challenged("n1", 'DPoP error="invalid_token", error_description="use_dpop_nonce"')], 1],
    ]) {
      const fetch = mockFetch(...answers);
      const own = client(fetch, { dpop: await dpopProofs() });
      assert.equal((await fetchWithToken(own, tokens, API, init)).status, 401);
      assert.equal(fetch.calls.length, calls);
    }
  });

  test("a Bearer token goes as one, with and without a key", async () => {
    const bearer = await client(mockFetch(json('{"token_type":"bearer","access_token":"ATb"}'))).clientCredentials();
    for (const options of [{}, { dpop }]) {
      const fetch = mockFetch(new Response("ok"), new Response("ok"));
      const own = client(fetch, options);
      await fetchWithToken(own, bearer, API);
      await fetchWithToken(own, "ATtext", new URL(API));
      const [one, other] = fetch.calls.map(({ headers }) => [headers.get("authorization"), headers.has("dpop")]);
      assert.deepEqual(one, ["Bearer ATb", false]);
      assert.deepEqual(other, options.dpop ? ["DPoP ATtext", true] : ["Bearer ATtext", false]);
    }
  });

  test("what cannot be sent is refused before anything is", async () => {
    for (const [given, url, init, argument, options = { dpop }] of [
      [tokens, "http://api.example/", {}, "url"],
      [tokens, "ftp://api.example/", {}, "url"],
      [tokens, "/relative", {}, "url"],
      ["", API, {}, "tokens"],
      ["A T", API, {}, "tokens"],
      [undefined, API, {}, "tokens"],
      [tokens, API, { headers: { authorization: "x" } }, "init"],
      [tokens, API, { headers: [["DPoP", "x"]] }, "init"],
      [tokens, API, {}, "tokens", {}],
    ]) {
      const fetch = mockFetch();
      await assert.rejects(fetchWithToken(client(fetch, options), given, url, init), {
        code: "invalid_argument",
        argument,
      });
      assert.equal(fetch.calls.length, 0);
    }
  });
});

describe("RFC 9449 with an issuer that demands nonces", async () => {
  const base = "http://127.0.0.1:9400";
  const example = exampleConfig(base);
  const applications = example.applications.map((application) => ({ ...application, dpopBoundAccessTokens: true }));
  const issuer = await Issuer.create({ ...example, profile: "rfc9700", applications, dpop: { nonceRequired: true } });
  const discovered = async (more) => {
    const calls = [];
    const fetch = (url, init) => {
      calls.push(url);
      return issuer.fetch(new Request(url, init));
    };
    const options = { clientId: "app_spa", fetch, ...more };
    return { calls, own: await Client.discover(`${base}/v2/idaas_example/app_spa/oidc`, options) };
  };
  const parameters = { redirectUri: "http://localhost:8600/callback", scope: "openid" };

  for (const pushed of [false, true]) {
    test(`code, userinfo and refresh${pushed ? ", after a pushed request that binds the code" : ""}`, async () => {
      const { own, calls } = await discovered({ dpop: await dpopProofs() });
      const request = pushed ? await pushAuthorizationRequest(own, parameters) : own.authorizationRequest(parameters);
      const browser = new Browser(door(issuer, "handle"), base);
      const { url } = await browser.submit(await browser.open(request.url), {
        username: "alice",
        password: "alice-password",
      });
      const response = own.parseCallback(url, request.serialize());
      if (pushed) {
        const stranger = await discovered({ dpop: await dpopProofs() });
        await assert.rejects(stranger.own.exchangeCode(response), { code: "oauth_error" });
        return;
      }
      const tokens = await own.exchangeCode(response);
      assert.equal(tokens.tokenType, "DPoP");
      assert.equal((await own.userInfo(tokens)).sub, "user_alice");
      const answered = await fetchWithToken(own, tokens, own.server.userinfoEndpoint);
      assert.equal((await answered.json()).sub, "user_alice");
      const fresh = await own.refresh(tokens);
      assert.equal(fresh.tokenType, "DPoP");
      assert.ok(calls.filter((url) => url.endsWith("/token")).length >= 3, "a nonce was demanded");
      // Without the key they are of no use.
      const { own: thief } = await discovered({ dpop: await dpopProofs() });
      await assert.rejects(thief.userInfo(fresh.accessToken), { code: "oauth_error" });
    });
  }
});
