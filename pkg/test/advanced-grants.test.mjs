import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Client,
  TokenType,
  clientSecretJwt,
  dpopProofs,
  exchangeToken,
  jwtBearer,
  jwtBearerRequest,
  parseTokenExchange,
  signJwtAssertion,
  tokenExchangeRequest,
} from "eiam-token";
import { algorithms, isSignedBy, keyPair, parts } from "./support/jwt.mjs";
import { json, mockFetch } from "./support/mock-fetch.mjs";

const ISSUER = "https://as.example";
const EXCHANGED = `{"token_type":"Bearer","access_token":"ATnew","expires_in":60,"issued_token_type":"${TokenType.accessToken}"}`;
const subject = { subjectToken: "ATold", subjectTokenType: TokenType.accessToken };

function client(fetch, options = {}) {
  return new Client({
    server: { issuer: ISSUER, tokenEndpoint: `${ISSUER}/token` },
    clientId: "app",
    fetch,
    ...options,
  });
}

const formOf = ({ body }) => [...new URLSearchParams(body)];

describe("RFC 8693: token exchange", () => {
  test("section 2.1: the parameters", async () => {
    const fetch = mockFetch(json(EXCHANGED));
    const { tokens, issuedTokenType } = await exchangeToken(client(fetch), {
      ...subject,
      actorToken: "ATactor",
      actorTokenType: TokenType.jwt,
      requestedTokenType: TokenType.accessToken,
      audience: ["orders", "bills & more"],
      resource: ["https://a.example/", "https://b.example/"],
      scope: "read",
      extra: { more: "1" },
    });
    assert.deepEqual([tokens.accessToken, issuedTokenType], ["ATnew", TokenType.accessToken]);
    assert.equal(tokens.expiresIn, 60n);
    const sorted = (pairs) => pairs.map((pair) => pair.join("=")).sort();
    assert.deepEqual(
      sorted(formOf(fetch.calls[0])),
      sorted([
        ["grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"],
        ["subject_token", "ATold"],
        ["subject_token_type", TokenType.accessToken],
        ["actor_token", "ATactor"],
        ["actor_token_type", TokenType.jwt],
        ["requested_token_type", TokenType.accessToken],
        ["scope", "read"],
        ["resource", "https://a.example/"],
        ["resource", "https://b.example/"],
        ["more", "1"],
        ["client_id", "app"],
        ["audience", "orders"],
        ["audience", "bills & more"],
      ]),
    );
  });

  test("one audience as a text, and an assertion of the client", async () => {
    const fetch = mockFetch(json(EXCHANGED));
    const own = client(fetch, { authentication: clientSecretJwt("CSsecret") });
    await exchangeToken(own, { ...subject, audience: "orders" });
    const form = new URLSearchParams(fetch.calls[0].body);
    assert.deepEqual(form.getAll("audience"), ["orders"]);
    assert.ok(form.has("client_assertion"));
  });

  test("section 2.1: what is missing or does not belong together", () => {
    for (const [parameters, argument] of [
      [undefined, "subjectToken"],
      [{ ...subject, subjectToken: "" }, "subjectToken"],
      [{ subjectToken: "AT" }, "subjectTokenType"],
      [{ ...subject, actorToken: "AT" }, "actorTokenType"],
      [{ ...subject, actorTokenType: TokenType.jwt }, "actorTokenType"],
      [{ ...subject, audience: [7] }, "audience"],
      [{ ...subject, audience: [""] }, "audience"],
      [{ ...subject, extra: { subject_token: "x" } }, "extra"],
    ]) {
      assert.throws(() => tokenExchangeRequest(client(), parameters), { code: "invalid_argument", argument });
    }
  });

  test("section 2.2: the answer names the kind of the token", async () => {
    for (const answer of [
      '{"token_type":"Bearer","access_token":"AT"}',
      '{"token_type":"Bearer","access_token":"AT","issued_token_type":7}',
      '{"token_type":"Bearer","access_token":"AT","issued_token_type":""}',
    ]) {
      const expected = { code: "malformed_response", path: "$.issued_token_type" };
      await assert.rejects(exchangeToken(client(mockFetch(json(answer))), subject), expected);
      assert.throws(() => parseTokenExchange(client(), { status: 200, body: answer }), expected);
    }
    const refused = json('{"error":"invalid_target"}', { status: 400 });
    await assert.rejects(exchangeToken(client(mockFetch(refused)), subject), { error: "invalid_target" });
  });

  test("section 2.2.1: a token that is no access token, with and without a key", async () => {
    const answer = `{"token_type":"N_A","access_token":"eyJ","issued_token_type":"${TokenType.idToken}"}`;
    for (const options of [{}, { dpop: await dpopProofs() }]) {
      const { tokens, issuedTokenType } = await exchangeToken(client(mockFetch(json(answer)), options), subject);
      assert.deepEqual([tokens.tokenType, issuedTokenType], ["N_A", TokenType.idToken]);
    }
  });
});

describe("RFC 7523: tokens for an assertion", () => {
  test("section 2.1: the parameters", async () => {
    const fetch = mockFetch(json('{"token_type":"Bearer","access_token":"AT"}'));
    const tokens = await jwtBearer(client(fetch), {
      assertion: "a.b.c",
      scope: "read",
      resource: "https://a.example/",
    });
    assert.equal(tokens.accessToken, "AT");
    assert.deepEqual(Object.fromEntries(formOf(fetch.calls[0])), {
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: "a.b.c",
      scope: "read",
      resource: "https://a.example/",
      client_id: "app",
    });
    assert.throws(() => jwtBearerRequest(client(), {}), { code: "invalid_argument", argument: "assertion" });
  });

  for (const alg of algorithms) {
    test(`${alg}: an assertion, section 3`, async () => {
      const { publicKey, privateKey } = await keyPair(alg);
      const jwt = await signJwtAssertion({
        key: privateKey,
        keyId: "k",
        issuer: "hr.example",
        subject: "alice",
        audience: ISSUER,
        lifetime: 30,
        claims: { tenant: 7, iss: "other" },
      });
      const { header, claims } = parts(jwt);
      assert.deepEqual(header, { alg, typ: "JWT", kid: "k" });
      const { iat, exp, jti, ...others } = claims;
      assert.deepEqual(others, { tenant: 7, iss: "hr.example", sub: "alice", aud: ISSUER });
      assert.equal(exp, iat + 30);
      assert.match(jti, /^[\w-]{22}$/);
      assert.ok(await isSignedBy(publicKey, alg, jwt));
    });
  }

  test("an assertion that would say too little is refused", async () => {
    const { publicKey, privateKey: key } = await keyPair("ES256");
    const whole = { key, issuer: "i", subject: "s", audience: "a" };
    for (const [options, argument] of [
      [undefined, "key"],
      [{ ...whole, key: publicKey }, "key"],
      [{ ...whole, issuer: undefined }, "issuer"],
      [{ ...whole, subject: "" }, "subject"],
      [{ ...whole, audience: 7 }, "audience"],
      [{ ...whole, keyId: "" }, "keyId"],
      [{ ...whole, lifetime: 0 }, "lifetime"],
      [{ ...whole, lifetime: 1.5 }, "lifetime"],
    ]) {
      await assert.rejects(signJwtAssertion(options), { code: "invalid_argument", argument });
    }
  });
});

describe("RFC 8707: resources", () => {
  test("several at once, and fewer at a refresh", async () => {
    const tokens = '{"token_type":"Bearer","access_token":"AT","refresh_token":"RT"}';
    const fetch = mockFetch(json(tokens), json(tokens), json(tokens));
    const own = client(fetch);
    const both = ["https://a.example/", "https://b.example/"];
    await own.clientCredentials({ resource: both });
    await own.refresh("RT", { resource: both[1] });
    await own.refresh("RT", { resource: [] });
    const sent = fetch.calls.map(({ body }) => new URLSearchParams(body).getAll("resource"));
    assert.deepEqual(sent, [both, [both[1]], []]);
  });
});
