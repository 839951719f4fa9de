import { changed, spaced } from "./members.js";
import type { Preset, PresetFetch } from "./preset.js";
import { rewriting } from "./requests.js";

/**
 * The preset for TikTok's Login Kit for the web. TikTok calls the client's id `client_key`, and puts commas between
 * scopes. The preset changes the requests that the client sends. For the sign-in page, which the application opens, add
 * `extra: { client_key: clientId }` to the authorization request, and put commas between its scopes. The user's id is
 * `open_id` among the members of the answer.
 *
 * It gives up no check. Login Kit for desktop is not supported, because its PKCE wants a hash in hexadecimal digits.
 */
export function tikTok({ fetch }: PresetFetch = {}): Preset {
  return {
    server: {
      authorizationEndpoint: "https://www.tiktok.com/v2/auth/authorize/",
      tokenEndpoint: "https://open.tiktokapis.com/v2/oauth/token/",
      revocationEndpoint: "https://open.tiktokapis.com/v2/oauth/revoke/",
    },
    fetch: rewriting(fetch, ({ form }) => {
      const clientId = form.get("client_id");
      form.delete("client_id");
      if (clientId !== null) form.set("client_key", clientId);
      return undefined;
    }),
    parse(text, { endpoint }) {
      if (endpoint !== "tokenEndpoint") return text;
      return changed(text, (members) => {
        const { scope } = members;
        return typeof scope === "string" && scope.includes(",") ? { ...members, scope: spaced(scope) } : undefined;
      });
    },
  };
}
