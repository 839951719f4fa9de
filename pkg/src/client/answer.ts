import { InvalidArgumentError } from "../errors.js";

/** The header fields of a response. An object of the class `Headers` is suitable. */
export interface HeaderFields {
  /** Returns the value of a field, whose name is case-insensitive; `null` if there is no such field. */
  get(name: string): string | null;
}

/** A response to be read, from `fetch` or any other HTTP client. */
export interface HttpResponse {
  /** The status code. */
  readonly status: number;
  /** The header fields: `Retry-After`, `Date`, `WWW-Authenticate` and the like are read. */
  readonly headers?: HeaderFields | undefined;
  /** The body, preferably as bytes, because text no longer shows what was not valid UTF-8. */
  readonly body: string | Uint8Array;
}

/** The six fields of a response that the WebAssembly module takes besides the body. @internal */
export function answerText({ status, headers }: HttpResponse): string {
  if (!headers) return `${status}\0\0\0\0\0`;
  if (!headers.get) throw new InvalidArgumentError("headers: has no get()", "headers");
  const header = (name: string) => headers.get(name) ?? "";
  const date = header("date");
  const sentAt = date ? Date.parse(date) : NaN;
  const times = [status, wholeNumber(retryAfter(header, sentAt)), wholeNumber(sentAt / 1000)].join("\0");
  const challenge = status < 400 ? "" : header("www-authenticate");
  if (!challenge) return `${times}\0\0\0`;
  return [
    times,
    challengeParameter(challenge, "error"),
    challengeParameter(challenge, "error_description"),
    challengeParameter(challenge, "error_uri"),
  ].join("\0");
}

/**
 * Reads the milliseconds to wait from `x-acs-retry-after` (milliseconds) or `Retry-After` (RFC 9110 section 10.2.3):
 * seconds, or a date, which is compared with the server's own clock.
 */
function retryAfter(header: (name: string) => string, sentAt: number): number {
  const milliseconds = header("x-acs-retry-after").trim();
  if (/^\d+$/.test(milliseconds)) return Number(milliseconds);
  const text = header("retry-after").trim();
  if (!text) return NaN;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // `Date.parse` would accept `-1` as a date.
  return /^\w{3}, .+ GMT$/.test(text) ? Math.max(0, Date.parse(text) - sentAt) : NaN;
}

function wholeNumber(number: number): number | undefined {
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A parameter of a challenge. A quoted value is one value, whatever it contains. */
const PARAMETER = /[\s,]([^\s,="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** A parameter of `Bearer realm="x", error="invalid_token"` (RFC 6750 section 3). */
function challengeParameter(challenge: string, name: string): string | undefined {
  for (const [, key, quoted, token] of challenge.matchAll(PARAMETER)) {
    if (key!.toLowerCase() === name) {
      return (quoted?.replace(/\\(.)/g, "$1") ?? token)?.replaceAll("\0", "");
    }
  }
  return undefined;
}

/** The text of a body that is known to be valid UTF-8. @internal */
export function textOf({ body }: HttpResponse): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}
