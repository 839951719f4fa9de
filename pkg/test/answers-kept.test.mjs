// What clients and applications are told of a refusal, and what copied metadata remember.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, discoverServer } from "eiam-token";
import { json, mockFetch } from "./support/mock-fetch.mjs";

const server = { issuer: "https://as.example", tokenEndpoint: "https://as.example/token" };
const authorizationEndpoint = "https://as.example/authorize";

test("an error has all members of a challenge", async () => {
  const headers = {
    "www-authenticate":
      'Bearer realm="api", error="insufficient_claims", claims="eyJh", acr_values="a b", max_age=5, __proto__="x"',
  };
  const client = new Client({ server, clientId: "app", fetch: mockFetch(new Response("", { status: 401, headers })) });
  await assert.rejects(client.refresh("RT"), ({ code, error, members }) => {
    assert.deepEqual([code, error], ["oauth_error", "insufficient_claims"]);
    const { realm, claims, acr_values, max_age } = members;
    assert.deepEqual(
      { realm, claims, acr_values, max_age },
      { realm: "api", claims: "eyJh", acr_values: "a b", max_age: "5" },
    );
    return true;
  });
});

test("an error has all members of a callback", () => {
  const client = new Client({ server: { ...server, authorizationEndpoint }, clientId: "app" });
  const request = client.authorizationRequest({ redirectUri: "https://app.example/cb", scope: "read" });
  const state = new URL(request.url).searchParams.get("state");
  const refused = new URLSearchParams({ error: "access_denied", error_reason: "user_denied", suberror: "x", state });
  assert.throws(
    () => client.parseCallback(`?${refused}`, request),
    ({ error, members }) => {
      assert.equal(error, "access_denied");
      assert.deepEqual(members, { error: "access_denied", error_reason: "user_denied", suberror: "x", state });
      return true;
    },
  );
});

test("a callback is read in a time that grows with its length", () => {
  const client = new Client({ server: { ...server, authorizationEndpoint }, clientId: "app" });
  const request = client.authorizationRequest({ redirectUri: "https://app.example/cb", scope: "read" });
  const state = new URL(request.url).searchParams.get("state");
  // With work that grows with the square, this would take minutes.
  for (const long of ["=".repeat(900_000), `x=${"%=".repeat(400_000)}`, "x=%&".repeat(200_000)]) {
    assert.ok(client.parseCallback(`?code=CO&state=${state}&${long}`, request));
  }
  assert.throws(() => client.parseCallback(`?code=C%&state=${state}&x=====`, request), { parameter: "code" });
});

test("another client of the same metadata gets the same errors", async () => {
  const metadata = {
    issuer: server.issuer,
    token_endpoint: server.tokenEndpoint,
    authorization_endpoint: authorizationEndpoint,
    jwks_uri: "http://as.example/keys",
    require_pushed_authorization_requests: true,
  };
  const found = await discoverServer(server.issuer, { fetch: mockFetch(json(JSON.stringify(metadata))) });
  const first = new Client({ server: found, clientId: "app" });
  for (const client of [first, new Client({ server: first.server, clientId: "other" })]) {
    const asked = { redirectUri: "https://app.example/cb", scope: "openid" };
    assert.throws(() => client.authorizationRequest(asked), { code: "not_supported" });
    assert.throws(() => new Client({ server: client.server, clientId: "app", idTokenSignature: "jwks" }), {
      code: "malformed_response",
      path: "$.jwks_uri",
    });
  }
});
