import type { EiamTokenError, ResponseError } from "../errors.js";
import { invalid } from "./invalid.js";

/** The names of metadata documents. */
export type WellKnown = "openid-configuration" | "oauth-authorization-server";

/**
 * The places at which a server's metadata may be, in the order in which they are tried:
 *
 * 1. `openid-configuration` behind the issuer (OpenID Connect Discovery section 4);
 * 2. `oauth-authorization-server` between the issuer's host and its path (RFC 8414 section 3);
 * 3. `openid-configuration` there (RFC 8414 section 5), if the issuer has a path.
 *
 * The twin of `src/rules/discovery.rs`; both run `tests/vectors/discovery.json`.
 *
 * @param issuer an http(s) URL, which was judged before
 * @param only the name of the document, if only such places are tried
 * @throws {InvalidArgumentError} if the issuer has a query or a fragment
 */
export function discoveryUrls(issuer: string, only?: WellKnown): string[] {
  if (/[?#]/.test(issuer)) throw invalid("issuer", "has a query or a fragment");
  // The path begins at the third slash.
  const [, host, path] = /^([^/]*\/\/[^/]*)(.*?)\/?$/s.exec(issuer)!;
  const openId: WellKnown = "openid-configuration";
  const oauth: WellKnown = "oauth-authorization-server";
  const places: [WellKnown, string][] = [
    [openId, `${host}${path}/.well-known/${openId}`],
    [oauth, `${host}/.well-known/${oauth}${path}`],
    [openId, `${host}/.well-known/${openId}${path}`],
  ];
  if (!path) places.pop();
  const urls = places.filter(([name]) => !only || name === only).map(([, url]) => url);
  if (!urls.length) throw invalid("wellKnown", `neither ${openId} nor ${oauth}`);
  return urls;
}

/**
 * Whether the metadata may be at the next place after this error at one. They may be if there is no page at this place,
 * or one that is no JSON, such as the page that a server of a single-page application sends for every path. Metadata of
 * another issuer, and a server that cannot answer now, end the search.
 *
 * @param isJson whether a malformed answer was a JSON object at all
 */
export function mayBeElsewhere({ code, status }: EiamTokenError & Partial<ResponseError>, isJson: boolean): boolean {
  if (code === "malformed_response") return !isJson;
  return /^(http|oauth)_error$/.test(code) && Math.floor(status! / 100) === 4 && status !== 429;
}

/**
 * The reason for which metadata of another issuer are refused. It has both issuers in quotes, for people who look for the
 * difference, and therefore writes characters other than printable ASCII as `\u{…}`.
 */
export function mismatch(asked: string, found: string): string {
  const what = "is not the issuer that was asked";
  return `${quoted(found)} ${what}, ${quoted(asked)}: every character counts, and localhost is not 127.0.0.1`;
}

/** The most characters of an issuer that are shown. */
const LONGEST = 200;

function quoted(text: string): string {
  const characters = [...text];
  const shown = characters.slice(0, LONGEST).map((character) => {
    if (/["\\]/.test(character)) return `\\${character}`;
    return /^[ -~]$/.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
  return `"${shown.join("")}${characters.length > LONGEST ? "…" : ""}"`;
}
