import assert from "node:assert/strict";
import { signedIn } from "../advanced-examples.mjs";
import { backChannelLogout, clientOf, provider, signedInClient, signsInHere } from "../lib/advanced.mjs";
import { browserPage } from "../lib/hosts.mjs";
import { javascript } from "../lib/javascript.mjs";

/** A page, and a client of oidc-provider. @param {import("../lib/world.mjs").World} world */
async function page(world) {
  const { discover, ...others } = await provider(world);
  return { ...browserPage("https://app.example/"), ...others, client: await discover() };
}

export const path = "docs/advanced.md";
export const blocks = {
  "Pushed requests": [
    javascript({
      names: page,
      async after({ client, location, sessionStorage, __signIn }) {
        const response = client.parseCallback(
          await __signIn(location.went),
          sessionStorage.getItem("eiam-token request"),
        );
        assert.equal((await client.exchangeCode(response)).claims.sub, "alice");
      },
    }),
  ],
  "Tokens bound to a key": [
    javascript({
      async names(world) {
        const { issuer, clientId, authentication } = await provider(world);
        return { issuer, clientId, authentication, url: `${issuer}/me` };
      },
    }),
  ],
  "Signed requests and responses": [javascript({ names: page, replace: signsInHere })],
  "Authorization details": [
    javascript({
      names: () => ({
        client: clientOf({ authorization_details: [{ type: "payment", actions: ["initiate"], amount: "12.50" }] }),
      }),
    }),
  ],
  Resources: [javascript({ names: () => ({ client: clientOf() }) }), javascript({ names: signedInClient })],
  "Token exchange": [
    javascript({
      names: () => ({
        client: clientOf({ issued_token_type: "urn:ietf:params:oauth:token-type:access_token" }),
        subjectToken: "AT",
      }),
    }),
  ],
  "Tokens for an assertion": [
    javascript({ names: ({ privateKey, issuer }) => ({ client: clientOf(), privateKey, issuer }) }),
  ],
  "Tokens of another issuer": [
    javascript({
      names: () => ({ server: { tokenEndpoint: "https://as.example/token" }, clientId: "app_job", path: "token" }),
    }),
  ],
  "Signed answers": [javascript({ names: signedIn }), javascript({ names: backChannelLogout })],
  Registration: [javascript({ names: page })],
  "FAPI 2.0": [javascript({ names: page, replace: signsInHere })],
};
