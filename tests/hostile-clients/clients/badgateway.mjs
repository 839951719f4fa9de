import { OAuth2Client, generateCodeVerifier } from "@badgateway/oauth2-client";
import { version } from "../../hostile/parties/version.mjs";
import { REDIRECT_URI } from "../lib/world.mjs";

/** @type {import("../lib/run.mjs").Client} */
export const badgateway = {
  name: "@badgateway/oauth2-client",
  version: version("@badgateway/oauth2-client"),
  hasLimit: false,
  flows: {
    async signIn({ world, fetch }) {
      const { discovery, clientId, clientSecret } = world.issuer.clients.web;
      const client = new OAuth2Client({
        server: world.base,
        discoveryEndpoint: discovery,
        clientId,
        clientSecret,
        fetch,
      });
      const [state, codeVerifier] = ["a-state-of-the-application", await generateCodeVerifier()];
      const asked = { redirectUri: REDIRECT_URI, state, codeVerifier };
      // Without `openid`: it does no OpenID Connect.
      const url = await client.authorizationCode.getAuthorizeUri({ ...asked, scope: ["profile"] });
      const callback = await world.callback(url);
      const since = Date.now();
      const { expiresAt } = await quietly(() => client.authorizationCode.getTokenFromCodeRedirect(callback, asked));
      return { expiresAt: expiresAt === null ? undefined : expiresAt / 1000, since };
    },
  },
};

/** It writes responses that it refuses to the console. */
async function quietly(act) {
  const { warn } = console;
  console.warn = () => {};
  try {
    return await act();
  } finally {
    console.warn = warn;
  }
}
