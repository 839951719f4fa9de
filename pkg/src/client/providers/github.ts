import { baseOf } from "./argument.js";
import { changed, spaced } from "./members.js";
import type { Preset } from "./preset.js";

/** A server of GitHub's. */
export interface GitHubOptions {
  /** The URL of a GitHub Enterprise Server. Default: `https://github.com`. */
  readonly host?: string | undefined;
}

/** A text that looks like a form, which RFC 6749 allows in requests only. */
const FORM = /^[\w.~%+-]+=[^\s{}"<>]*$/;

/**
 * The preset for GitHub's OAuth apps and GitHub Apps. The token endpoint answers with a form unless it sees `Accept`, the
 * scopes have commas between them, the error for an expired device code is `token_expired`, and the user has an `id` and
 * no `sub`. Errors with the status 200 need no preset.
 *
 * It gives up the demand that answers are JSON, except those of userinfo. The user's id is a number of GitHub's API, and not a signed claim.
 *
 * @throws {InvalidArgumentError} if `host` is no http(s) URL
 */
export function gitHub({ host = "https://github.com" }: GitHubOptions = {}): Preset {
  const base = baseOf("host", host, "https://github.example");
  const api = base === "https://github.com" ? "https://api.github.com" : `${base}/api/v3`;
  return {
    server: {
      authorizationEndpoint: `${base}/login/oauth/authorize`,
      tokenEndpoint: `${base}/login/oauth/access_token`,
      deviceAuthorizationEndpoint: `${base}/login/device/code`,
      userinfoEndpoint: `${api}/user`,
    },
    parse(text, { endpoint }) {
      if (endpoint === "userinfoEndpoint") {
        return changed(text, (members) => {
          const { id, sub } = members;
          return sub === undefined && Number.isSafeInteger(id) ? { sub: String(id), ...members } : undefined;
        });
      }
      return changed(jsonOf(text), (members) => {
        const { scope, error } = members;
        if (error === "token_expired") return { ...members, error: "expired_token" };
        return typeof scope === "string" && scope.includes(",") ? { ...members, scope: spaced(scope) } : undefined;
      });
    },
  };
}

/** The JSON of a form. Any other text stays as it is, and so does a form that has a name twice. */
function jsonOf(text: string): string {
  if (!FORM.test(text)) return text;
  const pairs = [...new URLSearchParams(text)];
  const names = new Set(pairs.map(([name]) => name));
  return names.size === pairs.length ? JSON.stringify(Object.fromEntries(pairs)) : text;
}
