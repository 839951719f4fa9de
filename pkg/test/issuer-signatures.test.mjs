import assert from "node:assert/strict";
import { createHash, randomBytes, webcrypto } from "node:crypto";
import { describe, test } from "node:test";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import { door, poster } from "./support/issuer-browser.mjs";
import { algorithms, webCrypto } from "./support/jwt.mjs";

const BASE = "http://127.0.0.1:9400";
const MACHINE = `${BASE}/v2/idaas_example/app_machine`;
const TOKEN = `${MACHINE}/oauth2/token`;
const NOW = 1_800_000_000;
const config = exampleConfig(BASE);

const { subtle } = webcrypto;

/** A new key, which signs JWTs. */
async function newKey(alg) {
  const algorithm = webCrypto[alg];
  const { privateKey, publicKey } = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { key_ops, ext, ...jwk } = await subtle.exportKey("jwk", publicKey);
  delete jwk.alg;
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const sign = async (header, claims) => {
    const input = `${part({ alg, ...header })}.${part(claims)}`;
    const signature = await subtle.sign(algorithm, privateKey, Buffer.from(input));
    return `${input}.${Buffer.from(signature).toString("base64url")}`;
  };
  return { jwk, sign };
}

function issuerFor(keys, more = {}) {
  const applications = config.applications.map((application) =>
    application.applicationId === "app_machine" ? { ...application, jwks: { keys } } : application,
  );
  return Issuer.create({ ...config, applications, ...more }, { clock: () => NOW });
}

const assertion = (aud, jti) => {
  const id = "app_machine";
  return { iss: id, sub: id, aud, jti, exp: NOW + 60 };
};

const asking = (client_assertion) => ({
  grant_type: "client_credentials",
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion,
});

for (const alg of algorithms) {
  describe(`signatures with ${alg}`, async () => {
    const [key, stranger] = [await newKey(alg), await newKey(alg)];
    const issuer = await issuerFor([key.jwk]);

    for (const name of ["handle", "fetch"]) {
      const send = door(issuer, name);
      const post = poster(send);

      test(`private_key_jwt through ${name}`, async () => {
        const claims = assertion(TOKEN, `${name} 1`);
        const forged = await post(TOKEN, asking(await stranger.sign({}, claims)));
        assert.deepEqual([forged.status, forged.json.error], [401, "invalid_client"]);
        const good = asking(await key.sign({}, claims));
        assert.equal((await post(TOKEN, good)).status, 200);
        assert.equal((await post(TOKEN, good)).json.error, "invalid_client");
      });

      test(`DPoP through ${name}`, async () => {
        const { client_secret } = {
          client_secret: config.applications.find((one) => one.applicationId === "app_machine").clientSecrets[0],
        };
        const claims = { htm: "POST", htu: TOKEN, iat: NOW, jti: randomBytes(8).toString("hex") };
        const header = { typ: "dpop+jwt", jwk: key.jwk };
        const ask = async (dpop) => {
          const form = new URLSearchParams({ grant_type: "client_credentials", client_secret });
          const type = "application/x-www-form-urlencoded";
          const answer = await send("POST", TOKEN, { "content-type": type, dpop }, form.toString());
          return { status: answer.status, ...JSON.parse(answer.text) };
        };
        assert.equal((await ask(await stranger.sign(header, claims))).error, "invalid_dpop_proof");
        const proof = await key.sign(header, claims);
        const tokens = await ask(proof);
        assert.deepEqual([tokens.status, tokens.token_type], [200, "DPoP"]);
        assert.equal((await ask(proof)).error, "invalid_dpop_proof");
      });
    }

    test("20 at a time, and one assertion works once", async () => {
      const post = poster(door(issuer, "handle"));
      const good = asking(await key.sign({}, assertion(TOKEN, "parallel")));
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(TOKEN, good)));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    });
  });
}

describe("the code and the refresh token of an npm user", async () => {
  const issuer = await Issuer.create(config, { clock: () => NOW });
  const post = poster(door(issuer, "handle"));
  const WEB = `${BASE}/v2/idaas_example/app_web`;
  const { clientSecrets, redirectUris } = config.applications.find(({ applicationId }) => applicationId === "app_web");
  const web = { client_id: "app_web", client_secret: clientSecrets[0] };
  const won = (answers) => answers.filter(({ status }) => status === 200);

  test("20 exchanges of one refresh token at a time: one wins, and the sign-in ends", async () => {
    const [{ username, password }] = config.users;
    const signIn = { grant_type: "password", username, password, scope: "openid", ...web };
    const { json } = await post(`${WEB}/oauth2/token`, signIn);
    const { refresh_token } = json;
    const refresh = { grant_type: "refresh_token", refresh_token, ...web };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(`${WEB}/oauth2/token`, refresh)));
    assert.equal(won(answers).length, 1);
    const next = { ...refresh, refresh_token: won(answers)[0].json.refresh_token };
    assert.equal((await post(`${WEB}/oauth2/token`, next)).json.error, "invalid_grant");
  });

  test("20 exchanges of one code at a time: one wins, and its tokens end", async () => {
    const { Browser } = await import("./support/issuer-browser.mjs");
    const send = door(issuer, "handle");
    const browser = new Browser(send, BASE);
    const verifier = randomBytes(32).toString("base64url");
    const query = new URLSearchParams({
      client_id: "app_web",
      response_type: "code",
      redirect_uri: redirectUris[0],
      scope: "openid",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    let page = await browser.open(`${BASE}/login/app/app_web/oauth2/authorize?${query}`);
    const [{ username, password }] = config.users;
    page = await browser.submit(page, { username, password });
    if (page.status === 200) page = await browser.submit(page, {}, "allow");
    const exchange = {
      grant_type: "authorization_code",
      code: new URL(page.url).searchParams.get("code"),
      redirect_uri: redirectUris[0],
      code_verifier: verifier,
      ...web,
    };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(`${WEB}/oauth2/token`, exchange)));
    assert.equal(won(answers).length, 1);
    const [{ json }] = won(answers);
    const authorization = `Bearer ${json.access_token}`;
    assert.equal((await send("GET", `${WEB}/oauth2/userinfo`, { authorization })).status, 400);
  });
});
