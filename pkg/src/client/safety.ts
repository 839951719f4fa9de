import { HTTP, HTTPS, HTTP_ON_LOOPBACK } from "./generated/tables.js";
import { invalid } from "./invalid.js";

/** The options of a client that allow plain http. */
export interface Allowed {
  readonly allowInsecureLoopback?: boolean | undefined;
  readonly allowInsecureRequests?: boolean | undefined;
}

/** What may not be in a URL: `is_plain` of `src/rules/address.rs` says why. */
const ODD = /[\0- "<>\\\x7f-\xbf\u2000-\u2fff\uf000-\uffff\p{Cs}]/u;

/**
 * How safe the way to an absolute URL is: `HTTP`, `HTTP_ON_LOOPBACK` or `HTTPS`; `undefined` if it is no http(s) URL, or
 * has a user's name. The twin of `src/rules/address.rs`; both run `tests/vectors/address.json`.
 */
export function safetyOf(url: string): number | undefined {
  const [, tls, host] = /^http(s?):\/\/((?!:)[^/?#@]+)(?=[/?#]|$)/i.exec(url) ?? [];
  if (!host || ODD.test(url)) return undefined;
  if (tls) return HTTPS;
  return /^(localhost|127\.0\.0\.1|\[::1\])(:[^:]*)?$/.test(host) ? HTTP_ON_LOOPBACK : HTTP;
}

/** Why a URL may not be used where the way has to be as safe as `least`; `undefined` if it may. */
export function addressFault(url: string, least: number): string | undefined {
  const safety = safetyOf(url);
  if (safety === undefined) return "neither an https nor an http URL";
  if (safety >= least) return undefined;
  return least === HTTPS
    ? "plain http at an https server (RFC 8414 section 2): use https, or on loopback allowInsecureLoopback"
    : "plain http beyond this machine, where others can read and change it: use https, or allowInsecureRequests";
}

/**
 * Checks a URL before anything is sent there.
 *
 * @param name the name of the URL, for the error
 * @param least how safe the way there has to be: `HTTP`, `HTTP_ON_LOOPBACK` or `HTTPS`
 * @throws {InvalidArgumentError} if it is no http(s) URL, or the way there is not as safe as it has to be at least
 */
export function checkUrl(url: string, name: string, least: number): void {
  const fault = typeof url === "string" ? addressFault(url, least) : "not a string";
  if (fault) throw invalid(name, fault);
}

/**
 * How safe the way to a server's URLs has to be: https at a server that is known by https (RFC 8414 section 2), else
 * loopback at least (RFC 6749 section 3.1), unless the client is allowed less.
 *
 * @param known the URLs by which the server is known: its issuer, or if that is only a name, an endpoint
 */
export function leastSafety(known: readonly (string | undefined)[], allowed: Allowed): number {
  if (allowed.allowInsecureRequests) return HTTP;
  const safety = known.map((url) => safetyOf(`${url}`)).find((safety) => safety !== undefined);
  return safety === HTTPS && !allowed.allowInsecureLoopback ? HTTPS : HTTP_ON_LOOPBACK;
}
