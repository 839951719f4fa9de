import { changed, spaced } from "./members.js";
import type { Preset, PresetFetch } from "./preset.js";
import { rewriting } from "./requests.js";

/**
 * TikTok's Login Kit for the web. The client's id is called `client_key`, and scopes have commas between them. Requests
 * to its endpoints are sent so. The address of the sign-in page is the application's to open: add
 * `extra: { client_key: clientId }` to the authorization request, and put commas between its scopes. `open_id`, the
 * user's id, is among the members of the answer.
 *
 * Gives up nothing. Login Kit for desktop is not supported: its PKCE wants a hash in hexadecimal digits.
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
