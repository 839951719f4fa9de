import { type HeaderFields, fieldOf } from "./answer.js";

/**
 * Reads the refusal in `WWW-Authenticate` (RFC 9110 section 11.6.1, RFC 6750 section 3).
 *
 * @returns its parameters as a body would have them, to be judged like one; none of those that stand where the field is not
 *   well-formed any more
 */
export function challengeOf(headers: HeaderFields | undefined): Readonly<Record<string, string>> {
  const challenge = fieldOf(headers, "www-authenticate");
  const refusal: Record<string, string> = {};
  // The scheme stands before the first space.
  const start = challenge.indexOf(" ") + 1 || challenge.length;
  for (const [, before, quoted, token] of challenge.slice(start).matchAll(PARAMETER)) {
    // The scheme of another challenge may stand before the name.
    const [name] = /[^\t ,]*$/.exec(before!.toLowerCase().replace(/[\t\n\f\r ]+$/, ""))!;
    refusal[name] ??= quoted?.replace(/\\(.)/gs, "$1") ?? token!;
  }
  return refusal;
}

/** A name with what is before it, and its value: a quoted text, or a token. */
const PARAMETER = /([^=]*)=[\t\n\f\r ]*(?:"((?:\\.|[^"\\])*)"|(?!["\t\n\f\r ])([^, ]*))/gsy;
