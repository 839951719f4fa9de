// The example of an API that a Worker guards, with the issuer of the package, which is reached without a network.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { Client, dpopProofs } from "eiam-token";
import { Issuer } from "eiam-token/issuer";

const { Miniflare, Response: HostResponse, Log } = createRequire(`${process.cwd()}/package.json`)("miniflare");

const BASE = "https://issuer.example.com";
const ISSUER = `${BASE}/api/v2/iauths_system/oauth2`;
const API = "https://api.example.com/note";
const SECRETS = { app_note: "CSnote-secret-of-the-tests", app_machine: "CSmachine-secret-of-the-tests" };
const CONFIG = {
  ...{ baseUrl: BASE, instanceId: "idaas_example", signing: "ES256", profile: "rfc9700" },
  resources: [
    { identifier: API, scopes: ["note:read", "note:write"], accessTokenFormat: "jwt", applicationId: "app_note" },
    { identifier: `${API}s`, scopes: ["note:read"], accessTokenFormat: "jwt" },
  ],
  applications: Object.entries(SECRETS).map(([applicationId, secret]) => ({
    ...{ applicationId, clientSecrets: [secret], grants: ["client_credentials"] },
    scopes: ["note:read", "note:write"],
  })),
};

/** What is asked of the issuer. */
const asked = /** @type {string[]} */ ([]);

/** Whether the issuer is down. */
let isDown = false;

/** A Worker, and a client of its issuer. */
async function start(config = CONFIG, bindings = {}) {
  const issuer = await Issuer.create(config);
  const miniflare = new Miniflare({
    modules: [{ type: "ESModule", path: "api.js", contents: readFileSync("dist-api/api.js", "utf8") }],
    compatibilityDate: "2026-07-01",
    bindings: { API, ISSUER, CLIENT_ID: "app_note", ...bindings },
    log: new Log(0),
    async outboundService(request) {
      asked.push(new URL(request.url).pathname.split("/").at(-1));
      if (isDown) return new HostResponse("", { status: 502 });
      const { method, url } = request;
      const headers = Object.fromEntries(request.headers);
      const answer = await issuer.handle({ method, url, headers, body: await request.text() });
      return new HostResponse(answer.body, { status: answer.status, headers: answer.headers });
    },
  });
  const client = (options = {}) =>
    Client.discover(ISSUER, {
      clientId: "app_machine",
      authentication: { method: "client_secret_basic", clientSecret: SECRETS.app_machine },
      fetch: (url, init) => issuer.fetch(new Request(url, init)),
      ...options,
    });
  const call = (token, { scheme = "Bearer", ...init } = {}, url = API) => {
    const headers = { ...(token && { authorization: `${scheme} ${token}` }), ...init.headers };
    return miniflare.dispatchFetch(url, { ...init, headers });
  };
  return { client, call, stop: () => miniflare.dispose() };
}

describe("an API that a Worker guards", () => {
  let world;
  before(async () => void (world = await start()));
  after(() => world.stop());

  test("says what it is, and where its tokens come from", async () => {
    const refused = await world.call(undefined);
    assert.equal(refused.status, 401);
    const challenge = refused.headers.get("www-authenticate");
    const [, metadata] = /^Bearer scope="note:read", resource_metadata="([^"]+)"$/.exec(challenge);
    const { resource, authorization_servers, scopes_supported } = await (
      await world.call(undefined, {}, metadata)
    ).json();
    assert.deepEqual([resource, authorization_servers], [API, [ISSUER]]);
    assert.deepEqual(scopes_supported, ["note:read", "note:write"]);
  });

  test("takes tokens that are for it, and fetches the keys once", async () => {
    const client = await world.client();
    const { accessToken } = await client.clientCredentials({ scope: "note:read", resource: API });
    asked.length = 0;
    for (let i = 0; i < 3; i++) {
      const response = await world.call(accessToken);
      assert.deepEqual([response.status, await response.json()], [200, { note: "Buy milk", client: "app_machine" }]);
    }
    assert.deepEqual(asked, ["openid-configuration", "jwks"]);
  });

  test("refuses what the scope does not allow, and does what it does", async () => {
    const client = await world.client();
    const read = await client.clientCredentials({ scope: "note:read", resource: API });
    const refused = await world.call(read.accessToken, { method: "PUT", body: "no" });
    assert.equal(refused.status, 403);
    assert.match(refused.headers.get("www-authenticate"), /error="insufficient_scope".*scope="note:write"/);
    const write = await client.clientCredentials({ scope: "note:write", resource: API });
    const done = await world.call(write.accessToken, { method: "PUT", body: "Buy bread" });
    assert.equal((await done.json()).note, "Buy bread");
    assert.equal((await world.call(write.accessToken, { method: "DELETE" })).status, 405);
  });

  test("refuses tokens for others, and what is no token", async () => {
    const { accessToken } = await (await world.client()).clientCredentials({ scope: "note:read", resource: `${API}s` });
    for (const token of [accessToken, "opaque", `${accessToken}x`]) {
      const response = await world.call(token);
      assert.equal(response.status, 401);
      assert.match(response.headers.get("www-authenticate"), /error="invalid_token"/);
    }
  });

  test("takes a token that is bound to a key with each of its proofs once", async () => {
    const dpop = await dpopProofs();
    const client = await world.client({ dpop });
    const { accessToken } = await client.clientCredentials({ scope: "note:read", resource: API });
    const proof = await dpop.proof({ method: "GET", url: API, accessToken });
    const bound = { scheme: "DPoP", headers: { dpop: proof } };
    assert.equal((await world.call(accessToken, bound)).status, 200);
    const again = await world.call(accessToken, bound);
    assert.match(again.headers.get("www-authenticate"), /^DPoP error="invalid_dpop_proof"/);
    assert.equal((await world.call(accessToken)).status, 401);
  });
});

test("an API that asks its issuer about tokens that are no JWTs", async () => {
  const opaque = { ...CONFIG, resources: CONFIG.resources.map((one) => ({ ...one, accessTokenFormat: "opaque" })) };
  const world = await start(opaque, { CLIENT_SECRET: SECRETS.app_note });
  try {
    const client = await world.client();
    const { accessToken } = await client.clientCredentials({ scope: "note:read", resource: API });
    assert.equal((await world.call(accessToken)).status, 200);
    asked.length = 0;
    assert.equal((await world.call(accessToken)).status, 200);
    assert.deepEqual(asked, []);
    assert.equal((await world.call("AT-of-nobody")).status, 401);
  } finally {
    await world.stop();
  }
});

test("an API whose issuer is down says so, and works again afterwards", async () => {
  const world = await start();
  try {
    const { accessToken } = await (await world.client()).clientCredentials({ scope: "note:read", resource: API });
    isDown = true;
    assert.equal((await world.call(accessToken)).status, 503);
    isDown = false;
    assert.equal((await world.call(accessToken)).status, 200);
  } finally {
    isDown = false;
    await world.stop();
  }
});
