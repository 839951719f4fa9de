import { deviceScopes } from "./device-scopes.js";
import { changed } from "./members.js";
import type { Preset, PresetFetch } from "./preset.js";
import { rewriting } from "./requests.js";

/**
 * The preset for Twitch. The device flow calls the scopes `scopes` in place of `scope`, and wants them with the device code
 * as well. Answers have `scope` as an array, and errors of every endpoint their reason in `message`.
 *
 * The preset remembers which scopes a device code was asked with. A client that another call of this function made, such as
 * after a restart, does not know them. Whoever sends requests without the client can name them by the parameter `extra` of
 * `tokenRequest.deviceCode`.
 *
 * It gives up no check: an array with anything but scopes is refused.
 */
export function twitch({ fetch }: PresetFetch = {}): Preset {
  const base = "https://id.twitch.tv/oauth2";
  const asked = deviceScopes(fetch, `${base}/device`, "scopes");
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
    fetch: rewriting(asked.fetch, ({ url, form }) => {
      const code = form.get("device_code");
      if (url !== `${base}/device` && code === null) return undefined;
      const scopes = form.get("scopes") ?? form.get("scope") ?? asked.of(`${code}`);
      form.delete("scope");
      if (scopes) form.set("scopes", scopes);
      return undefined;
    }),
    parse(text, { endpoint, status }) {
      return changed(text, (members) => {
        const { scope, message } = members;
        if (status >= 400 && typeof message === "string") {
          return { ...members, error: wordOf(message) || `twitch_${status}`, error_description: message };
        }
        if (endpoint !== "tokenEndpoint" || !Array.isArray(scope) || !scope.every(isScope)) return undefined;
        return { ...members, scope: scope.join(" ") };
      });
    },
  };
}

/** The error code of RFC 6749 that a reason means, else one made of its words; empty if it has none. */
function wordOf(message: string): string {
  if (/^invalid refresh token$/i.test(message)) return "invalid_grant";
  const words = message.toLowerCase().match(/[a-z\d]+/g);
  return words?.join("_") ?? "";
}

/** Whether a value is one scope (RFC 6749 section 3.3). */
function isScope(one: unknown): boolean {
  return typeof one === "string" && /^[!#-[\]-~]+$/.test(one);
}
