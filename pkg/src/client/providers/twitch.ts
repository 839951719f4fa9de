import { changed } from "./members.js";
import type { Preset } from "./preset.js";

/**
 * The preset for Twitch, whose `scope` is an array, and whose errors have their reason in `message`. It gives up no check:
 * an array with anything but scopes is refused.
 */
export function twitch(): Preset {
  const base = "https://id.twitch.tv/oauth2";
  return {
    server: {
      issuer: base,
      authorizationEndpoint: `${base}/authorize`,
      tokenEndpoint: `${base}/token`,
      deviceAuthorizationEndpoint: `${base}/device`,
      userinfoEndpoint: `${base}/userinfo`,
      revocationEndpoint: `${base}/revoke`,
      jwksUri: `${base}/keys`,
    },
    parse(text, { endpoint, status }) {
      if (endpoint !== "tokenEndpoint") return text;
      return changed(text, (members) => {
        const { scope, message } = members;
        if (status >= 400 && typeof message === "string") {
          const error = /^invalid refresh token$/i.test(message) ? "invalid_grant" : message.replace(/[^\w]+/g, "_");
          return { error, error_description: message };
        }
        if (!Array.isArray(scope) || !scope.every((one) => typeof one === "string" && /^[!#-[\]-~]+$/.test(one))) {
          return undefined;
        }
        return { ...members, scope: scope.length ? scope.join(" ") : undefined };
      });
    },
  };
}
