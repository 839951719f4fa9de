import { changed, spaced } from "./members.js";
import type { Preset, PresetFetch } from "./preset.js";
import { rewriting } from "./requests.js";

/** An application at LinkedIn. */
export interface LinkedInOptions extends PresetFetch {
  /** Whether LinkedIn has enabled PKCE for the application. Default: `false`. */
  readonly pkce?: boolean | undefined;
}

/**
 * The preset for LinkedIn. Its answers have no `token_type`, scopes have commas between them, id_tokens have no `nonce`,
 * and LinkedIn refuses a `code_verifier` beside the secret unless it has enabled PKCE for the application.
 *
 * It gives up the check of `token_type`, which is taken as `Bearer` if it is missing, the nonce, and without `pkce` the code
 * verifier. `state` still ties the code to the browser, and the client's secret (`client_secret_post`) ties it to the client.
 */
export function linkedIn({ pkce = false, fetch }: LinkedInOptions = {}): Preset {
  return {
    server: {
      issuer: "https://www.linkedin.com/oauth",
      authorizationEndpoint: "https://www.linkedin.com/oauth/v2/authorization",
      tokenEndpoint: "https://www.linkedin.com/oauth/v2/accessToken",
      userinfoEndpoint: "https://api.linkedin.com/v2/userinfo",
      introspectionEndpoint: "https://www.linkedin.com/oauth/v2/introspectToken",
      jwksUri: "https://www.linkedin.com/oauth/openid/jwks",
    },
    nonce: false,
    ...(pkce
      ? fetch && { fetch }
      : {
          fetch: rewriting(fetch, ({ form }) => {
            form.delete("code_verifier");
            return undefined;
          }),
        }),
    parse(text, { endpoint }) {
      if (endpoint !== "tokenEndpoint") return text;
      return changed(text, (members) => {
        if (members["access_token"] === undefined) return undefined;
        const { scope } = members;
        return { token_type: "Bearer", ...members, ...(scope !== undefined && { scope: spaced(scope) }) };
      });
    },
  };
}
