import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Client } from "eiam-token";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import * as openid from "openid-client";
import { Browser, door, poster } from "./support/issuer-browser.mjs";

const NAMES = ["http://issuer:9400", "http://localhost:49153", "https://as.example"];
const APPLICATION = "/v2/idaas_example/app_machine";
const METADATA = `${APPLICATION}/oidc/.well-known/openid-configuration`;

const config = {
  ...exampleConfig("http://127.0.0.1:9400"),
  baseUrl: "request",
  allowedHosts: ["issuer:9400", "localhost:*", "as.example"],
};
const secretOf = (id) => config.applications.find(({ applicationId }) => applicationId === id).clientSecrets[0];
const machine = { client_id: "app_machine", client_secret: secretOf("app_machine") };

describe("both doors say the name of the request", () => {
  for (const name of ["handle", "fetch"]) {
    test(name, async () => {
      const send = door(await Issuer.create(config), name);
      for (const base of NAMES) {
        const { status, headers, text } = await send("GET", base + METADATA, {});
        assert.deepEqual([status, JSON.parse(text).issuer], [200, `${base}${APPLICATION}/oidc`]);
        assert.equal(headers.get("cache-control"), "no-store");
      }
      const { status, text } = await send("GET", `https://evil.example${METADATA}`, {});
      assert.deepEqual([status, /allowedHosts/.test(text), /evil/.test(text)], [421, true, false]);
    });
  }

  test("a path has the host of its field Host, as in a Node server", async () => {
    const issuer = await Issuer.create(config);
    const ask = async (headers) => {
      const { status, body } = await issuer.handle({ method: "GET", url: METADATA, headers });
      return [status, JSON.parse(new TextDecoder().decode(body)).issuer];
    };
    assert.deepEqual(await ask({ Host: "issuer:9400" }), [200, `${NAMES[0]}${APPLICATION}/oidc`]);
    assert.deepEqual(await ask({ host: "evil.example" }), [421, undefined]);
    assert.deepEqual(await ask({}), [400, undefined]);
    assert.deepEqual(await ask({ host: ["issuer:9400", "issuer:9400"] }), [400, undefined]);
    // What a proxy would say counts only where the configuration trusts it.
    const proxied = { host: "issuer:9400", "x-forwarded-host": "as.example", "x-forwarded-proto": "https" };
    assert.deepEqual(await ask(proxied), [200, `${NAMES[0]}${APPLICATION}/oidc`]);
    const trusting = await Issuer.create({ ...config, trustProxy: true });
    const { body } = await trusting.handle({ method: "GET", url: METADATA, headers: proxied });
    assert.equal(JSON.parse(new TextDecoder().decode(body)).issuer, `${NAMES[2]}${APPLICATION}/oidc`);
  });
});

test("requests at the same time keep their names, however long signing takes", async () => {
  const issuer = await Issuer.create(config);
  const post = poster(door(issuer, "handle"));
  const tokens = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const base = NAMES[index % 3];
      const url = `${base}/api/v2/iauths_system/oauth2/token`;
      const { json } = await post(url, { ...machine, grant_type: "client_credentials" });
      return [base, JSON.parse(Buffer.from(json.access_token.split(".")[1], "base64url").toString())];
    }),
  );
  for (const [base, { iss }] of tokens) assert.equal(iss, `${base}/api/v2/iauths_system/oauth2`);
});

test("a token of one name is introspected under another, and says its own", async () => {
  const issuer = await Issuer.create(config);
  const post = poster(door(issuer, "fetch"));
  const { json } = await post(`${NAMES[0]}${APPLICATION}/oauth2/token`, {
    ...machine,
    grant_type: "client_credentials",
  });
  const { json: state } = await post(`${NAMES[2]}${APPLICATION}/oauth2/introspect`, {
    ...machine,
    token: json.access_token,
  });
  assert.deepEqual([state.active, state.iss], [true, `${NAMES[0]}${APPLICATION}/oidc`]);
  assert.equal(issuer.inspectAccessToken(json.access_token).issuer, state.iss);
});

test("a browser signs in under its name, with cookies that are secure where it is", async () => {
  const issuer = await Issuer.create(config);
  for (const base of NAMES.slice(1)) {
    const set = [];
    const send = door(issuer, "handle");
    const browser = new Browser(async (...request) => {
      const answer = await send(...request);
      set.push(...answer.headers.getSetCookie());
      return answer;
    }, base);
    const query = new URLSearchParams({
      client_id: "app_web",
      response_type: "code",
      redirect_uri: "http://127.0.0.1:8700/cb",
      scope: "openid",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    });
    let page = await browser.open(`${base}/login/app/app_web/oauth2/authorize?${query}`);
    page = await browser.submit(page, { username: "alice", password: config.users[0].password });
    if (page.status === 200) page = await browser.submit(page, {}, "allow");
    assert.equal(new URL(page.url).searchParams.get("iss"), `${base}/v2/idaas_example/app_web/oidc`);
    assert.ok(set.length > 0);
    for (const cookie of set) assert.equal(/; Secure/.test(cookie), base.startsWith("https:"), cookie);
  }
});

describe("clients that check the issuer accept each name", () => {
  for (const base of NAMES) {
    test(`the client here, ${base}`, async () => {
      const issuer = await Issuer.create(config);
      const client = await Client.discover(`${base}${APPLICATION}/oidc`, {
        clientId: "app_machine",
        authentication: { method: "client_secret_basic", clientSecret: machine.client_secret },
        allowInsecureRequests: true,
        fetch: (url, init) => issuer.fetch(new Request(url, init)),
      });
      const { accessToken } = await client.clientCredentials({ scope: "api://api.example.com|read:file" });
      assert.equal(issuer.inspectAccessToken(accessToken).issuer, `${base}${APPLICATION}/oidc`);
    });

    test(`openid-client with DPoP, ${base}`, async () => {
      const issuer = await Issuer.create(config);
      const server = new URL(`${base}${APPLICATION}/oidc`);
      const client = await openid.discovery(server, "app_machine", machine.client_secret, undefined, {
        execute: [openid.allowInsecureRequests],
        [openid.customFetch]: (url, init) => issuer.fetch(new Request(url, init)),
      });
      const DPoP = openid.getDPoPHandle(client, await openid.randomDPoPKeyPair("ES256"));
      const tokens = await openid.clientCredentialsGrant(client, {}, { DPoP });
      assert.equal(tokens.token_type, "dpop");
      const state = await openid.tokenIntrospection(client, tokens.access_token);
      assert.deepEqual([state.active, state.iss], [true, server.href]);
    });
  }
});
