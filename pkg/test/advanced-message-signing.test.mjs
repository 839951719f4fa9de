import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Fapi2Client, pushAuthorizationRequest, signAuthorizationRequest, signedIntrospect } from "eiam-token";
import { API, ISSUERS, REDIRECT_URI, key, signIn, startAdvancedIssuer } from "./support/advanced-issuer.mjs";
import { signer } from "./support/jwt.mjs";

/** FAPI 2.0 Message Signing, by the client and the issuer of this package. */

const SCOPE = "openid email offline_access read";
const wanted = { redirectUri: REDIRECT_URI, scope: SCOPE, resource: API };
const messageSigning = { key: key.privateKey, keyId: "client-key" };
const claimsOf = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[1], "base64url"));
const headerOf = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[0], "base64url"));

for (const [name, issuerOf] of Object.entries(ISSUERS)) {
  describe(`FAPI 2.0 Message Signing, ${name} issuer`, () => {
    /** @type {Awaited<ReturnType<typeof startAdvancedIssuer>>} */
    let at;
    before(async () => void (at = await startAdvancedIssuer("fapi2", issuerOf)));

    /** A client that signs its messages, and the forms of the requests that it has pushed. */
    async function newClient(clientId = "app_signing", more = {}) {
      const pushed = [];
      const fetch = (url, init) => {
        const form = new URLSearchParams(init.body ?? "");
        if (!form.has("grant_type") && form.has("client_assertion")) pushed.push(form);
        return at.fetch(url, init);
      };
      const client = await at.client(clientId, { messageSigning, fetch, ...more });
      return { client, pushed };
    }

    /** Where the pages lead to after alice has signed in. */
    const callbackOf = async (request) => (await signIn(at.browser(), request.url)).url;

    test("sections 5.3 and 5.4: a signed request, a signed response, and the tokens", async () => {
      const { client, pushed } = await newClient();
      assert.ok(client instanceof Fapi2Client);
      const request = await client.signIn(wanted);
      assert.deepEqual([...new URL(request.url).searchParams.keys()].sort(), ["client_id", "request_uri"]);
      const callback = await callbackOf(request);
      assert.deepEqual([...new URL(callback).searchParams.keys()], ["response"]);
      const response = new URL(callback).searchParams.get("response");
      assert.deepEqual([headerOf(response).alg, claimsOf(response).aud], ["ES256", "app_signing"]);
      const tokens = await client.completeSignIn(callback, request.serialize());
      assert.deepEqual([tokens.tokenType, tokens.claims.sub], ["DPoP", "user_alice"]);
      assert.equal((await client.refresh(tokens)).claims.sub, "user_alice");
      assert.equal((await client.userInfo(await client.refresh(tokens, { resource: API }))).sub, "user_alice");
      // A second push is for the nonce of the key's proof, with the same request.
      for (const form of pushed) {
        assert.equal(form.has("redirect_uri"), false);
        const { aud, nbf, exp, client_id, redirect_uri } = claimsOf(form.get("request"));
        assert.deepEqual([aud, client_id, redirect_uri], [issuerOf("app_signing"), "app_signing", REDIRECT_URI]);
        assert.ok(exp > nbf && exp - nbf <= 3600);
        assert.equal(headerOf(form.get("request")).typ, "oauth-authz-req+jwt");
      }
    });

    for (const responseMode of ["query.jwt", "fragment.jwt"]) {
      test(`section 5.4: ${responseMode}`, async () => {
        const { client } = await newClient();
        const request = await client.signIn({ ...wanted, responseMode });
        const tokens = await client.completeSignIn(await callbackOf(request), request);
        assert.equal(tokens.claims.sub, "user_alice");
      });
    }

    test("section 5.3: a request that is not signed is refused where the application signs", async () => {
      const { client } = await newClient("app_signing", { messageSigning: undefined });
      await assert.rejects(client.signIn(wanted), { code: "oauth_error", error: "invalid_request" });
    });

    test("section 5.3: a request that somebody else has signed", async () => {
      const { privateKey } = await signer("ES256", "client-key");
      const { client } = await newClient("app_signing", { messageSigning: { key: privateKey, keyId: "client-key" } });
      await assert.rejects(client.signIn(wanted), { code: "oauth_error", error: "invalid_request_object" });
    });

    test("section 5.3.1: a request that is valid for more than an hour", async () => {
      const { client } = await newClient();
      const signed = await signAuthorizationRequest(client, wanted, { ...messageSigning, lifetime: 7200 });
      const refused = { code: "oauth_error", error: "invalid_request_object" };
      await assert.rejects(pushAuthorizationRequest(client, signed), refused);
    });

    test("section 5.4: a refusal is signed as well", async () => {
      const { client } = await newClient();
      const request = await client.signIn({ ...wanted, prompt: "none" });
      const { url } = await at.browser().open(request.url);
      assert.deepEqual([...new URL(url).searchParams.keys()], ["response"]);
      const refused = { code: "oauth_error", error: "login_required" };
      await assert.rejects(client.completeSignIn(url, request), refused);
    });

    test("section 5.4: the response to another request, to another client, and one that was changed", async () => {
      const { client } = await newClient();
      const [first, second] = [await client.signIn(wanted), await client.signIn(wanted)];
      const callback = await callbackOf(first);
      await assert.rejects(client.completeSignIn(callback, second), { code: "invalid_callback", parameter: "state" });
      const { client: other } = await newClient("app_signed");
      const ofOther = await callbackOf(await other.signIn(wanted));
      const malformed = { code: "malformed_response" };
      // Each application has an issuer of its own, and the instance one for all of them.
      const path = issuerOf("app_signed") === issuerOf("app_signing") ? "response.aud" : "response.iss";
      await assert.rejects(client.completeSignIn(ofOther, first), { ...malformed, path });
      const [header, , signature] = new URL(callback).searchParams.get("response").split(".");
      const claims = { ...claimsOf(new URL(callback).searchParams.get("response")), code: "CO-of-somebody-else" };
      const changed = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
      const forged = `${REDIRECT_URI}?response=${changed}`;
      await assert.rejects(client.completeSignIn(forged, first), { ...malformed, path: "response.signature" });
      assert.equal((await client.completeSignIn(callback, first)).claims.sub, "user_alice");
    });

    test("section 5.4: a response that is not signed", async () => {
      const { client } = await newClient("app_user");
      const { client: silent } = await newClient("app_user", { messageSigning: undefined });
      const request = await silent.signIn(wanted);
      const callback = await callbackOf(request);
      assert.ok(new URL(callback).searchParams.has("code"));
      const refused = { code: "invalid_callback", parameter: "response" };
      await assert.rejects(client.completeSignIn(callback, request), refused);
    });

    test("section 5.5: a resource server gets a signed answer about the token", async () => {
      const { client } = await newClient();
      const request = await client.signIn(wanted);
      const tokens = await client.completeSignIn(await callbackOf(request), request);
      const { client: server } = await newClient("app_api");
      const about = await signedIntrospect(server, tokens.accessToken);
      assert.deepEqual([about.active, about.members.client_id], [true, "app_signing"]);
    });
  });
}
