import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Client,
  Fapi2Client,
  MalformedResponseError,
  NotSupportedError,
  clientSecretJwt,
  discoverServer,
  dpopProofs,
  fetchWithToken,
  prepareSignIn,
  privateKeyJwt,
  secretSignature,
} from "eiam-token";
import { keyPair, parts, signer, signingInput } from "./support/jwt.mjs";
import { json } from "./support/mock-fetch.mjs";

const ISSUER = "https://as.example";
const REDIRECT = "https://app.example/cb";
const wanted = { redirectUri: REDIRECT, scope: "openid" };
const ps256 = await signer("PS256", "ps256");
const rs256 = await signer("RS256", "rs256");
const stranger = await signer("PS256", "ps256");
const { privateKey } = await keyPair("ES256");
const now = () => Math.floor(Date.now() / 1000);

/**
 * A server of FAPI 2.0 that answers as it is told.
 *
 * @param {object} [does] what differs from what is right
 */
function serverThat(does = {}) {
  const seen = { pushed: [], tokens: [], resources: [] };
  const withNonce = (call, answer) => {
    const { claims } = parts(new Headers(call.headers).get("dpop"));
    if (does.nonce === false || claims.nonce === "n1") return answer();
    const headers = { "dpop-nonce": "n1", "www-authenticate": `${does.scheme ?? "DPoP"} error="use_dpop_nonce"` };
    const status = call.url.startsWith(ISSUER) ? 400 : 401;
    return json('{"error":"use_dpop_nonce"}', { status, headers });
  };
  const fetch = async (url, init) => {
    const call = { url, ...init };
    if (url.includes("/.well-known/")) {
      return json(
        JSON.stringify({
          issuer: does.issuer ?? ISSUER,
          authorization_endpoint: `${ISSUER}/authorize`,
          token_endpoint: `${ISSUER}/token`,
          pushed_authorization_request_endpoint: `${ISSUER}/par`,
          jwks_uri: `${ISSUER}/jwks`,
          ...does.metadata,
        }),
      );
    }
    if (url === `${ISSUER}/jwks`) return json(JSON.stringify({ keys: [ps256.jwk, rs256.jwk] }));
    if (url === `${ISSUER}/par`) {
      return withNonce(call, () => {
        seen.pushed.push(new URLSearchParams(init.body));
        return json('{"request_uri":"urn:x","expires_in":60}', { status: 201 });
      });
    }
    if (url === `${ISSUER}/token`) {
      return withNonce(call, async () => {
        seen.tokens.push(new URLSearchParams(init.body));
        const [pushed] = seen.pushed;
        const nonce = pushed.has("request") ? parts(pushed.get("request")).claims.nonce : pushed.get("nonce");
        const claims = { iss: ISSUER, aud: "app", sub: "alice", iat: now(), exp: now() + 60, nonce, ...does.idToken };
        const id_token = does.alg
          ? `${signingInput({ alg: does.alg }, claims)}.AAAA`
          : await (does.signer ?? ps256).jwt(claims);
        const body = { token_type: "DPoP", access_token: "AT", expires_in: 60, id_token, ...does.answer };
        return json(JSON.stringify(body));
      });
    }
    return withNonce(call, () => {
      seen.resources.push(call);
      return new Response("ok");
    });
  };
  return { fetch, seen };
}

const settings = async () => ({ authentication: privateKeyJwt({ key: privateKey }), dpop: await dpopProofs() });

/** A sign-in at a server, with a callback that differs from what is right. */
async function signIn(does, callback = {}, more = {}) {
  const { fetch, seen } = serverThat(does);
  const client = await Fapi2Client.discover(ISSUER, { clientId: "app", fetch, ...(await settings()), ...more });
  const request = await client.signIn(wanted);
  const { state } = JSON.parse(request.serialize());
  const parameters = { code: "CO1", state, iss: ISSUER, ...callback };
  for (const name in parameters) if (parameters[name] === undefined) delete parameters[name];
  const back = callback.jwt
    ? `${REDIRECT}?response=${await callback.jwt({ code: "CO1", state })}`
    : `${REDIRECT}?${new URLSearchParams(parameters)}`;
  return { client, seen, request, tokens: await client.completeSignIn(back, request.serialize()) };
}

const refused = (work, expected) => assert.rejects(work, expected);

describe("the modules of the FAPI 2.0 plan for clients: fapi2-security-profile-final-client-test-", () => {
  test("happy-path", async () => {
    const { client, seen, request, tokens } = await signIn();
    assert.deepEqual([...new URL(request.url).searchParams.keys()], ["client_id", "request_uri"]);
    const [pushed] = seen.pushed;
    assert.equal(pushed.get("code_challenge_method"), "S256");
    for (const form of [pushed, seen.tokens[0]]) {
      const { header, claims } = parts(form.get("client_assertion"));
      assert.deepEqual([header.alg, claims.aud, claims.iss], ["ES256", ISSUER, "app"]);
    }
    assert.equal(tokens.claims.sub, "alice");
    assert.equal(await (await fetchWithToken(client, tokens, "https://api.example/")).text(), "ok");
    assert.equal(seen.resources[0].headers.get("authorization"), "DPoP AT");
  });

  test("happy-path-no-dpop-nonce", async () => {
    assert.equal((await signIn({ nonce: false })).tokens.tokenType, "DPoP");
  });

  test("discovery-issuer-mismatch", () =>
    refused(signIn({ issuer: `${ISSUER}/other` }), { code: "malformed_response", path: "$.issuer" }));

  for (const [name, does, path] of [
    ["invalid-iss", { idToken: { iss: "https://other.example" } }, "id_token.iss"],
    ["invalid-missing-iss", { idToken: { iss: undefined } }, "id_token.iss"],
    ["invalid-aud", { idToken: { aud: "other" } }, "id_token.aud"],
    ["invalid-missing-aud", { idToken: { aud: undefined } }, "id_token.aud"],
    ["invalid-secondary-aud", { idToken: { aud: ["app", "other"], azp: "app" } }, "id_token.aud"],
    ["invalid-null-alg", { alg: "none" }, "id_token.alg"],
    ["invalid-alternate-alg", { signer: rs256 }, "id_token.alg"],
    ["invalid-signature", { signer: stranger }, "id_token.signature"],
    ["invalid-expired-exp", { idToken: { exp: 1 } }, "id_token.exp"],
    ["invalid-missing-exp", { idToken: { exp: undefined } }, "id_token.exp"],
    ["invalid-nonce", { idToken: { nonce: "other" } }, "id_token.nonce"],
    ["invalid-missing-nonce", { idToken: { nonce: undefined } }, "id_token.nonce"],
  ]) {
    test(name, () => refused(signIn(does), { code: "malformed_response", path }));
  }

  test("valid-aud-as-array", async () => {
    assert.equal((await signIn({ idToken: { aud: ["app"] } })).tokens.claims.sub, "alice");
  });

  test("invalid-authorization-response-iss", () =>
    refused(signIn({}, { iss: "https://other.example" }), { code: "invalid_callback", parameter: "iss" }));

  test("remove-authorization-response-iss", () =>
    refused(signIn({}, { iss: undefined }), { code: "invalid_callback", parameter: "iss" }));

  test("ensure-authorization-response-with-invalid-state-fails", () =>
    refused(signIn({}, { state: "other" }), { code: "invalid_callback", parameter: "state" }));

  test("ensure-authorization-response-with-invalid-missing-state-fails", () =>
    refused(signIn({}, { state: undefined }), { code: "invalid_callback", parameter: "state" }));

  test("token-endpoint-response-without-expires_in", async () => {
    assert.equal((await signIn({ answer: { expires_in: undefined } })).tokens.expiresIn, undefined);
  });

  test("token-type-case-insensitivity", async () => {
    assert.equal((await signIn({ answer: { token_type: "dPoP" } })).tokens.tokenType, "dPoP");
  });

  test("rs-dpop-auth-scheme-case-insensitivity", async () => {
    const { client, tokens } = await signIn({ scheme: "dPOP" });
    assert.equal((await fetchWithToken(client, tokens, "https://api.example/")).status, 200);
  });

  const signing = async () => ({ messageSigning: { key: privateKey } });
  const jwt = (more, by = ps256) => ({
    jwt: (own) => by.jwt({ iss: ISSUER, aud: "app", exp: now() + 60, ...own, ...more }),
  });

  test("happy-path, with signed requests and responses", async () => {
    const { seen, tokens } = await signIn({}, jwt(), await signing());
    assert.deepEqual([...seen.pushed[0].keys()].sort(), [
      "client_assertion",
      "client_assertion_type",
      "client_id",
      "request",
    ]);
    assert.equal(parts(seen.pushed[0].get("request")).claims.response_mode, "jwt");
    assert.equal(tokens.claims.sub, "alice");
  });

  for (const [name, callback, path] of [
    ["ensure-jarm-without-iss-fails", jwt({ iss: undefined }), "response.iss"],
    ["ensure-jarm-with-invalid-iss-fails", jwt({ iss: "https://other.example" }), "response.iss"],
    ["ensure-jarm-without-aud-fails", jwt({ aud: undefined }), "response.aud"],
    ["ensure-jarm-with-invalid-aud-fails", jwt({ aud: "other" }), "response.aud"],
    ["ensure-jarm-without-exp-fails", jwt({ exp: undefined }), "response.exp"],
    ["ensure-jarm-with-expired-exp-fails", jwt({ exp: 1 }), "response.exp"],
    ["ensure-jarm-with-invalid-sig-fails", jwt({}, stranger), "response.signature"],
    ["an algorithm that the profile does not have", jwt({}, rs256), "response.alg"],
    [
      "ensure-jarm-signature-alg-is-not-none",
      { jwt: (own) => `${signingInput({ alg: "none" }, { iss: ISSUER, aud: "app", exp: now() + 60, ...own })}.AAAA` },
      "response.alg",
    ],
  ]) {
    test(name, async () => {
      await refused(signIn({}, callback, await signing()), { code: "malformed_response", path });
    });
  }

  test("a response that is not signed, to a request that is", async () => {
    await refused(signIn({}, {}, await signing()), { code: "invalid_callback", parameter: "response" });
    const { fetch } = serverThat();
    const options = { clientId: "app", fetch, ...(await settings()), ...(await signing()) };
    const client = await Fapi2Client.discover(ISSUER, options);
    await refused(client.signIn({ ...wanted, responseMode: "query" }), { argument: "responseMode" });
  });
});

describe("FAPI 2.0 Security Profile section 5.3.3: what is refused", () => {
  const discovered = (does) => discoverServer(ISSUER, { fetch: serverThat(does).fetch });

  test("options that are not the profile's", async () => {
    const server = await discovered();
    const whole = { server, clientId: "app", ...(await settings()) };
    assert.ok(new Fapi2Client(whole) instanceof Client);
    const rsa = await keyPair("RS256");
    for (const [more, argument] of [
      [{ authentication: undefined }, "authentication"],
      [{ authentication: { method: "none" } }, "authentication"],
      [{ authentication: { method: "client_secret_basic", clientSecret: "CS" } }, "authentication"],
      [{ authentication: clientSecretJwt("CS") }, "authentication"],
      [{ dpop: undefined }, "dpop"],
      [{ dpop: {} }, "dpop"],
      [{ dpop: await dpopProofs(rsa) }, "dpop"],
      [{ messageSigning: { key: rsa.privateKey } }, "messageSigning"],
      [{ messageSigning: { key: privateKey, lifetime: 3601 } }, "messageSigning"],
      [{ messageSigning: {} }, "key"],
      [{ server: { ...server } }, "server"],
      [{ server: undefined }, "server"],
      [{ allowInsecureRequests: true }, "allowInsecureRequests"],
      [{ idTokenSignature: "connection" }, "idTokenSignature"],
      [{ idTokenSignature: secretSignature("x".repeat(32)) }, "idTokenSignature"],
      [{ nonce: false }, "nonce"],
      [{ issuerOf: () => ISSUER }, "issuerOf"],
      [{ parse: (text) => text }, "parse"],
    ]) {
      const expected = { code: "invalid_argument", argument };
      assert.throws(() => new Fapi2Client({ ...whole, ...more }), expected, argument);
    }
    assert.throws(() => new Fapi2Client(), { code: "invalid_argument" });
  });

  test("a server that lacks what the profile demands", async () => {
    const whole = { clientId: "app", ...(await settings()) };
    for (const [metadata, check] of [
      [{ pushed_authorization_request_endpoint: undefined }, NotSupportedError],
      [{ pushed_authorization_request_endpoint: "http://as.example/par" }, MalformedResponseError],
      [{ jwks_uri: undefined }, NotSupportedError],
    ]) {
      const server = await discovered({ metadata });
      assert.throws(() => new Fapi2Client({ ...whole, server }), check);
    }
  });

  test("a server without pages has nothing that could be pushed", async () => {
    const metadata = { authorization_endpoint: undefined, pushed_authorization_request_endpoint: undefined };
    const client = new Fapi2Client({ clientId: "app", ...(await settings()), server: await discovered({ metadata }) });
    const expected = { code: "not_supported" };
    await assert.rejects(client.signIn({ redirectUri: "https://app.example/cb", scope: "openid" }), expected);
  });

  test("assertions for another audience, and by an algorithm that the profile does not have", async () => {
    const rsa = await keyPair("RS256");
    for (const authentication of [
      privateKeyJwt({ key: privateKey, audience: `${ISSUER}/token` }),
      privateKeyJwt({ key: rsa.privateKey }),
    ]) {
      const { fetch, seen } = serverThat();
      const options = { clientId: "app", fetch, ...(await settings()), authentication };
      const client = await Fapi2Client.discover(ISSUER, options);
      await refused(client.signIn(wanted), { code: "invalid_argument", argument: "authentication" });
      assert.equal(seen.pushed.length, 0);
    }
  });

  test("requests that are not pushed, the password grant, and tokens that are not bound", async () => {
    const { fetch } = serverThat({ answer: { token_type: "Bearer" } });
    const client = await Fapi2Client.discover(ISSUER, { clientId: "app", fetch, ...(await settings()) });
    assert.throws(() => client.authorizationRequest(wanted), NotSupportedError);
    assert.throws(() => client.tokenRequest.password({ username: "a", password: "b" }), NotSupportedError);
    await refused(client.password({ username: "a", password: "b" }), NotSupportedError);
    const request = await prepareSignIn(client, wanted);
    assert.ok(request.url.includes("request_uri="));
    await refused(signIn({ answer: { token_type: "Bearer" } }), { path: "$.token_type" });
  });

  test("keys of RSA that are too short", async () => {
    const short = await crypto.subtle.generateKey(
      { name: "RSA-PSS", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
      false,
      ["sign", "verify"],
    );
    await refused(dpopProofs(short), { code: "invalid_argument", argument: "key" });
  });
});
