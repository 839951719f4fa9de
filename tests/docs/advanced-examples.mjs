// How the examples in the doc comments about further protocols are run, by file and name.
import assert from "node:assert/strict";
import { backChannelLogout, clientOf, provider, signsInHere } from "./lib/advanced.mjs";
import { browserPage } from "./lib/hosts.mjs";
import { javascript } from "./lib/javascript.mjs";
import { REDIRECT_URI } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").World} World */

/** A page, and a client of oidc-provider. @param {World} world */
async function page(world) {
  const { discover, ...others } = await provider(world);
  return { ...browserPage("https://app.example/"), ...others, client: await discover() };
}

/** That the browser went where a pushed request goes on. @param {Record<string, any>} given */
function wentOn({ location }) {
  assert.match(location.went, /\?client_id=signs&request_uri=/);
}

export const advancedExamples = {
  "client/advanced/authorization-details.ts authorizationDetails": javascript({
    names: async (world) => ({ client: await world.spa(), redirectUri: REDIRECT_URI }),
  }),
  "client/advanced/dpop.ts dpopProofs": javascript({
    names: async (world) => ({ server: (await world.spa()).server, clientId: "app_spa" }),
  }),
  "client/advanced/dpop-key.ts indexedDbKey": javascript({
    // IndexedDB is a browser's: the key is a new one here, and tests/browser has the real one.
    replace: (text) => text.replace(", indexedDbKey }", " }").replace("await indexedDbKey()", ""),
    names: async (world) => ({ server: (await world.spa()).server, clientId: "app_spa" }),
  }),
  "client/advanced/fapi2.ts Fapi2Client": javascript({
    names: page,
    replace: (text) => signsInHere(text).replace("app_signer", "signs").replace("key-1", "client"),
  }),
  "client/advanced/federated-token.ts federatedToken": javascript({
    names: () => ({ server: { tokenEndpoint: "https://as.example/token" }, clientId: "app_job", path: "token" }),
  }),
  "client/advanced/fetch-with-token.ts fetchWithToken": javascript({
    async names(world) {
      const client = await world.spa();
      const tokens = await world.tokens(client);
      return { client, tokens, fetch: async () => new Response("", { status: 201 }) };
    },
  }),
  "client/advanced/jarm.ts parseJwtCallback": javascript({
    names: page,
    // This server takes pushed requests alone.
    replace: (text) =>
      signsInHere(text)
        .replace("parseJwtCallback }", "parseJwtCallback, pushAuthorizationRequest }")
        .replace("client.authorizationRequest(", "await pushAuthorizationRequest(client, ")
        .replace("location.went", "request.url"),
  }),
  "client/advanced/jwt-bearer.ts jwtBearer": javascript({
    names: ({ privateKey, issuer }) => ({ client: clientOf(), key: privateKey, issuer }),
  }),
  "client/advanced/logout-token.ts parseLogoutToken": javascript({ names: backChannelLogout }),
  "client/advanced/pushed.ts pushAuthorizationRequest": javascript({ names: page, after: wentOn }),
  "client/advanced/pushed.ts prepareSignIn": javascript({ names: page, after: wentOn }),
  "client/advanced/registration.ts registerClient": javascript({
    names: page,
    // This server demands a token.
    replace: (text) => text.replace(/\}\);(?=\nconst client)/, "}, { initialAccessToken });"),
  }),
  "client/advanced/request-object.ts signAuthorizationRequest": javascript({ names: page, after: wentOn }),
  "client/advanced/signed-user-info.ts signedUserInfo": javascript({ names: signedIn }),
  "client/advanced/token-exchange.ts exchangeToken": javascript({
    names: () => ({
      client: clientOf({ issued_token_type: "urn:ietf:params:oauth:token-type:access_token" }),
      tokenOfTheRequest: "AT",
    }),
  }),
};

/** A client of oidc-provider, and tokens of Alice. @param {World} world */
export async function signedIn(world) {
  const { pushAuthorizationRequest } = await import("eiam-token");
  const { client, redirectUri, __signIn } = await page(world);
  const request = await pushAuthorizationRequest(client, { redirectUri, scope: "openid" });
  return { client, tokens: await client.exchangeCode(client.parseCallback(await __signIn(request.url), request)) };
}
