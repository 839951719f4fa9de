import { Auth, customFetch, skipCSRFCheck } from "@auth/core";
import { version } from "../../hostile/parties/version.mjs";

const HERE = "https://app.example/auth";
/** How the cookie is called that says who is signed in. */
const SESSION = "session-token=";

/** @type {import("../lib/run.mjs").Client} */
export const authCore = {
  name: "Auth.js (@auth/core)",
  version: version("@auth/core"),
  hasLimit: false,
  flows: {
    async signIn({ world, fetch }) {
      const { issuer, clientId, clientSecret } = world.issuer.clients.web;
      let expiresAt;
      let failure;
      const note = (error) => {
        failure ??= error;
      };
      const provider = {
        id: "as",
        name: "The issuer",
        type: "oidc",
        issuer,
        clientId,
        clientSecret,
        checks: ["pkce", "state", "nonce"],
        // The user's claims are those of the userinfo endpoint.
        idToken: false,
        profile: ({ sub, name }) => ({ id: sub, name }),
        [customFetch]: fetch,
      };
      const config = {
        basePath: "/auth",
        trustHost: true,
        secret: "a secret of more than 32 characters",
        skipCSRFCheck,
        providers: [provider],
        logger: { error: note, warn() {}, debug() {} },
        callbacks: {
          jwt({ token, account }) {
            if (account) expiresAt = account.expires_at;
            return token;
          },
        },
      };
      const first = await Auth(new Request(`${HERE}/signin/as`, { method: "POST" }), config);
      const url = first.headers.get("location") ?? "";
      if (url.startsWith(HERE)) throw failure ?? new Error("there is no request");
      const callback = await world.callback(url);
      const cookie = first.headers.getSetCookie().map((one) => one.split(";")[0]);
      const since = Date.now();
      const second = await Auth(new Request(callback, { headers: { cookie: cookie.join("; ") } }), config);
      const isSignedIn = second.headers.getSetCookie().some((one) => one.includes(SESSION));
      if (!isSignedIn) throw failure ?? new Error(`nobody is signed in: ${second.headers.get("location")}`);
      return { expiresAt, since };
    },
  },
};
