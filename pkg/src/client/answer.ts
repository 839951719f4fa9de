/** The header fields of an answer; `Headers` are some. */
export interface HeaderFields {
  /** The value of a field, whatever the case of its name; `null` if it is not there. */
  get(name: string): string | null;
}

/** An answer to be parsed, as `fetch` or any other client gave it. */
export interface HttpResponse {
  /** The status code. */
  readonly status: number;
  /** Needed only for `Retry-After` and its like. */
  readonly headers?: HeaderFields | undefined;
  /** Better as bytes: text has lost what was not UTF-8. */
  readonly body: string | Uint8Array;
}

/** What the wasm module takes of an answer beside its body: six fields. @internal */
export function answerText({ status, headers }: HttpResponse): string {
  if (!headers) return `${status}\0\0\0\0\0`;
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
 * Milliseconds from `x-acs-retry-after` (milliseconds) or `Retry-After` (RFC 9110 section 10.2.3): seconds,
 * or a date, whose distance is by the server's own clock.
 */
function retryAfter(header: (name: string) => string, sentAt: number): number {
  const milliseconds = header("x-acs-retry-after").trim();
  if (/^\d+$/.test(milliseconds)) return Number(milliseconds);
  const text = header("retry-after").trim();
  if (!text) return NaN;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // `Date.parse` finds a date in `-1`, too.
  return /^\w{3}, .+ GMT$/.test(text) ? Math.max(0, Date.parse(text) - sentAt) : NaN;
}

function wholeNumber(number: number): number | undefined {
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A parameter of a challenge; one that is quoted is read as a whole, whatever stands in it. */
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

/** The text of a body that was read strictly before. @internal */
export function textOf({ body }: HttpResponse): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}
