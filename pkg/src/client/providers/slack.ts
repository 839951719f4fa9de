import { changed, objectOf, spaced } from "./members.js";
import type { Preset } from "./preset.js";

/** An app of Slack's. */
export interface SlackOptions {
  /**
   * The token to use: that of the app itself (`bot`), or that of the user who installed it (`user`), which Slack sends in
   * `authed_user`. Default: `bot`.
   */
  readonly token?: "bot" | "user" | undefined;
}

/**
 * The preset for Slack's OAuth V2. Its tokens are of the type `bot` or `user`, scopes have commas between them, and the
 * token of the user is in an object of its own. Ask for scopes of the user by the extra parameter `user_scope`. Errors
 * with the status 200 and `ok: false` need no preset, and neither does Sign in with Slack, which is OpenID Connect.
 *
 * It gives up the check of `token_type`: the one that was asked for is taken as `Bearer`, and the other one is refused.
 */
export function slack({ token = "bot" }: SlackOptions = {}): Preset {
  return {
    server: {
      authorizationEndpoint: "https://slack.com/oauth/v2/authorize",
      tokenEndpoint: "https://slack.com/api/oauth.v2.access",
    },
    parse(text, { endpoint }) {
      if (endpoint !== "tokenEndpoint") return text;
      return changed(text, (members) => {
        if (members["ok"] !== true) return undefined;
        const user = token === "user" ? objectOf(members["authed_user"]) : undefined;
        if (user?.["access_token"] !== undefined) {
          // The members about the app's own token must not be taken for those of the user's: they go to `original`.
          const { access_token, refresh_token, expires_in, scope, token_type, ...others } = members;
          return bearer({ ...others, ...user });
        }
        // The answer to a refresh of the user's token has that token at the top.
        const isMeant = members["token_type"] === token;
        return isMeant ? bearer(members) : undefined;
      });
    },
  };
}

/** The members of an answer whose token is a bearer token, with spaces between its scopes. */
function bearer({ scope, ...members }: Record<string, unknown>): Record<string, unknown> {
  return { ...members, token_type: "Bearer", ...(scope !== undefined && { scope: spaced(scope) }) };
}
