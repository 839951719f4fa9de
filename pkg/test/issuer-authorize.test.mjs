import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { describe, test } from "node:test";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import { Browser, door, poster } from "./support/issuer-browser.mjs";

const BASE = "http://127.0.0.1:9400";
const SPA = `${BASE}/v2/idaas_example/app_spa`;
const AUTHORIZE = `${BASE}/login/app/app_spa/oauth2/authorize`;
const REDIRECT = "http://localhost:8600/callback";

const example = exampleConfig(BASE);
const config = {
  ...example,
  signing: "ES256",
  applications: example.applications.map((application) =>
    application.applicationId === "app_spa"
      ? { ...application, grants: [...application.grants, "implicit"] }
      : application,
  ),
};
const [alice] = config.users;

const implicit = {
  client_id: "app_spa",
  response_type: "id_token token",
  redirect_uri: REDIRECT,
  scope: "openid email",
  state: "s",
  nonce: "n-1",
};

async function signIn(send, query) {
  const browser = new Browser(send, BASE);
  const page = await browser.open(`${AUTHORIZE}?${new URLSearchParams(query)}`);
  return browser.submit(page, { username: "alice", password: alice.password });
}

async function claimsOf(send, jwt) {
  const [header, payload, signature] = jwt.split(".");
  const { keys } = JSON.parse((await send("GET", `${SPA}/oidc/jwks`, {})).text);
  const { kid } = JSON.parse(Buffer.from(header, "base64url"));
  const jwk = keys.find((key) => key.kid === kid);
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await webcrypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  const bytes = Buffer.from(signature, "base64url");
  assert.equal(bytes.length, 64);
  const signed = Buffer.from(`${header}.${payload}`);
  assert.ok(await webcrypto.subtle.verify(algorithm, key, bytes, signed), "a wrong signature");
  return JSON.parse(Buffer.from(payload, "base64url"));
}

for (const name of ["handle", "fetch"]) {
  describe(`authorization through ${name}`, async () => {
    const issuer = await Issuer.create(config);
    const send = door(issuer, name);
    const post = poster(send);

    test("an id_token in the fragment of a redirect is signed", async () => {
      const { url } = await signIn(send, implicit);
      const answer = new URLSearchParams(new URL(url).hash.slice(1));
      assert.equal((await claimsOf(send, answer.get("id_token"))).nonce, "n-1");
      const authorization = `Bearer ${answer.get("access_token")}`;
      const info = await send("GET", `${SPA}/oauth2/userinfo`, { authorization });
      assert.equal(JSON.parse(info.text).email, "alice@example.com");
    });

    test("an id_token in a form is signed, and the page needs no script", async () => {
      const page = await signIn(send, { ...implicit, response_mode: "form_post" });
      assert.equal(page.status, 200, page.text);
      const [, idToken] = /name="id_token" value="([^"]*)"/.exec(page.text);
      assert.equal((await claimsOf(send, idToken)).sub, "user_alice");
      assert.match(page.text, new RegExp(`action="${REDIRECT}"`));
      assert.match(page.text, /<button type="submit"/);
    });

    test("a pushed request", async () => {
      const pushed = await post(`${SPA}/oauth2/par`, implicit);
      assert.equal(pushed.status, 201, pushed.text);
      const { request_uri } = pushed.json;
      const { url } = await signIn(send, { client_id: "app_spa", request_uri });
      assert.ok(url.startsWith(`${REDIRECT}#`), url);
      const again = `${AUTHORIZE}?${new URLSearchParams({ client_id: "app_spa", request_uri })}`;
      assert.equal((await send("GET", again, {})).status, 400);
    });

    test("pages in Chinese", async () => {
      const url = `${AUTHORIZE}?${new URLSearchParams(implicit)}`;
      const page = await send("GET", url, { "accept-language": "zh-CN,zh;q=0.9" });
      assert.match(page.text, /<html lang="zh-CN">.*用户名/s);
    });

    test("scripts of the application's origins and no others", async () => {
      const allowed = async (origin) =>
        (await send("OPTIONS", `${SPA}/oauth2/token`, { origin })).headers.get("access-control-allow-origin");
      assert.equal(await allowed("http://localhost:8600"), "http://localhost:8600");
      assert.equal(await allowed("https://evil.example"), null);
    });

    test("an id_token_hint signs out by way of a page", async () => {
      const { url } = await signIn(send, implicit);
      const hint = new URLSearchParams(new URL(url).hash.slice(1)).get("id_token");
      const logout = async (id_token_hint) => {
        const query = { id_token_hint, post_logout_redirect_uri: "http://localhost:8600/" };
        return send("GET", `${AUTHORIZE.replace("authorize", "logout")}?${new URLSearchParams(query)}`, {});
      };
      // Nobody is signed in in this browser, so there is nothing to ask.
      const answer = await logout(hint);
      assert.equal(answer.headers.get("location"), "http://localhost:8600/");
      const end = hint.at(-5) === "A" ? "B" : "A";
      assert.equal((await logout(hint.slice(0, -5) + end + hint.slice(-4))).status, 400);
    });
  });
}

test("a session of the host gives its answers to tokens as well", async () => {
  const issuer = await Issuer.create(config, { sessions: "host" });
  const send = door(issuer, "handle");
  await signIn(send, implicit);
  const silent = `${AUTHORIZE}?${new URLSearchParams({ ...implicit, prompt: "none" })}`;
  const { headers } = await send("GET", silent, {});
  const answer = new URLSearchParams(new URL(headers.get("location")).hash.slice(1));
  assert.equal((await claimsOf(send, answer.get("id_token"))).sub, "user_alice");
});
