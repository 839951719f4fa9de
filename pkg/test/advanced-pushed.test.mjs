import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Client,
  MalformedResponseError,
  NotSupportedError,
  OAuthError,
  clientSecretJwt,
  parsePushedAuthorization,
  prepareSignIn,
  pushAuthorizationRequest,
  pushedRequest,
} from "eiam-token";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import { Browser, door } from "./support/issuer-browser.mjs";
import { json, mockFetch } from "./support/mock-fetch.mjs";

const ISSUER = "https://as.example";
const REDIRECT = "https://app.example/cb";
const URN = "urn:ietf:params:oauth:request_uri:6esc";
const ANSWER = `{"request_uri":"${URN}","expires_in":90}`;
const wanted = { redirectUri: REDIRECT, scope: "openid" };

function client(fetch, options = {}, metadata = {}) {
  return new Client({
    server: {
      issuer: ISSUER,
      authorizationEndpoint: `${ISSUER}/authorize`,
      tokenEndpoint: `${ISSUER}/token`,
      pushedAuthorizationRequestEndpoint: `${ISSUER}/par`,
      ...metadata,
    },
    clientId: "app web",
    fetch,
    ...options,
  });
}

const basic = { authentication: { method: "client_secret_basic", clientSecret: "CSsecret" } };

describe("RFC 9126: pushed authorization requests", () => {
  test("section 2.1: the form has the parameters of the request, and the client's id once", async () => {
    for (const options of [{}, basic, { authentication: clientSecretJwt("CSsecret") }]) {
      const fetch = mockFetch(json(ANSWER, { status: 201 }));
      const own = client(fetch, options);
      const resource = ["https://a.example/", "https://b.example/"];
      await pushAuthorizationRequest(own, { ...wanted, resource, extra: { tag: "ä&=" } });
      const [{ url, method, body, headers }] = fetch.calls;
      assert.deepEqual([url, method], [`${ISSUER}/par`, "POST"]);
      const form = new URLSearchParams(body);
      const { redirect_uri, response_type, scope, tag, code_challenge_method } = Object.fromEntries(form);
      assert.deepEqual([redirect_uri, response_type, scope, tag], [REDIRECT, "code", "openid", "ä&="]);
      assert.equal(code_challenge_method, "S256");
      assert.deepEqual(form.getAll("resource"), resource);
      assert.deepEqual(form.getAll("client_id"), ["app web"]);
      assert.equal(headers.authorization !== undefined, options === basic);
      assert.equal(form.has("client_assertion"), options.authentication?.method === "client_secret_jwt");
    }
  });

  test("section 4: the browser's URL has the id and the reference alone", async () => {
    for (const [page, expected] of [
      [`${ISSUER}/authorize`, `${ISSUER}/authorize?`],
      [`${ISSUER}/authorize?tenant=7&client_id=other`, `${ISSUER}/authorize?tenant=7&client_id=other&`],
    ]) {
      const fetch = mockFetch(json(ANSWER, { status: 201 }));
      const own = client(fetch, basic, { authorizationEndpoint: page });
      const request = await pushAuthorizationRequest(own, wanted);
      assert.equal(request.url, `${expected}client_id=app+web&request_uri=${encodeURIComponent(URN)}`);
      assert.equal(request.expiresIn, 90n);
      // What the endpoint's own URL has is no parameter of the request.
      const form = new URLSearchParams(fetch.calls[0].body);
      assert.deepEqual([form.get("tenant"), form.getAll("client_id")], [null, ["app web"]]);
      const { state } = JSON.parse(request.serialize());
      assert.equal(form.get("state"), state);
      own.parseCallback(`${REDIRECT}?code=CO1&state=${state}`, request.serialize());
    }
  });

  test("the pair of functions does the same", () => {
    const own = client();
    const request = own.authorizationRequest(wanted);
    const { url, body } = pushedRequest(own, request);
    assert.equal(url, `${ISSUER}/par`);
    assert.equal(new URLSearchParams(body).get("state"), new URL(request.url).searchParams.get("state"));
    const pushed = parsePushedAuthorization(own, request, { status: 201, body: ANSWER });
    assert.equal(pushed.serialize(), request.serialize());
    const other = client(undefined, { clientId: "other" });
    assert.throws(() => pushedRequest(other, request), { code: "invalid_argument", argument: "request" });
  });

  test("section 2.3: refusals, and answers that are none", async () => {
    for (const [answer, kind, path] of [
      [json('{"error":"invalid_request","error_description":"no"}', { status: 400 }), OAuthError],
      [json('{"request_uri":""}', { status: 201 }), MalformedResponseError, "$.request_uri"],
      [json('{"request_uri":7}', { status: 201 }), MalformedResponseError, "$.request_uri"],
      [json('{"request_uri":"a","request_uri":"b"}', { status: 201 }), MalformedResponseError, "$.request_uri"],
      [json('{"request_uri":"a","expires_in":-1}', { status: 201 }), MalformedResponseError, "$.expires_in"],
      [json("{}", { status: 201 }), MalformedResponseError, "$.request_uri"],
    ]) {
      await assert.rejects(pushAuthorizationRequest(client(mockFetch(answer)), wanted), (error) => {
        assert.ok(error instanceof kind, String(error));
        assert.equal(error.path, path);
        return true;
      });
    }
  });

  test("a server without the endpoint", async () => {
    const own = client(mockFetch(), {}, { pushedAuthorizationRequestEndpoint: undefined });
    await assert.rejects(pushAuthorizationRequest(own, wanted), {
      code: "not_supported",
      endpoint: "pushed_authorization_request_endpoint",
    });
  });

  test("nothing of the request is in what consoles show", async () => {
    const request = await pushAuthorizationRequest(client(mockFetch(json(ANSWER, { status: 201 }))), wanted);
    assert.ok(!JSON.stringify(request).includes(JSON.parse(request.serialize()).code_verifier));
  });
});

describe("RFC 9126 section 5: a server that takes pushed requests alone", async () => {
  const base = "http://127.0.0.1:9400";
  const example = exampleConfig(base);
  const applications = example.applications.map((application) => ({
    ...application,
    requirePushedAuthorizationRequests: true,
  }));
  const issuer = await Issuer.create({ ...example, applications });
  const fetch = (url, init) => issuer.fetch(new Request(url, init));
  const discovered = () => Client.discover(`${base}/v2/idaas_example/app_spa/oidc`, { clientId: "app_spa", fetch });
  const parameters = { redirectUri: "http://localhost:8600/callback", scope: "openid" };

  test("a plain request is refused before anybody is sent there", async () => {
    const own = await discovered();
    assert.equal(own.server.requirePushedAuthorizationRequests, true);
    assert.throws(
      () => own.authorizationRequest(parameters),
      (error) => {
        assert.ok(error instanceof NotSupportedError);
        assert.match(error.message, /prepareSignIn/);
        return true;
      },
    );
  });

  test("prepareSignIn pushes by itself, and the sign-in ends with tokens", async () => {
    const own = await discovered();
    const request = await prepareSignIn(own, parameters);
    assert.deepEqual([...new URL(request.url).searchParams.keys()], ["client_id", "request_uri"]);
    const browser = new Browser(door(issuer, "handle"), base);
    const page = await browser.open(request.url);
    const { url } = await browser.submit(page, { username: "alice", password: "alice-password" });
    const tokens = await own.exchangeCode(own.parseCallback(url, request.serialize()));
    assert.equal(tokens.claims.sub, "user_alice");
  });

  test("it pushes nothing where the server does not demand it, unless it is told to", async () => {
    const plain = await prepareSignIn(client(mockFetch()), wanted);
    assert.ok(plain.url.includes("state="));
    const pushed = await prepareSignIn(client(mockFetch(json(ANSWER, { status: 201 }))), wanted, { pushed: true });
    assert.ok(!pushed.url.includes("state="));
  });
});
