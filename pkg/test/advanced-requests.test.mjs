import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Client,
  authorizationDetails,
  grantedDetails,
  parseTokenResponse,
  pushAuthorizationRequest,
  signAuthorizationRequest,
} from "eiam-token";
import { algorithms, isSignedBy, keyPair, parts } from "./support/jwt.mjs";
import { json, mockFetch } from "./support/mock-fetch.mjs";

const ISSUER = "https://as.example";
const REDIRECT = "https://app.example/cb";
const wanted = { redirectUri: REDIRECT, scope: "openid" };
const { publicKey, privateKey: key } = await keyPair("ES256");

function client(fetch, metadata = {}) {
  return new Client({
    server: {
      issuer: ISSUER,
      authorizationEndpoint: `${ISSUER}/authorize?tenant=7`,
      tokenEndpoint: `${ISSUER}/token`,
      pushedAuthorizationRequestEndpoint: `${ISSUER}/par`,
      ...metadata,
    },
    clientId: "app",
    fetch,
  });
}

const requestIn = (url) => parts(new URL(url).searchParams.get("request"));

describe("RFC 9101: requests that the client signs", () => {
  for (const alg of algorithms) {
    test(`${alg}: section 4, header, claims, and a signature of the key`, async () => {
      const pair = await keyPair(alg);
      const signed = await signAuthorizationRequest(client(), wanted, { key: pair.privateKey, keyId: "k" });
      const jwt = new URL(signed.url).searchParams.get("request");
      const { header, claims } = parts(jwt);
      assert.deepEqual(header, { alg, typ: "oauth-authz-req+jwt", kid: "k" });
      const { iat, nbf, exp, jti, state, nonce, code_challenge, ...others } = claims;
      assert.deepEqual(others, {
        iss: "app",
        aud: ISSUER,
        client_id: "app",
        response_type: "code",
        redirect_uri: REDIRECT,
        scope: "openid",
        code_challenge_method: "S256",
      });
      assert.deepEqual([nbf, exp], [iat, iat + 60]);
      assert.match(jti, /^[\w-]{22}$/);
      const kept = JSON.parse(signed.serialize());
      assert.deepEqual([kept.state, kept.nonce], [state, nonce]);
      assert.ok(code_challenge);
      assert.ok(await isSignedBy(pair.publicKey, alg, jwt));
    });
  }

  test("section 5: the URL has the client's id and the signed request alone", async () => {
    const { url } = await signAuthorizationRequest(client(), wanted, { key });
    assert.deepEqual([...new URL(url).searchParams.keys()], ["tenant", "client_id", "request"]);
  });

  test("section 4: numbers, JSON and lists are what they are", async () => {
    const resource = ["https://a.example/", "https://b.example/"];
    const details = [{ type: "payment", amount: "1" }];
    const parameters = {
      ...wanted,
      maxAge: 60,
      claims: { userinfo: { email: null } },
      resource,
      extra: { ...authorizationDetails(details), more: "7" },
    };
    const { claims } = requestIn((await signAuthorizationRequest(client(), parameters, { key })).url);
    assert.deepEqual(
      [claims.max_age, claims.claims, claims.resource, claims.authorization_details, claims.more],
      [60, parameters.claims, resource, details, "7"],
    );
    const one = await signAuthorizationRequest(client(), { ...wanted, resource: resource[0] }, { key });
    assert.equal(requestIn(one.url).claims.resource, resource[0]);
  });

  test("parameters cannot replace what is signed about the client", async () => {
    const extra = { iss: "other", aud: "other", exp: "9999999999", jti: "x" };
    const { claims } = requestIn((await signAuthorizationRequest(client(), { ...wanted, extra }, { key })).url);
    assert.deepEqual([claims.iss, claims.aud], ["app", ISSUER]);
    assert.ok(claims.exp < 9999999999 && claims.jti !== "x");
    for (const name of ["request", "request_uri", "sub"]) {
      const parameters = { ...wanted, extra: { [name]: "x" } };
      const expected = { code: "invalid_argument", argument: "parameters" };
      await assert.rejects(signAuthorizationRequest(client(), parameters, { key }), expected);
    }
  });

  test("a request that was made before, and one that is pushed (RFC 9126 section 3)", async () => {
    const fetch = mockFetch(json('{"request_uri":"urn:x","expires_in":60}', { status: 201 }));
    const own = client(fetch);
    const request = own.authorizationRequest(wanted);
    const signed = await signAuthorizationRequest(own, request, { key, lifetime: 300 });
    assert.equal(signed.serialize(), request.serialize());
    const pushed = await pushAuthorizationRequest(own, signed);
    assert.equal(pushed.serialize(), request.serialize());
    const form = new URLSearchParams(fetch.calls[0].body);
    assert.deepEqual([...form.keys()].sort(), ["client_id", "request"]);
    const { claims } = parts(form.get("request"));
    assert.equal(claims.exp, claims.iat + 300);
    assert.ok(await isSignedBy(publicKey, "ES256", form.get("request")));
  });

  test("what cannot be signed", async () => {
    for (const [parameters, signing, argument] of [
      [wanted, undefined, "key"],
      [wanted, { key: publicKey }, "key"],
      [wanted, { key, keyId: 7 }, "keyId"],
      [wanted, { key, lifetime: -1 }, "lifetime"],
      [{ ...wanted, redirectUri: undefined }, { key }, "redirectUri"],
      [{ ...wanted, extra: { authorization_details: "no JSON" } }, { key }, "authorization_details"],
    ]) {
      const expected = { code: "invalid_argument", argument };
      await assert.rejects(signAuthorizationRequest(client(), parameters, signing), expected);
    }
    await assert.rejects(signAuthorizationRequest(client(undefined, { issuer: undefined }), wanted, { key }), {
      code: "not_supported",
      endpoint: "issuer",
    });
  });
});

describe("RFC 9396: authorization details", () => {
  test("section 2: as a parameter of requests", async () => {
    const details = [
      { type: "payment", actions: ["initiate"], locations: ["https://a.example/"], amount: "12.50" },
      { type: "account", identifier: "DE1", datatypes: ["balance"], privileges: ["read"] },
    ];
    const fetch = mockFetch(json('{"token_type":"Bearer","access_token":"AT"}'));
    await client(fetch).clientCredentials({ extra: { ...authorizationDetails(details) } });
    const form = new URLSearchParams(fetch.calls[0].body);
    assert.deepEqual(JSON.parse(form.get("authorization_details")), details);
    const { url } = client().authorizationRequest({ ...wanted, extra: { ...authorizationDetails(details) } });
    assert.deepEqual(JSON.parse(new URL(url).searchParams.get("authorization_details")), details);
  });

  const faulty = [
    [[7], "[0]"],
    [[null], "[0]"],
    [[[]], "[0]"],
    [[{ type: "a" }, {}], "[1].type"],
    [[{ type: "" }], "[0].type"],
    [[{ type: 7 }], "[0].type"],
    [[{ type: "a", actions: "read" }], "[0].actions"],
    [[{ type: "a", locations: [7] }], "[0].locations"],
    [[{ type: "a", datatypes: {} }], "[0].datatypes"],
    [[{ type: "a", privileges: [null] }], "[0].privileges"],
    [[{ type: "a", identifier: 7 }], "[0].identifier"],
  ];

  test("section 2: what is no detail is refused, and the place is named", () => {
    for (const [details, place] of faulty) {
      assert.throws(
        () => authorizationDetails(details),
        (error) => {
          assert.deepEqual([error.code, error.argument], ["invalid_argument", "authorizationDetails"]);
          assert.ok(error.message.includes(`${place}:`), error.message);
          return true;
        },
      );
    }
    for (const details of [undefined, [], "x", { type: "a" }, [{ type: "a", more: 1n }]]) {
      assert.throws(() => authorizationDetails(details), { argument: "authorizationDetails" });
    }
  });

  test("section 7: what tokens allow", () => {
    const tokens = (details) =>
      parseTokenResponse(JSON.stringify({ token_type: "Bearer", access_token: "AT", authorization_details: details }));
    assert.deepEqual(grantedDetails(tokens([{ type: "a", more: { b: 1 } }])), [{ type: "a", more: { b: 1 } }]);
    assert.deepEqual(grantedDetails(tokens([])), []);
    assert.equal(grantedDetails(tokens(undefined)), undefined);
    assert.equal(grantedDetails(tokens(null)), undefined);
    for (const [details, place] of [...faulty, [{}, ""], ["x", ""]]) {
      const expected = { code: "malformed_response", path: `$.authorization_details${place}` };
      assert.throws(() => grantedDetails(tokens(details)), expected);
    }
  });
});
