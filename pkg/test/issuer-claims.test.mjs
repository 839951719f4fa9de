import assert from "node:assert/strict";
import { createHash, randomBytes, webcrypto } from "node:crypto";
import { describe, test } from "node:test";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import { Browser, door, poster } from "./support/issuer-browser.mjs";

const BASE = "http://127.0.0.1:9400";
const WEB = `${BASE}/v2/idaas_example/app_web`;
const REDIRECT = "http://127.0.0.1:8700/cb";
const API = "https://api.example.com";

const example = exampleConfig(BASE);
const application = example.applications.find(({ applicationId }) => applicationId === "app_web");
const web = { client_id: "app_web", client_secret: application.clientSecrets[0] };
const config = {
  ...example,
  applications: [{ ...application, accessTokenFormat: "jwt", consent: "skip" }],
};

const claimsOf = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[1], "base64url").toString());

/** Signs alice in, and gives what redeems the code. */
async function signIn(issuer, more = {}) {
  const send = door(issuer, "handle");
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: "app_web",
    response_type: "code",
    redirect_uri: REDIRECT,
    scope: "openid",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...more,
  });
  const browser = new Browser(send, BASE);
  let page = await browser.open(`${BASE}/login/app/app_web/oauth2/authorize?${query}`);
  page = await browser.submit(page, { username: "alice", password: example.users[0].password });
  const code = new URL(page.url).searchParams.get("code");
  assert.ok(code, page.text);
  return { grant_type: "authorization_code", code, redirect_uri: REDIRECT, code_verifier: verifier, ...web };
}

const redeem = (issuer, request) => poster(door(issuer, "handle"))(`${WEB}/oauth2/token`, request);

/** An issuer that asks `claims`. */
const asking = (claims, options) => Issuer.create(config, { claims, ...options });

describe("the option claims", () => {
  test("the custom claims of the configuration, and those of the host before them", async () => {
    const everywhere = ["id_token", "userinfo", "access_token"];
    const customClaims = [
      { name: "tenant", value: "of all", in: everywhere },
      { name: "groups", expression: "ArrayMap(user.groups, __item.groupId)", in: everywhere },
    ];
    const users = [{ ...example.users[0], attributes: { groups: [{ groupId: "g1" }] } }];
    const asked = [];
    const issuer = await Issuer.create(
      { ...config, customClaims, users, resources: [{ identifier: API }] },
      {
        claims(context) {
          asked.push(context);
          return { ...(context.place === "id_token" ? { tenant: "of host" } : {}), level: 2n, none: undefined };
        },
      },
    );
    const { status, json } = await redeem(issuer, await signIn(issuer, { resource: API }));
    assert.equal(status, 200, JSON.stringify(json));
    const [id, access] = [claimsOf(json.id_token), claimsOf(json.access_token)];
    assert.deepEqual([id.tenant, id.groups, id.level, "none" in id], ["of host", ["g1"], 2, false]);
    assert.deepEqual([access.tenant, access.groups, access.level], ["of all", ["g1"], 2]);
    const headers = { authorization: `Bearer ${json.access_token}` };
    const info = await issuer.handle({ method: "GET", url: `${WEB}/oauth2/userinfo`, headers });
    assert.equal(JSON.parse(Buffer.from(info.body).toString()).tenant, "of all");
    assert.deepEqual(
      asked.map(({ place }) => place),
      ["id_token", "access_token", "userinfo"],
    );
    for (const { place, ...context } of asked) {
      assert.deepEqual(context, {
        issuer: `${WEB}/oidc`,
        clientId: "app_web",
        subject: "user_alice",
        scope: "openid",
        audience: [API],
      });
      assert.ok(Object.isFrozen(asked[0]) && Object.isFrozen(asked[0].audience), place);
    }
  });

  test("it may be asynchronous, and others are answered meanwhile", async () => {
    const { promise, resolve } = Promise.withResolvers?.() ?? withResolvers();
    const issuer = await asking(async ({ place }) => {
      await promise;
      return { place };
    });
    const request = await signIn(issuer);
    const [one, two] = [redeem(issuer, request), redeem(issuer, request)];
    const metadata = await issuer.handle({ method: "GET", url: `${WEB}/oidc/.well-known/openid-configuration` });
    assert.equal(metadata.status, 200);
    resolve();
    // A code is redeemed once, however long the host takes.
    const answers = await Promise.all([one, two]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
    assert.equal(answers.find(({ status }) => status === 400).json.error, "invalid_grant");
  });

  for (const [name, claims, expected] of [
    [
      "throws",
      () => {
        throw new Error("no directory");
      },
      "it threw: no directory",
    ],
    ["rejects", () => Promise.reject(new Error("no directory")), "it threw: no directory"],
    // biome-ignore lint/nursery/usePromiseRejectErrors: sources of others may do so
    ["rejects with no error", () => Promise.reject(5), "failed: it threw"],
    ["gives a text", () => "x", "it gave no object of claims"],
    ["gives an array", () => [], "it gave no object of claims"],
    ["gives null", () => null, "it gave no object of claims"],
    ["gives a date", () => new Date(), "it gave no object of claims"],
    ["gives a function", () => ({ a: () => 1 }), "its claims are no values that JSON has"],
    ["gives what JSON lacks", () => ({ a: Number.NaN }), "its claims are no values that JSON has"],
    [
      "gives itself",
      () => {
        const claims = {};
        claims.a = claims;
        return claims;
      },
      "its claims are no values",
    ],
    ["gives sub", () => ({ sub: "bob" }), "the claim sub, which the issuer makes itself"],
    ["gives scope", ({ place }) => (place === "access_token" ? { scope: "x" } : {}), "the claim scope, which"],
    ["gives too much", () => ({ a: "x".repeat(20_000) }), "more than 16 KiB"],
    ["gives a wrong name", () => ({ "a b": 1 }), "whose name is not 1 to 128 bytes"],
  ]) {
    test(`one that ${name} is a server_error, and the code still works`, async () => {
      let works = false;
      const issuer = await asking((context) => (works ? {} : claims(context)));
      const request = await signIn(issuer);
      // The key is published once there is one.
      await issuer.handle({ method: "GET", url: `${WEB}/oidc/jwks` });
      const before = Buffer.from(issuer.snapshot());
      const { status, json } = await redeem(issuer, request);
      assert.equal(status, 500);
      assert.equal(json.error, "server_error");
      assert.ok(json.error_description.includes(expected), json.error_description);
      assert.deepEqual(Buffer.from(issuer.snapshot()), before);
      works = true;
      assert.equal((await redeem(issuer, request)).status, 200);
    });
  }

  test("one that never answers is given up", async () => {
    let works = false;
    const issuer = await asking(() => (works ? undefined : new Promise(() => {})), { claimsTimeout: 5 });
    const request = await signIn(issuer);
    const { status, json } = await redeem(issuer, request);
    assert.equal(status, 500);
    assert.match(json.error_description, /it took more than 5 milliseconds/);
    works = true;
    assert.equal((await redeem(issuer, request)).status, 200);
  });

  test("strangers do not learn what was thrown", async () => {
    const baseUrl = "https://id.example";
    const issuer = await Issuer.create(
      { ...config, baseUrl },
      { claims: () => Promise.reject(new Error("password=secret")) },
    );
    const body = new URLSearchParams({ grant_type: "client_credentials", ...web }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const url = `${baseUrl}/v2/idaas_example/app_web/oauth2/token`;
    const reply = await issuer.handle({ method: "POST", url, headers, body });
    const text = Buffer.from(reply.body).toString();
    assert.equal(reply.status, 500);
    assert.ok(text.includes("it threw") && !text.includes("secret"), text);
  });

  test("options that make no sense", async () => {
    for (const options of [{ claims: {} }, { claims: null }, { claims: "x" }]) {
      await assert.rejects(Issuer.create(config, options), { code: "invalid_argument", message: /claims/ });
    }
    for (const claimsTimeout of [0, -1, Number.NaN, "5", 2 ** 31, null]) {
      await assert.rejects(
        asking(() => ({}), { claimsTimeout }),
        { code: "invalid_argument", message: /claimsTimeout/ },
      );
    }
  });
});

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve) => Object.assign(made, { resolve }));
  return made;
}

describe("keys of resources and access tokens that are JWTs", () => {
  const resources = [
    { identifier: API, accessTokenFormat: "jwt", signing: "ES256" },
    { identifier: "https://b.example", accessTokenFormat: "jwt", signing: "EdDSA" },
    { identifier: "https://c.example", accessTokenFormat: "jwt", signing: "ES256" },
  ];
  const keysOf = async (issuer) => {
    const { body } = await issuer.handle({ method: "GET", url: `${WEB}/oidc/jwks` });
    return JSON.parse(Buffer.from(body).toString()).keys;
  };
  const machine = (issuer, resource) => redeem(issuer, { grant_type: "client_credentials", ...web, resource });
  const headerOf = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[0], "base64url").toString());

  test("RFC 9068 section 2.1: the issuer makes a key for each algorithm, once", async () => {
    const issuer = await Issuer.create({ ...config, signing: "ES384", resources });
    const answers = await Promise.all(resources.map(({ identifier }) => machine(issuer, identifier)));
    const keys = await keysOf(issuer);
    assert.deepEqual(keys.map(({ alg }) => alg).sort(), ["ES256", "ES384", "EdDSA"]);
    for (const [place, { json }] of answers.entries()) {
      const { alg, kid } = headerOf(json.access_token);
      assert.equal(alg, resources[place].signing);
      assert.equal(keys.find((key) => key.kid === kid).alg, alg);
      const info = await issuer.inspectAnyAccessToken(json.access_token);
      assert.deepEqual([info.clientId, info.audience], ["app_web", [resources[place].identifier]]);
    }
    const [input, signature] = answers[0].json.access_token.split(/\.(?=[^.]*$)/);
    const jwk = keys.find(({ alg }) => alg === "ES256");
    const key = await webcrypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const bytes = Buffer.from(signature, "base64url");
    const hash = { name: "ECDSA", hash: "SHA-256" };
    assert.ok(await webcrypto.subtle.verify(hash, key, bytes, Buffer.from(input)));
  });

  test("the key stays published after a restart", async () => {
    const settings = { ...config, signing: "ES384", resources };
    const issuer = await Issuer.create(settings);
    const { json } = await machine(issuer, API);
    const { kid } = headerOf(json.access_token);
    const next = await Issuer.restore(settings, issuer.snapshot(), { key: issuer.key });
    const kids = (await keysOf(next)).map((key) => key.kid);
    assert.ok(kids.includes(kid));
    assert.equal((await next.inspectAnyAccessToken(json.access_token)).clientId, "app_web");
    const other = headerOf((await machine(next, API)).json.access_token).kid;
    assert.ok(other !== kid && kids.includes(other));
  });

  test("RFC 9068 section 4: what is inspected", async () => {
    const issuer = await Issuer.create({ ...config, signing: "ES256" });
    const { json } = await redeem(issuer, await signIn(issuer));
    assert.equal(issuer.inspectAccessToken(json.access_token), undefined);
    const info = await issuer.inspectAnyAccessToken(json.access_token);
    assert.deepEqual([info.subject, info.scope, info.audience], ["user_alice", "openid", [`${WEB}/oidc`]]);
    const flipped =
      json.access_token.slice(0, -8) + (json.access_token.at(-8) === "A" ? "B" : "A") + json.access_token.slice(-7);
    for (const token of [flipped, json.id_token, "", "a.b.c", "AT"]) {
      assert.equal(await issuer.inspectAnyAccessToken(token), undefined);
    }
    const opaque = await Issuer.create({ ...config, applications: [{ ...application, consent: "skip" }] });
    const tokens = (await redeem(opaque, await signIn(opaque))).json;
    const read = opaque.inspectAccessToken(tokens.access_token);
    assert.deepEqual(await opaque.inspectAnyAccessToken(tokens.access_token), read);
    await poster(door(issuer, "handle"))(`${WEB}/oauth2/revoke`, { token: json.access_token, ...web });
    assert.equal(await issuer.inspectAnyAccessToken(json.access_token), undefined);
  });
});
