import { changed, objectOf, spaced } from "./members.js";
import type { Preset } from "./preset.js";

/** An app of Slack's. */
export interface SlackOptions {
  /**
   * Whose token is meant: the app's own (`bot`), or that of the user who installed it (`user`), which Slack sends in
   * `authed_user`. Default: `bot`.
   */
  readonly token?: "bot" | "user" | undefined;
}

/**
 * Slack's OAuth V2. Its tokens are of the type `bot` or `user`, scopes have commas between them, and the token of the
 * user is in an object of its own. That errors come with the status 200 and `ok: false` needs no preset. Ask for scopes
 * of the user's with the extra parameter `user_scope`. Sign in with Slack, which is OpenID Connect, needs no preset.
 *
 * Gives up: `token_type`. Both kinds are bearer tokens.
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
          // What is the app's own must not be taken for the user's.
          const { access_token, refresh_token, expires_in, scope, token_type, ...others } = members;
          return bearer({ ...others, ...user });
        }
        // A refresh of the user's token has it at the top.
        const isMeant = members["token_type"] === token;
        return isMeant ? bearer(members) : undefined;
      });
    },
  };
}

function bearer({ scope, ...members }: Record<string, unknown>): Record<string, unknown> {
  return { ...members, token_type: "Bearer", ...(scope !== undefined && { scope: spaced(scope) }) };
}
