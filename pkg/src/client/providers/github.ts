import { baseOf } from "./argument.js";
import { changed, spaced } from "./members.js";
import type { Preset } from "./preset.js";

/** A server of GitHub's. */
export interface GitHubOptions {
  /** The URL of a GitHub Enterprise Server. Default: `https://github.com`. */
  readonly host?: string | undefined;
}

/** A form, as RFC 6749 has it in requests only. */
const FORM = /^[\w.~%+-]+=[^\s{}"<>]*$/;

/**
 * GitHub's OAuth apps and GitHub Apps. Answers of its token endpoint are forms unless it sees `Accept`, scopes have
 * commas between them, a device code that has expired is `token_expired`, and the user has an `id` and no `sub`. That
 * errors come with the status 200 needs no preset.
 *
 * Gives up: a form where JSON is demanded. The user's id is a number of GitHub's API, and not a claim that is signed.
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

/** A form as JSON; one with a name that is there twice stays as it is. */
function jsonOf(text: string): string {
  if (!FORM.test(text)) return text;
  const pairs = [...new URLSearchParams(text)];
  const names = new Set(pairs.map(([name]) => name));
  return names.size === pairs.length ? JSON.stringify(Object.fromEntries(pairs)) : text;
}
