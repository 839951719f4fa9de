import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Client } from "eiam-token";
import { azureB2C, entra, gitHub, keycloak } from "eiam-token/providers";
import { signer } from "./support/jwt.mjs";
import { json, mockFetch } from "./support/mock-fetch.mjs";

const clientId = "client";
const GUID = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";

/** Signs in with an id_token of this issuer, and returns its claims. */
async function signIn(preset, iss, more = {}) {
  const { jwk, jwt } = await signer("ES256", "1");
  const now = Math.floor(Date.now() / 1000);
  const fetch = mockFetch(json(JSON.stringify({ keys: [jwk] })), async () => {
    const id_token = await jwt({ iss, sub: "u", aud: clientId, iat: now, exp: now + 300, nonce, ...more });
    return json(JSON.stringify({ access_token: "a", token_type: "Bearer", id_token }));
  });
  const rp = new Client({ ...preset, clientId, fetch });
  const request = rp.authorizationRequest({ redirectUri: "https://app.example/cb", scope: "openid" });
  const query = new URL(request.url).searchParams;
  const nonce = query.get("nonce");
  const { claims } = await rp.exchangeCode(rp.parseCallback(`?code=CO&state=${query.get("state")}`, request));
  return { claims, urls: [request.url, ...fetch.calls.map(({ url }) => url)] };
}

describe("what an application writes into an issuer is compared as the server writes it", () => {
  test("Entra ID: the GUID of a tenant", async () => {
    const iss = `https://login.microsoftonline.com/${GUID}/v2.0`;
    for (const tenant of [GUID, GUID.toUpperCase()]) {
      const { claims, urls } = await signIn(entra({ tenant }), iss, { tid: GUID });
      assert.equal(claims.sub, "u");
      for (const url of urls) assert.ok(url.startsWith(`https://login.microsoftonline.com/${GUID}/`), url);
    }
    const other = entra({ tenant: GUID.replace("8", "9").toUpperCase() });
    await assert.rejects(signIn(other, iss, { tid: GUID }), { path: "id_token.iss" });
  });

  test("Entra ID: the accounts of many tenants, and the tenants of which they are", async () => {
    const iss = `https://login.microsoftonline.com/${GUID}/v2.0`;
    const { urls } = await signIn(entra({ tenant: "Organizations", tenants: [GUID.toUpperCase()] }), iss, {
      tid: GUID,
    });
    for (const url of urls) assert.ok(url.startsWith("https://login.microsoftonline.com/organizations/"), url);
  });

  test("Azure AD B2C: the GUID, the name of the tenant and the domain", async () => {
    const policy = "B2C_1_Sign_In";
    for (const [options, host] of [
      [{ tenant: "Contoso", tenantId: GUID.toUpperCase(), policy }, "contoso.b2clogin.com"],
      [{ tenant: "contoso", tenantId: GUID, policy, domain: "Login.Contoso.com" }, "login.contoso.com"],
    ]) {
      const { claims, urls } = await signIn(azureB2C(options), `https://${host}/${GUID}/v2.0/`);
      assert.equal(claims.sub, "u");
      // The case of a policy's name is the application's.
      for (const url of urls) assert.ok(url.startsWith(`https://${host}/contoso.onmicrosoft.com/${policy}/`), url);
    }
  });

  test("Keycloak: scheme, host, port and the slash at the end, and not the path", async () => {
    const internal = "https://keycloak.internal/realms/Shop";
    const iss = "https://auth.example/realms/Shop";
    for (const issuer of [iss, `${iss}/`, "HTTPS://Auth.Example/realms/Shop", "https://auth.example:443/realms/Shop"]) {
      const preset = keycloak({ issuer, internal });
      assert.equal(preset.server.issuer, iss);
      assert.equal((await signIn(preset, iss)).claims.sub, "u");
    }
    const other = keycloak({ issuer: "https://auth.example/realms/shop", internal });
    await assert.rejects(signIn(other, iss), { path: "id_token.iss" });
    for (const issuer of ["https://auth.example:99999/realms/shop", "https://[/realms/shop"]) {
      assert.throws(() => keycloak({ issuer, internal }), { code: "invalid_argument", argument: "issuer" }, issuer);
    }
  });

  test("Keycloak: a callback needs no iss, as no metadata say so, and a wrong one is refused", () => {
    const issuer = "https://auth.example/realms/shop";
    const preset = keycloak({ issuer, internal: "https://keycloak.internal/realms/shop" });
    const server = { ...preset.server, authorizationResponseIssParameterSupported: true };
    for (const [own, iss, isRight] of [
      [preset, undefined, true],
      [preset, issuer, true],
      [preset, "https://other.example", false],
      [{ ...preset, server }, undefined, false],
    ]) {
      const rp = new Client({ ...own, clientId });
      const request = rp.authorizationRequest({ redirectUri: "https://app.example/cb" });
      const state = new URL(request.url).searchParams.get("state");
      const callback = `?${new URLSearchParams({ code: "CO", state, ...(iss && { iss }) })}`;
      if (isRight) assert.ok(rp.parseCallback(callback, request));
      else assert.throws(() => rp.parseCallback(callback, request), { code: "invalid_callback" }, `${iss}`);
    }
  });

  test("GitHub: the host, by which its API is found", () => {
    for (const host of ["https://GitHub.com", "https://github.com/", "https://github.com:443"]) {
      assert.deepEqual(gitHub({ host }).server, gitHub().server);
    }
    assert.equal(
      gitHub({ host: "https://GitHub.Example:8443/" }).server.userinfoEndpoint,
      "https://github.example:8443/api/v3/user",
    );
  });
});
