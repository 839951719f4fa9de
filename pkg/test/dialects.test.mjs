import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { Client, TokenSession, memoryStore, secretSignature } from "eiam-token";
import { entra, facebookDevice, gitHub, google, linkedIn, slack, square, twitch } from "eiam-token/providers";
import { algorithms, atHash, hashOf, signer, signingInput } from "./support/jwt.mjs";
import { json, mockFetch } from "./support/mock-fetch.mjs";
import { clientOf, tokens as refreshable } from "./support/refreshing.mjs";

const clientId = "client";
const redirectUri = "https://app.example/cb";
const clientSecret = "a secret of 32 octets, at least.";
const authentication = { method: "client_secret_post", clientSecret };
const now = () => Math.floor(Date.now() / 1000);
const claims = (more) => ({ sub: "user", aud: clientId, iat: now(), exp: now() + 300, ...more });
const text = (value) => json(JSON.stringify(value));

/** Signs in at the client's server; the answers may need the request's nonce. */
async function signIn(rp, scope) {
  const request = rp.authorizationRequest({ redirectUri, scope });
  const query = new URL(request.url).searchParams;
  const response = rp.parseCallback(`?code=CO&state=${query.get("state")}`, request);
  return { query, tokens: () => rp.exchangeCode(response) };
}

describe("a client with a preset", () => {
  test("GitHub: a form from the token endpoint, and a user without sub", async () => {
    const form = "access_token=gho_1&scope=repo%2Cgist&token_type=bearer";
    const fetch = mockFetch(new Response(form), text({ login: "octocat", id: 583231 }));
    const rp = new Client({ ...gitHub(), clientId, authentication, fetch });
    const { tokens } = await signIn(rp, "repo gist");
    const set = await tokens();
    assert.equal(set.scope, "repo gist");
    assert.equal((await rp.userInfo(set)).sub, "583231");
    const without = new Client({
      server: gitHub().server,
      clientId,
      authentication,
      fetch: mockFetch(new Response(form)),
    });
    await assert.rejects((await signIn(without, "repo")).tokens(), { code: "malformed_response", path: "$" });
  });

  test("GitHub: a device code that has expired ends the flow", async () => {
    const device = { device_code: "DC", user_code: "WDJB-MJHT", verification_uri: "https://github.com/login/device" };
    const fetch = mockFetch(text(device), text({ error: "token_expired" }));
    const rp = new Client({ ...gitHub(), clientId, fetch });
    await assert.rejects(rp.pollDevice(await rp.deviceAuthorize(), { interval: 0n }), { code: "device_expired" });
  });

  test("Google and Facebook: the whole device flow", async () => {
    const facebook = { appId: "123", clientToken: "token" };
    for (const [preset, device, answers, options] of [
      [
        google,
        { device_code: "DC", user_code: "C", verification_url: "https://www.google.com/device", interval: 0 },
        [text({ access_token: "a", token_type: "Bearer" })],
        {},
      ],
      [
        (fetch) => facebookDevice({ ...facebook, fetch }),
        { code: "DC", user_code: "C", verification_uri: "https://www.facebook.com/device", interval: 0 },
        [text({ access_token: "a", expires_in: 5183996 })],
        { clientId: facebook.appId },
      ],
    ]) {
      const fetch = mockFetch(text(device), ...answers);
      const rp = new Client({ clientId, fetch, ...preset(fetch), ...options });
      const started = await rp.deviceAuthorize({ scope: "email" });
      assert.equal(started.deviceCode, "DC");
      assert.equal((await rp.pollDevice(started, { interval: 0n })).accessToken, "a");
      assert.equal(fetch.calls.length, 2);
    }
  });

  test("LinkedIn: no nonce, no type, no verifier, and the id_token is verified", async () => {
    const { jwk, jwt } = await signer("RS256", "1");
    const { server, parse, nonce } = linkedIn();
    const id_token = await jwt(claims({ iss: server.issuer }));
    const answers = () => [text({ keys: [jwk] }), text({ access_token: "a", expires_in: 5, id_token })];
    for (const isRight of [true, false]) {
      const fetch = mockFetch(...answers());
      const options = isRight ? linkedIn({ fetch }) : { server, parse, fetch };
      const rp = new Client({ ...options, clientId, authentication });
      const { query, tokens } = await signIn(rp, "openid profile");
      assert.equal(query.has("nonce"), !isRight);
      if (isRight) assert.equal((await tokens()).claims.sub, "user");
      else await assert.rejects(tokens(), { path: "id_token.nonce" });
    }
    assert.equal(nonce, false);
    const none = mockFetch(text({ keys: [jwk] }), text({ access_token: "a", expires_in: 5 }));
    const rp = new Client({ ...linkedIn({ fetch: none }), clientId, authentication });
    await assert.rejects((await signIn(rp, "openid")).tokens(), { path: "$.id_token", reason: /openid/ });
  });

  test("Slack: the user's token is the one that is kept, and Twitch's scopes are text", async () => {
    const answer = {
      ok: true,
      access_token: "xoxb-1",
      refresh_token: "xoxe-bot",
      token_type: "bot",
      authed_user: { id: "U", access_token: "xoxp-1", refresh_token: "xoxe-user", token_type: "user", scope: "a,b" },
    };
    const rp = new Client({ ...slack({ token: "user" }), clientId, authentication, fetch: mockFetch(text(answer)) });
    const set = await (await signIn(rp, "")).tokens();
    assert.deepEqual([set.accessToken, set.refreshToken, set.scope], ["xoxp-1", "xoxe-user", "a b"]);
    const body = { access_token: "a", token_type: "bearer", scope: ["chat:edit", "chat:read"] };
    const viewer = new Client({ ...twitch(), clientId, fetch: mockFetch(text(body)) });
    assert.equal((await viewer.refresh("r")).scope, "chat:edit chat:read");
  });

  test("Twitch: scopes in place of scope, with each poll of the device code that they were asked for", async () => {
    const pending = json('{"status":400,"message":"authorization_pending"}', { status: 400 });
    const device = (code) =>
      text({ device_code: code, user_code: "C", verification_uri: "https://www.twitch.tv/activate" });
    const granted = text({ access_token: "a", token_type: "bearer", scope: ["user:read:email"] });
    const fetch = mockFetch(device("ONE"), device("TWO"), pending, granted, pending.clone());
    const rp = new Client({ ...twitch({ fetch }), clientId });
    const one = await rp.deviceAuthorize({ scope: "user:read:email chat:read" });
    const two = await rp.deviceAuthorize({ scope: "chat:edit" });
    assert.equal((await rp.pollDevice(one, { interval: 0n })).scope, "user:read:email");
    await new Client({ ...twitch({ fetch }), clientId }).deviceStates(two, { interval: 0n }).next();
    const forms = fetch.calls.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    const poll = {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: "ONE",
      client_id: clientId,
      scopes: "user:read:email chat:read",
    };
    assert.deepEqual(forms, [
      { client_id: clientId, scopes: "user:read:email chat:read" },
      { client_id: clientId, scopes: "chat:edit" },
      poll,
      poll,
    ]);
  });

  test("Twitch: nothing but requests of the device flow is changed, and none that has scopes of its own", async () => {
    const fetch = mockFetch(text({ access_token: "a", token_type: "bearer" }), text({}), text({}), text({}));
    const preset = twitch({ fetch });
    const rp = new Client({ ...preset, clientId, authentication });
    await rp.clientCredentials({ scope: "a b" });
    assert.equal(new URLSearchParams(fetch.calls[0].body).get("scope"), "a b");
    const extra = { scopes: "c d" };
    const { method, url, headers, body } = rp.tokenRequest.deviceCode({ deviceCode: "D" }, { extra });
    preset.fetch(url, { method, headers, body });
    assert.equal(new URLSearchParams(fetch.calls[1].body).get("scopes"), "c d");
    // A device code that another client got.
    const other = rp.tokenRequest.deviceCode({ deviceCode: "D" });
    preset.fetch(other.url, { method, headers, body: other.body });
    assert.equal(new URLSearchParams(fetch.calls[2].body).has("scopes"), false);
    const page = rp.authorizationRequest({ redirectUri, scope: "a b" }).url;
    assert.equal(new URL(page).searchParams.get("scope"), "a b");
  });

  test("Twitch: an answer that cannot be copied, or has no device code, is only judged", async () => {
    const own = JSON.stringify({
      device_code: "D",
      user_code: "C",
      verification_uri: "https://www.twitch.tv/activate",
    });
    const octets = new TextEncoder().encode(own);
    const foreign = { status: 200, headers: new Headers(), arrayBuffer: async () => octets.buffer };
    const long = json(`{"device_code":"D","x":"${"x".repeat(70_000)}"}`);
    const fetch = mockFetch(foreign, long, json("null"), json("<html>"), json('{"device_code":5}'), text({}));
    const preset = twitch({ fetch });
    const rp = new Client({ ...preset, clientId });
    assert.equal((await rp.deviceAuthorize({ scope: "a" })).deviceCode, "D");
    for (let wrong = 0; wrong < 4; wrong++) {
      await assert.rejects(rp.deviceAuthorize({ scope: "a" }), { code: "malformed_response" }, `${wrong}`);
    }
    const { method, url, headers, body } = rp.tokenRequest.deviceCode({ deviceCode: "D" });
    preset.fetch(url, { method, headers, body });
    assert.equal(new URLSearchParams(fetch.calls[5].body).has("scopes"), false);
  });

  test("Twitch: the oldest device codes are forgotten first", async () => {
    let started = 0;
    const polls = [];
    const fetch = async (url, { body }) => {
      if (!url.endsWith("/device")) polls.push(new URLSearchParams(body).get("scopes"));
      return text({ device_code: `D${started++}`, user_code: "C", verification_uri: "https://www.twitch.tv/activate" });
    };
    const preset = twitch({ fetch });
    const rp = new Client({ ...preset, clientId });
    for (let code = 0; code < 101; code++) await rp.deviceAuthorize({ scope: `s${code}` });
    for (const deviceCode of ["D0", "D1", "D100"]) {
      const { method, url, headers, body } = rp.tokenRequest.deviceCode({ deviceCode });
      preset.fetch(url, { method, headers, body });
    }
    assert.deepEqual(polls, [null, "s1", "s100"]);
  });

  test("LinkedIn: an id_token is demanded and checked in all but the nonce", async () => {
    const { jwk, jwt } = await signer("RS256", "1");
    const { issuer } = linkedIn().server;
    const signInWith = async (more, request = {}) => {
      const id_token = more && (await jwt(claims({ iss: issuer, ...more })));
      const fetch = mockFetch(text({ keys: [jwk] }), text({ access_token: "a", id_token }));
      const rp = new Client({ ...linkedIn({ fetch }), clientId, authentication });
      const asked = rp.authorizationRequest({ redirectUri, scope: "openid", ...request });
      const state = new URL(asked.url).searchParams.get("state");
      return rp.exchangeCode(rp.parseCallback(`?code=CO&state=${state}`, asked));
    };
    assert.equal((await signInWith({})).claims.sub, "user");
    for (const [path, more, request] of [
      ["$.id_token", undefined, { maxAge: 10 }],
      ["id_token.iss", { iss: "https://as.example" }],
      ["id_token.aud", { aud: "other" }],
      ["id_token.exp", { exp: now() - 300 }],
      ["id_token.auth_time", {}, { maxAge: 10 }],
    ]) {
      await assert.rejects(signInWith(more, request), { path });
    }
  });

  test("Square: a date is a deadline", async () => {
    const date = new Date((now() + 3600) * 1000).toISOString();
    const fetch = mockFetch(text({ access_token: "a", token_type: "bearer", expires_at: date }));
    const rp = new Client({ ...square({ fetch }), clientId, authentication });
    const set = await rp.refresh("r");
    assert.equal(set.expiresAt, BigInt(Date.parse(date)) / 1000n);
    assert.equal(set.expired(), false);
  });

  test("Entra ID: the issuer is the one of the token's own tenant, and of no other", async () => {
    const tid = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
    const issuer = (id) => `https://login.microsoftonline.com/${id}/v2.0`;
    const { jwk, jwt } = await signer("RS256", "1");
    for (const [more, isRight] of [
      [{ iss: issuer(tid), tid }, true],
      [{ iss: issuer("{tenantid}") }, false],
      [{ iss: issuer(tid) }, false],
      [{ iss: "-", tid: "-" }, false],
      [{ iss: issuer(tid), tid: tid.replace("8", "9") }, false],
    ]) {
      const answer = { access_token: "a", token_type: "Bearer", id_token: await jwt(claims(more)) };
      const fetch = mockFetch(text(answer), text({ keys: [jwk] }));
      const refreshed = new Client({ ...entra(), clientId, fetch }).refresh("r");
      if (isRight) assert.equal((await refreshed).claims["tid"], tid);
      else await assert.rejects(refreshed, { path: "id_token.iss" }, JSON.stringify(more));
    }
  });
});

describe("hooks", () => {
  test("the refresh token of a dialect is kept, even if its answer is refused", async () => {
    const client = clientOf(
      async () => json('{"access_token":"AT1","token_type":"Bearer","renewal":"RT1","expires_in":"soon"}'),
      {
        parse: (body) => body.replace('"renewal"', '"refresh_token"'),
      },
    );
    const session = new TokenSession(client, { store: memoryStore() });
    await session.set(refreshable({ age: 3595 }));
    await session.getAccessToken().catch(() => undefined);
    assert.equal((await session.tokens()).refreshToken, "RT1");
    session.close();
  });

  test("that throw are named", async () => {
    const cause = new Error("mine");
    const throws = () => {
      throw cause;
    };
    const id_token = `${signingInput({ alg: "RS256" }, claims({ iss: "https://as.example" }))}.c2ln`;
    for (const hook of ["parse", "issuerOf"]) {
      const fetch = mockFetch(text({ access_token: "a", token_type: "Bearer", id_token }));
      const rp = new Client({ server: { tokenEndpoint: "https://as.example/token" }, clientId, fetch, [hook]: throws });
      await assert.rejects(rp.refresh("r"), { code: "listener_error", message: `${hook} threw`, cause });
    }
  });
});

describe("signatures", () => {
  const issuer = "https://as.example";
  const server = { issuer, tokenEndpoint: `${issuer}/token`, jwksUri: `${issuer}/jwks` };
  const answer = (id_token) => text({ access_token: "ATaccess", token_type: "Bearer", id_token });

  for (const alg of algorithms) {
    test(`${alg}: verified, with an at_hash by its own hash`, async () => {
      const { jwk, jwt } = await signer(alg, "1");
      const digest = hashOf(alg);
      const other = digest === "sha256" ? "sha512" : "sha256";
      for (const [at_hash, isRight] of [
        [atHash("ATaccess", digest), true],
        [null, true],
        [atHash("ATaccess", other), false],
        [atHash("ATother", digest), false],
      ]) {
        const token = await jwt(claims({ iss: issuer, at_hash }));
        const rp = new Client({ server, clientId, fetch: mockFetch(answer(token), text({ keys: [jwk] })) });
        if (isRight) assert.equal((await rp.refresh("r")).claims.sub, "user");
        else await assert.rejects(rp.refresh("r"), { path: "id_token.at_hash" }, `${at_hash}`);
      }
    });
  }

  test("HS256 by the client's secret, and nothing else, only where it was asked for", async () => {
    const signed = (alg, secret = clientSecret) => {
      const input = signingInput({ alg }, claims({ iss: issuer, at_hash: atHash("ATaccess") }));
      return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
    };
    const { jwk, jwt } = await signer("RS256", "1");
    const idTokenSignature = secretSignature(clientSecret);
    const client = (token, options) =>
      new Client({ server, clientId, fetch: mockFetch(answer(token), text({ keys: [jwk] })), ...options });
    assert.equal((await client(signed("HS256"), { idTokenSignature }).refresh("r")).claims.sub, "user");
    for (const [token, path, options] of [
      [signed("HS256", `${clientSecret} `), "id_token.signature", { idTokenSignature }],
      [await jwt(claims({ iss: issuer })), "id_token.alg", { idTokenSignature }],
      [signed("none"), "id_token.alg", { idTokenSignature }],
      [signed("HS256"), "id_token.alg", {}],
      [signed("HS256"), "id_token.alg", { idTokenSignature: "connection" }],
    ]) {
      await assert.rejects(client(token, options).refresh("r"), { path });
    }
  });

  test("keysMaxAge: how long the keys are believed", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_000 });
    const { jwk, jwt } = await signer("ES256", "1");
    const other = await signer("ES256", "2");
    let keys = [jwk];
    const fetch = async (url) => (url.endsWith("/jwks") ? text({ keys }) : answer(await jwt(claims({ iss: issuer }))));
    const rp = new Client({ server, clientId, fetch, keysMaxAge: 30 });
    assert.ok(await rp.refresh("r"));
    keys = [other.jwk];
    t.mock.timers.tick(29_999);
    assert.ok(await rp.refresh("r"));
    t.mock.timers.tick(1);
    await assert.rejects(rp.refresh("r"), { path: "id_token.kid" });
  });

  test("a browser's own cache is passed by where requests know of one", async () => {
    const { jwk, jwt } = await signer("ES256", "1");
    const fetch = mockFetch(answer(await jwt(claims({ iss: issuer }))), text({ keys: [jwk] }));
    await new Client({ server, clientId, fetch }).refresh("r");
    const expected = "cache" in Request.prototype ? "no-cache" : undefined;
    assert.deepEqual(
      fetch.calls.map(({ cache }) => cache),
      [undefined, expected],
    );
  });
});
