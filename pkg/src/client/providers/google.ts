import { changed } from "./members.js";
import type { Preset } from "./preset.js";

/**
 * The preset for Google, above all for its device flow, which calls the page for the user `verification_url`, and the
 * error of an exceeded quota `error_code`. It gives up no check: that page is checked as `verification_uri`.
 */
export function google(): Preset {
  return {
    server: {
      issuer: "https://accounts.google.com",
      authorizationEndpoint: "https://accounts.google.com/o/oauth2/v2/auth",
      tokenEndpoint: "https://oauth2.googleapis.com/token",
      deviceAuthorizationEndpoint: "https://oauth2.googleapis.com/device/code",
      userinfoEndpoint: "https://openidconnect.googleapis.com/v1/userinfo",
      revocationEndpoint: "https://oauth2.googleapis.com/revoke",
      jwksUri: "https://www.googleapis.com/oauth2/v3/certs",
    },
    parse(text, { endpoint, status }) {
      if (endpoint !== "deviceAuthorizationEndpoint") return text;
      return changed(text, (members) => {
        const { verification_url: page, verification_uri, error, error_code } = members;
        if (status >= 400 && error === undefined && error_code !== undefined) return { ...members, error: error_code };
        return page === undefined || verification_uri !== undefined
          ? undefined
          : { ...members, verification_uri: page };
      });
    },
  };
}
