import { javascript } from "../lib/javascript.mjs";

export const path = "docs/providers.md";
export const blocks = {
  Providers: [javascript({ names: () => ({ clientSecret: "secret" }) })],
  "Sign in with Apple": [
    javascript({
      async names() {
        const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
        return {
          teamId: "DEF123GHIJ",
          keyId: "ABC123DEFG",
          clientId: "com.example.web",
          key: pair.privateKey,
          redirectUri: "https://app.example/callback",
        };
      },
    }),
  ],
  "A dialect of your own": [
    javascript({
      names: () => ({ server: { tokenEndpoint: "https://as.example/token" }, clientId: "client" }),
    }),
  ],
};
