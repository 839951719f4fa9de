import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  OAuthError,
  ResponseError,
  deleteRegistration,
  deserializeRegistration,
  discoverServer,
  parseRegistration,
  readRegistration,
  registerClient,
  registrationRequest,
  updateRegistration,
} from "eiam-token";
import { json, mockFetch } from "./support/mock-fetch.mjs";

const ISSUER = "https://as.example";
const server = { issuer: ISSUER, registrationEndpoint: `${ISSUER}/register` };
const MINE = `${ISSUER}/register/c1`;

const answer = (more = {}) =>
  json(
    JSON.stringify({
      client_id: "c1",
      client_secret: "CSsecret",
      client_secret_expires_at: 0,
      client_id_issued_at: 1700000000,
      registration_access_token: "RAT1",
      registration_client_uri: MINE,
      redirect_uris: ["https://app.example/cb"],
      ...more,
    }),
    { status: 201 },
  );

const registered = (more) => registerClient(server, {}, { fetch: mockFetch(answer(more)) });

describe("RFC 7591: registration", () => {
  test("section 3.1: the request", async () => {
    const fetch = mockFetch(answer());
    const metadata = { redirect_uris: ["https://app.example/cb"], client_name: "My app", "client_name#zh": "应用" };
    await registerClient(server, metadata, { fetch, initialAccessToken: "IAT" });
    const [{ url, method, headers, body }] = fetch.calls;
    assert.deepEqual([url, method], [server.registrationEndpoint, "POST"]);
    assert.deepEqual(JSON.parse(body), metadata);
    assert.equal(headers.authorization, "Bearer IAT");
    assert.equal(headers["content-type"], "application/json");
    assert.equal(registrationRequest(server, {}).headers["authorization"], undefined);
  });

  test("section 3.2.1: the answer", async () => {
    const one = await registered();
    assert.deepEqual([one.clientId, one.clientSecret, one.registrationAccessToken], ["c1", "CSsecret", "RAT1"]);
    assert.deepEqual([one.clientIdIssuedAt, one.clientSecretExpiresAt], [1700000000n, undefined]);
    assert.deepEqual(one.metadata, { redirect_uris: ["https://app.example/cb"] });
    const empty = await registered({ client_secret: "", registration_client_uri: "" });
    assert.deepEqual([empty.clientSecret, empty.registrationClientUri], [undefined, undefined]);
    await assert.rejects(readRegistration(server, empty), { code: "not_supported" });
    assert.equal((await registered({ client_secret_expires_at: 1800000000 })).clientSecretExpiresAt, 1800000000n);
  });

  test("secrets are in no console and no JSON, and the text of serialize() brings them back", async () => {
    const one = await registered();
    for (const text of [inspect(one, { depth: 9 }), JSON.stringify(one), inspect({ ...one })]) {
      assert.ok(!/CSsecret|RAT1/.test(text), text);
    }
    const restored = deserializeRegistration(one.serialize());
    assert.deepEqual(restored, one);
    assert.equal(restored.clientSecret, "CSsecret");
    assert.equal(restored.serialize(), one.serialize());
    for (const text of ["", "null", "{}", '{"clientId":7}']) {
      assert.throws(() => deserializeRegistration(text), { code: "invalid_argument" });
    }
  });

  test("section 3.2.2: refusals, and answers that are none", async () => {
    const refused = json('{"error":"invalid_redirect_uri"}', { status: 400 });
    await assert.rejects(registerClient(server, {}, { fetch: mockFetch(refused) }), (error) => {
      assert.ok(error instanceof OAuthError);
      assert.equal(error.error, "invalid_redirect_uri");
      return true;
    });
    for (const [more, path] of [
      [{ client_id: "" }, "$.client_id"],
      [{ client_id: 7 }, "$.client_id"],
      [{ client_secret_expires_at: "soon" }, "$.client_secret_expires_at"],
      [{ registration_client_uri: "http://as.example/c1" }, "$.registration_client_uri"],
      [{ registration_client_uri: "javascript:alert(1)" }, "$.registration_client_uri"],
      [{ registration_client_uri: "/c1" }, "$.registration_client_uri"],
      [{ registration_access_token: "" }, "$.registration_access_token"],
      [{ registration_access_token: "has\nlines" }, "$.registration_access_token"],
    ]) {
      await assert.rejects(registered(more), { code: "malformed_response", path }, JSON.stringify(more));
    }
  });

  test("an issuer that is only a name tells nothing of how safe its server is", () => {
    for (const [registrationEndpoint, url, isSafe] of [
      ["https://as.example/register", "https://as.example/c", true],
      ["https://as.example/register", "http://127.0.0.1/c", false],
      ["http://127.0.0.1/register", "http://127.0.0.1/c", true],
      ["http://127.0.0.1/register", "http://as.example/c", false],
    ]) {
      const body = JSON.stringify({ client_id: "c", registration_client_uri: url });
      const read = () =>
        parseRegistration({ issuer: "a name", registrationEndpoint }, { status: 201, headers: new Headers(), body });
      if (isSafe) assert.equal(read().registrationClientUri, url);
      else assert.throws(read, { code: "malformed_response", path: "$.registration_client_uri" });
    }
  });

  test("what cannot be sent is refused before anything is", async () => {
    for (const [metadata, options, argument] of [
      [undefined, {}, "metadata"],
      [null, {}, "metadata"],
      [[], {}, "metadata"],
      ["text", {}, "metadata"],
      [{ a: 1n }, {}, "metadata"],
      [{}, { initialAccessToken: "a b" }, "initialAccessToken"],
      [{}, { initialAccessToken: "" }, "initialAccessToken"],
    ]) {
      await assert.rejects(registerClient(server, metadata, options), { code: "invalid_argument", argument });
    }
    const plain = { issuer: ISSUER, registrationEndpoint: "http://as.example/register" };
    assert.throws(() => registrationRequest(plain, {}), { code: "invalid_argument" });
    const expected = { code: "not_supported", endpoint: "registration_endpoint" };
    for (const registrationEndpoint of [undefined, ""]) {
      await assert.rejects(registerClient({ issuer: ISSUER, registrationEndpoint }, {}), expected);
    }
  });

  test("a registration endpoint of discovered metadata that is not safe is refused when it is used", async () => {
    const metadata = JSON.stringify({ issuer: ISSUER, registration_endpoint: "http://as.example/register" });
    const found = await discoverServer(ISSUER, { fetch: mockFetch(json(metadata)) });
    await assert.rejects(registerClient(found, {}), { code: "malformed_response", path: "$.registration_endpoint" });
  });
});

describe("RFC 7592: management", () => {
  test("section 2.1: reading, and a token that is replaced", async () => {
    const one = await registered();
    const fetch = mockFetch(answer({ registration_access_token: "RAT2" }), answer({ registration_access_token: null }));
    const second = await readRegistration(server, one, { fetch });
    const third = await readRegistration(server, second, { fetch });
    assert.deepEqual([second.registrationAccessToken, third.registrationAccessToken], ["RAT2", "RAT2"]);
    const sent = fetch.calls.map(({ url, method, headers, body }) => [url, method, headers.authorization, body]);
    assert.deepEqual(sent, [
      [MINE, "GET", "Bearer RAT1", undefined],
      [MINE, "GET", "Bearer RAT2", undefined],
    ]);
  });

  test("section 2.2: an update has the id and the secret, and nothing that the server alone sets", async () => {
    const one = await registered();
    const fetch = mockFetch(answer({ client_name: "New" }));
    const metadata = {
      client_name: "New",
      client_id: "other",
      registration_access_token: "x",
      registration_client_uri: "x",
      client_secret_expires_at: 1,
      client_id_issued_at: 1,
    };
    const updated = await updateRegistration(server, one, metadata, { fetch });
    assert.equal(updated.metadata.client_name, "New");
    const [{ url, method, body }] = fetch.calls;
    assert.deepEqual([url, method], [MINE, "PUT"]);
    assert.deepEqual(JSON.parse(body), { client_name: "New", client_id: "c1", client_secret: "CSsecret" });
  });

  test("an answer about another client is refused", async () => {
    const one = await registered();
    assert.throws(() => parseRegistration(server, { status: 200, body: '{"client_id":"c2"}' }, one), {
      code: "malformed_response",
      path: "$.client_id",
    });
  });

  test("section 2.3: deletion", async () => {
    const one = await registered();
    const fetch = mockFetch(
      new Response(null, { status: 204 }),
      json('{"error":"invalid_token"}', { status: 401 }),
      new Response("", { status: 405 }),
    );
    await deleteRegistration(one, { fetch });
    const [{ url, method, headers }] = fetch.calls;
    assert.deepEqual([url, method, headers.authorization], [MINE, "DELETE", "Bearer RAT1"]);
    await assert.rejects(deleteRegistration(one, { fetch }), { error: "invalid_token", status: 401 });
    await assert.rejects(deleteRegistration(one, { fetch }), (error) => {
      assert.ok(error instanceof ResponseError);
      assert.equal(error.status, 405);
      return true;
    });
  });

  test("a server without RFC 7592", async () => {
    const body = '{"client_id":"c1"}';
    const one = parseRegistration(server, { status: 201, body });
    const expected = { code: "not_supported", endpoint: "registration_client_uri" };
    await assert.rejects(readRegistration(server, one), expected);
    await assert.rejects(updateRegistration(server, one, {}), expected);
    await assert.rejects(deleteRegistration(one), expected);
  });
});
