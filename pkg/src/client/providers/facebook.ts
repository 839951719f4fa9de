import { checkPart } from "./argument.js";
import { changed, objectOf } from "./members.js";
import type { Preset, PresetFetch } from "./preset.js";
import { rewriting } from "./requests.js";

/** An app of Facebook's, for {@link facebookDevice}. */
export interface FacebookDeviceOptions extends PresetFetch {
  /** The app's id, which is also the client's id. */
  readonly appId: string;
  /** The client token from the app's settings. */
  readonly clientToken: string;
  /** The version of the Graph API. Default: `v2.6`, that of the documentation. */
  readonly version?: string | undefined;
}

/** The error codes of RFC 8628 section 3.5 in whose place Facebook sends these values of `error_subcode`. */
const CODES: Readonly<Record<string, string>> = {
  1349174: "authorization_pending",
  1349172: "slow_down",
  1349152: "expired_token",
};

/**
 * The preset for Facebook Login for Devices. Requests have the app's id and client token in `access_token`, and the device
 * code in `code`. Answers have the device code in `code`, no `token_type`, and errors as objects with numbers. The members
 * of such an object are those of the error, and the object itself is `members.original.error`.
 *
 * It gives up the check of `token_type`, which Facebook does not send, and which is taken as `Bearer` if it is missing.
 *
 * @throws {InvalidArgumentError} if a part cannot stand in an address
 */
export function facebookDevice(options: FacebookDeviceOptions): Preset {
  const { appId, clientToken, version = "v2.6", fetch } = options ?? {};
  checkPart("appId", appId, /^\d+$/, "123456789012345");
  checkPart("clientToken", clientToken, /^[^\s|]+$/, "the client token of the app's settings");
  checkPart("version", version, /^v\d+\.\d+$/, "v2.6");
  const base = `https://graph.facebook.com/${version}/device`;
  return {
    server: { deviceAuthorizationEndpoint: `${base}/login`, tokenEndpoint: `${base}/login_status` },
    fetch: rewriting(fetch, ({ url, form }) => {
      if (!url.startsWith(base)) return undefined;
      const own = new URLSearchParams({ access_token: `${appId}|${clientToken}` });
      const code = form.get("device_code");
      const scope = form.get("scope");
      if (code) own.set("code", code);
      if (scope) own.set("scope", scope.replaceAll(" ", ","));
      return own.toString();
    }),
    parse(text, { endpoint }) {
      return changed(text, (members) => {
        const error = objectOf(members["error"]);
        if (error) {
          const { message, code, error_subcode, error_user_msg } = error;
          const number = [error_subcode, code].map(String).find((one) => /^\d+$/.test(one)) ?? "error";
          const description = [error_user_msg, message].find((one) => typeof one === "string");
          const translated = { error: CODES[number] ?? `facebook_${number}`, error_description: description };
          return { ...error, ...members, ...translated };
        }
        if (endpoint === "deviceAuthorizationEndpoint" && members["code"] !== undefined) {
          return { device_code: members["code"], ...members };
        }
        return members["access_token"] === undefined ? undefined : { token_type: "Bearer", ...members };
      });
    },
  };
}
