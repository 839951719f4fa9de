import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from "oidc-client-ts";
import { version } from "../../hostile/parties/version.mjs";
import { REDIRECT_URI } from "../lib/world.mjs";

/** @type {import("../lib/run.mjs").Client} */
export const oidcClientTs = {
  name: "oidc-client-ts",
  version: version("oidc-client-ts"),
  // Its option for one (requestTimeoutInSeconds) is about the time until a response begins.
  hasLimit: false,
  usesGlobalFetch: true,
  flows: {
    async signIn({ world }) {
      const { issuer, clientId, clientSecret } = world.issuer.clients.web;
      const client = new OidcClient({
        authority: issuer,
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: REDIRECT_URI,
        scope: "openid profile",
        loadUserInfo: true,
        stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      });
      const { url } = await client.createSigninRequest({ nonce: "a-nonce-of-the-application", max_age: 600 });
      const callback = await world.callback(url);
      const since = Date.now();
      const { expires_at: expiresAt } = await client.processSigninResponse(callback);
      return { expiresAt, since };
    },
  },
};
