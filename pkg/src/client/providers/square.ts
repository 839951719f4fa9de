import { changed } from "./members.js";
import type { Preset, PresetFetch } from "./preset.js";
import { rewriting } from "./requests.js";

/** An application at Square. */
export interface SquareOptions extends PresetFetch {
  /** Whether the application is in Square's sandbox. Default: `false`. */
  readonly sandbox?: boolean | undefined;
}

/** A date as ISO 8601 and RFC 3339 have it, in UTC. */
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * The preset for Square, whose requests are JSON, and whose `expires_at` is a date as text. It gives up no check: a text
 * that is no such date is judged as it is.
 */
export function square({ sandbox = false, fetch }: SquareOptions = {}): Preset {
  const base = `https://connect.squareup${sandbox ? "sandbox" : ""}.com/oauth2`;
  return {
    server: { authorizationEndpoint: `${base}/authorize`, tokenEndpoint: `${base}/token` },
    fetch: rewriting(fetch, ({ url, form, headers }) => {
      if (url !== `${base}/token`) return undefined;
      headers["content-type"] = "application/json";
      return JSON.stringify(Object.fromEntries(form));
    }),
    parse(text, { endpoint }) {
      if (endpoint !== "tokenEndpoint") return text;
      return changed(text, (members) => {
        const date = members["expires_at"];
        if (typeof date !== "string" || !DATE.test(date)) return undefined;
        const milliseconds = Date.parse(date);
        return milliseconds >= 0 ? { ...members, expires_at: Math.floor(milliseconds / 1000) } : undefined;
      });
    },
  };
}
