import { fromBase64url } from "../client/web-crypto.js";
import { strictObject } from "./strict-json.js";

/** A JWT in parts, whose signature was not verified. @internal */
export interface ReadJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The most characters of a token. @internal */
export const LONGEST = 16 * 1024;

/** Base64url without padding, in the one way in which each octet string is written (RFC 4648 section 3.5). */
const PART = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a JWT (RFC 7519 section 7.2). `undefined` for a text that is none: it may be a token of another kind.
 *
 * @internal
 */
export function readJwt(text: string): ReadJwt | undefined {
  if (text.length > LONGEST) return undefined;
  const parts = text.split(".");
  if (parts.length !== 3 || !parts.every((part) => part !== "" && PART.test(part))) return undefined;
  const [header, claims] = parts as [string, string, string];
  try {
    // Most tokens have the same header.
    if (last?.part !== header) last = { part: header, read: Object.freeze(strictObject(textIn(header))) };
    // RFC 7515 section 4.1.11: nothing is understood that a header could demand.
    if ("crit" in last.read) return undefined;
    return { header: last.read, claims: strictObject(textIn(claims)) };
  } catch {
    return undefined;
  }
}

/** The header that was read last. */
let last: { readonly part: string; readonly read: Readonly<Record<string, unknown>> } | undefined;

/** The text in a part. */
function textIn(part: string): string {
  const octets = atob(part.replace(/-/g, "+").replace(/_/g, "/"));
  // ASCII is its own UTF-8.
  return /^[\x00-\x7f]*$/.test(octets) ? octets : decoder.decode(fromBase64url(part));
}

/** Whether the `typ` of a header is this one, with or without `application/` (RFC 7515 section 4.1.9). @internal */
export function isType({ typ }: Readonly<Record<string, unknown>>, wanted: string): boolean {
  return typeof typ === "string" && typ.toLowerCase().replace(/^application\//, "") === wanted;
}

/** A claim that is a time in seconds (RFC 7519 section 2); `undefined` for anything else. @internal */
export function timeOf(claims: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = claims[name];
  return typeof value === "number" && Number.isSafeInteger(Math.floor(value)) && value >= 0 ? value : undefined;
}

/**
 * A claim that is a text and not empty. Half of a surrogate pair is in none, because all halves are written alike.
 *
 * @internal
 */
export function textOf(claims: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = claims[name];
  return typeof value === "string" && value !== "" && !/\p{Cs}/u.test(value) ? value : undefined;
}
