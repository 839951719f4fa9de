import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Client, InvalidArgumentError, clientSecretJwt, federatedToken, privateKeyJwt } from "eiam-token";
import { algorithms, isSignedBy, keyPair, parts } from "./support/jwt.mjs";
import { json, mockFetch } from "./support/mock-fetch.mjs";

const ISSUER = "https://as.example";
const SECRET = "CSsecret+/=&ü";
const TOKENS = '{"token_type":"Bearer","access_token":"ATaccess"}';
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const { subtle } = crypto;
const keys = Object.fromEntries(await Promise.all(algorithms.map(async (alg) => [alg, await keyPair(alg)])));

function client(fetch, authentication, metadata = {}) {
  return new Client({
    server: {
      issuer: ISSUER,
      authorizationEndpoint: `${ISSUER}/authorize`,
      tokenEndpoint: `${ISSUER}/token`,
      deviceAuthorizationEndpoint: `${ISSUER}/device`,
      userinfoEndpoint: `${ISSUER}/userinfo`,
      revocationEndpoint: `${ISSUER}/revoke`,
      introspectionEndpoint: `${ISSUER}/introspect`,
      endSessionEndpoint: `${ISSUER}/logout`,
      ...metadata,
    },
    clientId: "app_machine",
    authentication,
    fetch,
  });
}

/** The assertion of a request that was sent; it is the only thing that authenticates. */
function assertionIn({ body, headers }) {
  const form = new URLSearchParams(body);
  assert.equal(form.get("client_assertion_type"), ASSERTION_TYPE);
  assert.equal(form.getAll("client_assertion").length, 1);
  assert.equal(form.get("client_id"), "app_machine");
  assert.equal(form.get("client_secret"), null);
  assert.equal(headers.authorization, undefined);
  return form.get("client_assertion");
}

/** The assertion that a client authenticates a token request with. */
async function asserted(authentication, metadata) {
  const fetch = mockFetch(json(TOKENS));
  await client(fetch, authentication, metadata).clientCredentials();
  return assertionIn(fetch.calls[0]);
}

/** OpenID Connect Core section 9, RFC 7523 section 3. */
function checkClaims(claims, audience = ISSUER) {
  const { jti, iat, exp, ...rest } = claims;
  assert.deepEqual(rest, { iss: "app_machine", sub: "app_machine", aud: audience });
  assert.match(jti, /^[\w-]{22}$/);
  assert.ok(Number.isInteger(iat) && Math.abs(iat - Date.now() / 1000) < 5, `${iat}`);
  assert.equal(exp, iat + 60);
}

describe("client_secret_jwt", () => {
  test("header, claims, and HMAC with SHA-256 by the secret", async () => {
    const { header, claims, input, signature } = parts(await asserted(clientSecretJwt(SECRET)));
    assert.deepEqual(header, { alg: "HS256", typ: "JWT" });
    checkClaims(claims);
    assert.deepEqual(signature, createHmac("sha256", SECRET).update(input).digest());
  });

  test("an empty secret is refused", () => {
    for (const secret of ["", undefined, null]) {
      assert.throws(() => clientSecretJwt(secret), { code: "invalid_argument", argument: "clientSecret" });
    }
  });
});

describe("private_key_jwt", () => {
  for (const alg of algorithms) {
    test(`${alg}: header, claims, and a signature of the key`, async () => {
      const { privateKey, publicKey } = keys[alg];
      assert.equal(privateKey.extractable, false);
      const assertion = await asserted(privateKeyJwt({ key: privateKey }));
      const { header, claims } = parts(assertion);
      assert.deepEqual(header, { alg, typ: "JWT" });
      checkClaims(claims);
      assert.ok(await isSignedBy(publicKey, alg, assertion));
      const others = await keyPair(alg);
      assert.ok(!(await isSignedBy(others.publicKey, alg, assertion)));
    });
  }

  test("keyId is in the header", async () => {
    const authentication = privateKeyJwt({ key: keys.ES256.privateKey, keyId: 'key "1"' });
    const { header } = parts(await asserted(authentication));
    assert.deepEqual(header, { alg: "ES256", typ: "JWT", kid: 'key "1"' });
  });

  test("whether a key is extractable does not matter", async () => {
    const { privateKey } = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    assert.equal(privateKey.extractable, true);
    assert.ok(await asserted(privateKeyJwt({ key: privateKey })));
  });

  test("keys that sign none of these are refused", async () => {
    const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
    const pairs = await Promise.all([
      subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]),
      subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", hash: "SHA-1", ...rsa }, false, ["sign", "verify"]),
      subtle.generateKey({ name: "RSA-PSS", hash: "SHA-1", ...rsa }, false, ["sign", "verify"]),
      subtle.generateKey({ name: "RSA-OAEP", hash: "SHA-256", ...rsa }, false, ["encrypt", "decrypt"]),
    ]);
    const hmac = await subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
    const wrong = [...pairs.map(({ privateKey }) => privateKey), hmac];
    for (const { publicKey } of Object.values(keys)) wrong.push(publicKey);
    for (const key of wrong) {
      const refused = { name: "InvalidArgumentError", code: "invalid_argument", argument: "key" };
      assert.throws(() => privateKeyJwt({ key }), refused, `${key.algorithm.name} ${key.type}`);
    }
  });

  test("what is no key at all is refused", () => {
    for (const key of [undefined, null, {}, "-----BEGIN PRIVATE KEY-----", { kty: "EC", crv: "P-256", d: "x" }]) {
      assert.throws(() => privateKeyJwt({ key }), { code: "invalid_argument", argument: "key" });
    }
  });
});

describe("whom an assertion is for", () => {
  const { privateKey: key } = keys.ES256;

  for (const [name, make] of [
    ["client_secret_jwt", (options) => clientSecretJwt(SECRET, options)],
    ["private_key_jwt", (options) => privateKeyJwt({ key, ...options })],
  ]) {
    test(`${name}: the issuer, else the token endpoint, or what was asked for`, async () => {
      const audience = async (...args) => parts(await asserted(...args)).claims.aud;
      assert.equal(await audience(make()), ISSUER);
      assert.equal(await audience(make(), { issuer: undefined }), `${ISSUER}/token`);
      assert.equal(await audience(make({ audience: `${ISSUER}/token` })), `${ISSUER}/token`);
      assert.equal(await audience(make({ audience: undefined })), ISSUER);
    });
  }
});

describe("which requests have an assertion", () => {
  const { privateKey: key, publicKey } = keys.EdDSA;
  const DEVICE =
    '{"device_code":"DC","user_code":"B","verification_uri":"https://as.example/device","expires_in":60,"interval":0}';
  const pending = () => json('{"error":"authorization_pending"}', { status: 400 });

  test("every form, each a new one", async () => {
    const fetch = mockFetch(
      ...Array.from({ length: 4 }, () => json(TOKENS)),
      json("{}"),
      json('{"active":true}'),
      json(DEVICE),
      pending(),
      pending(),
      json(TOKENS),
    );
    const rp = client(fetch, privateKeyJwt({ key, keyId: "k" }));
    const request = rp.authorizationRequest({ redirectUri: "https://app.example/cb" });
    const state = new URL(request.url).searchParams.get("state");
    await rp.exchangeCode(rp.parseCallback(`?code=CO&state=${state}`, request));
    await rp.refresh("RT");
    await rp.clientCredentials({ scope: "s", extra: { resource: "https://api.example" } });
    await rp.password({ username: "a", password: "p" });
    await rp.revoke("AT", { tokenTypeHint: "access_token" });
    await rp.introspect("AT");
    await rp.pollDevice(await rp.deviceAuthorize({ scope: "openid" }));
    assert.deepEqual(
      fetch.calls.map(({ url }) => url.slice(ISSUER.length)),
      ["/token", "/token", "/token", "/token", "/revoke", "/introspect", "/device", "/token", "/token", "/token"],
    );
    const jtis = new Set();
    for (const call of fetch.calls) {
      const assertion = assertionIn(call);
      const { header, claims } = parts(assertion);
      assert.equal(header.kid, "k");
      checkClaims(claims);
      assert.ok(await isSignedBy(publicKey, "EdDSA", assertion));
      jtis.add(claims.jti);
    }
    assert.equal(jtis.size, fetch.calls.length);
  });

  test("a thousand assertions have a thousand names", async () => {
    const rp = client(mockFetch(), clientSecretJwt(SECRET));
    const request = rp.tokenRequest.clientCredentials();
    const made = await Promise.all(Array.from({ length: 1000 }, () => rp.withAssertion(request)));
    const jtis = made.map(({ body }) => parts(new URLSearchParams(body).get("client_assertion")).claims.jti);
    assert.equal(new Set(jtis).size, 1000);
  });

  test("no page, no userinfo, no logout", async () => {
    const fetch = mockFetch(json('{"sub":"user_a"}'));
    const rp = client(fetch, clientSecretJwt(SECRET));
    await rp.userInfo("ATx");
    const [{ method, url, body, headers }] = fetch.calls;
    assert.deepEqual([method, url, body], ["GET", `${ISSUER}/userinfo`, undefined]);
    assert.equal(headers.authorization, "Bearer ATx");
    const page = rp.authorizationRequest({ redirectUri: "https://app.example/cb" }).url;
    for (const url of [page, rp.logoutUrl()]) assert.doesNotMatch(url, /assertion|secret/i);
  });

  test("no caller can set what authenticates", async () => {
    const rp = client(mockFetch(), clientSecretJwt(SECRET));
    for (const name of ["client_assertion", "client_assertion_type", "client_id", "client_secret"]) {
      const call = rp.clientCredentials({ extra: { [name]: "x" } });
      await assert.rejects(call, { code: "invalid_argument", argument: "extra" }, name);
    }
  });

  test("withAssertion adds it to a request that was made apart", async () => {
    const rp = client(mockFetch(), privateKeyJwt({ key }));
    const request = rp.tokenRequest.refreshToken("RT1", { scope: "a b" });
    assert.doesNotMatch(request.body, /assertion/);
    const authenticated = await rp.withAssertion(request);
    assert.doesNotMatch(request.body, /assertion/, "the request itself stays as it was");
    assert.deepEqual({ ...authenticated }, { method: "POST", url: `${ISSUER}/token` });
    assert.deepEqual(authenticated.headers, request.headers);
    assert.ok(authenticated.body.startsWith(`${request.body}&client_assertion_type=`));
    checkClaims(parts(assertionIn(authenticated)).claims);

    const page = rp.userInfoRequest("ATx");
    assert.equal(await rp.withAssertion(page), page);
    const secret = client(mockFetch(), { method: "client_secret_post", clientSecret: "CS" });
    const post = secret.tokenRequest.clientCredentials();
    assert.equal(await secret.withAssertion(post), post);
  });

  test("where crypto.subtle is missing, that is said and nothing is sent", async (t) => {
    const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
    t.after(() => Object.defineProperty(globalThis, "crypto", own));
    const getRandomValues = crypto.getRandomValues.bind(crypto);
    const fetch = mockFetch();
    const clients = [clientSecretJwt(SECRET), privateKeyJwt({ key })].map((way) => client(fetch, way));
    Object.defineProperty(globalThis, "crypto", { value: { getRandomValues }, configurable: true });
    for (const rp of clients) {
      await assert.rejects(rp.clientCredentials(), { code: "not_supported", endpoint: "crypto.subtle" });
    }
    assert.deepEqual(fetch.calls, []);
  });
});

describe("what a careless developer prints", () => {
  const { privateKey: key } = keys.RS256;

  function printed(value) {
    return [
      inspect(value, { showHidden: true, depth: 12, getters: true }),
      String(value),
      JSON.stringify(value),
      JSON.stringify({ ...value }),
    ].join("\n");
  }

  test("an authentication shows its method and no secret", () => {
    for (const [authentication, method] of [
      [clientSecretJwt(SECRET), "client_secret_jwt"],
      [privateKeyJwt({ key }), "private_key_jwt"],
    ]) {
      assert.equal(authentication.method, method);
      assert.ok(Object.isFrozen(authentication));
      assert.deepEqual({ ...authentication }, { method });
      assert.doesNotMatch(printed(authentication), /CSsecret/);
    }
  });

  test("neither does a client, nor its requests, nor what they become", async () => {
    const ways = [
      clientSecretJwt(SECRET),
      privateKeyJwt({ key }),
      { method: "client_secret_post", clientSecret: SECRET },
      { method: "client_secret_basic", clientSecret: SECRET },
    ];
    const encoded = [SECRET, encodeURIComponent(SECRET), btoa(`app_machine:${encodeURIComponent(SECRET)}`)];
    for (const authentication of ways) {
      const rp = client(mockFetch(), authentication);
      const request = rp.tokenRequest.clientCredentials();
      const authenticated = await rp.withAssertion(request);
      for (const value of [rp, [rp], request, authenticated, rp.withAssertion(request)]) {
        const text = printed(value);
        for (const secret of [...encoded, ...encoded.map((text) => text.slice(0, 8)), "eyJ"]) {
          assert.ok(!text.includes(secret), `${authentication.method}: ${secret}`);
        }
      }
    }
  });

  test("an error of a refused assertion has none of it", async () => {
    const fetch = mockFetch(json('{"error":"invalid_client"}', { status: 401 }));
    const call = client(fetch, clientSecretJwt(SECRET)).clientCredentials();
    await assert.rejects(call, (error) => {
      assert.equal(error.error, "invalid_client");
      assert.doesNotMatch(`${printed(error)}${error.stack}`, /CSsecret|eyJ/);
      return true;
    });
  });

  test("InvalidArgumentError of a wrong key does not show the key", () => {
    assert.throws(
      () => privateKeyJwt({ key: { algorithm: { name: "secret" }, usages: [], d: "CSsecret" } }),
      (error) => error instanceof InvalidArgumentError && !printed(error).includes("CSsecret"),
    );
  });
});

describe("tokens of another issuer (EIAM's id-token-bearer)", () => {
  const form = (fetch) => Object.fromEntries(new URLSearchParams(fetch.calls[0].body));

  test("the request has the token, its type and the name of the credential, and no secret", async () => {
    const fetch = mockFetch(json(TOKENS));
    await client(fetch, federatedToken({ credential: "a&b", token: () => "e.y.J\n" })).clientCredentials();
    assert.deepEqual(form(fetch), {
      client_id: "app_machine",
      grant_type: "client_credentials",
      client_assertion_type: "urn:cloud:idaas:params:oauth:client-assertion-type:id-token-bearer",
      client_assertion: "e.y.J",
      application_federated_credential_name: "a&b",
    });
    assert.equal(fetch.calls[0].headers.authorization, undefined);
  });

  test("what is no name, no function and no token is refused, before anything is sent", async () => {
    for (const [options, argument] of [
      [undefined, "credential"],
      [{ credential: "", token: () => "t" }, "credential"],
      [{ credential: "c", token: "t" }, "token"],
    ]) {
      assert.throws(() => federatedToken(options), { code: "invalid_argument", argument });
    }
    const failure = new Error("CSsecret");
    for (const token of [() => "", () => " \n", () => undefined, () => 7, () => Promise.reject(failure)]) {
      const fetch = mockFetch();
      const call = client(fetch, federatedToken({ credential: "c", token })).clientCredentials();
      await assert.rejects(call, (error) => {
        assert.deepEqual([error.code, error.argument], ["invalid_argument", "token"]);
        assert.doesNotMatch(`${error.message}${JSON.stringify(error)}`, /CSsecret/);
        return true;
      });
      assert.equal(fetch.calls.length, 0);
    }
  });

  test("consoles and JSON do not show the token", () => {
    const authentication = federatedToken({ credential: "c", token: () => "CSsecret" });
    assert.doesNotMatch(inspect(authentication, { depth: 9 }) + JSON.stringify(authentication), /CSsecret|token:/);
  });
});
