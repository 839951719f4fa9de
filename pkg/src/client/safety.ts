import { core, isFailure, write } from "./core.js";
import { failureOf } from "./failure.js";
import { HTTP, HTTPS, HTTP_ON_LOOPBACK } from "./generated/tables.js";
import { invalid } from "./invalid.js";

/** The options of a client that allow plain http. */
export interface Allowed {
  readonly allowInsecureLoopback?: boolean | undefined;
  readonly allowInsecureRequests?: boolean | undefined;
}

/**
 * Checks a URL before anything is sent there.
 *
 * @param name the name of the URL, for the error
 * @param least how safe the way there has to be: `HTTP`, `HTTP_ON_LOOPBACK` or `HTTPS`
 * @throws {InvalidArgumentError} if it is no http(s) URL, or the way there is not as safe as it has to be at least
 */
export function checkUrl(url: string, name: string, least: number): void {
  if (typeof url !== "string") throw invalid(name, "not a string");
  const result = core().address(write(url), least);
  if (isFailure(result)) throw failureOf(result, [name]);
}

/** How safe the way to a URL is; `undefined` if it is no http(s) URL. */
function ownSafety(url: string | undefined): number | undefined {
  const safety = core().address(write(`${url}`), HTTP);
  return isFailure(safety) ? undefined : safety & 3;
}

/**
 * How safe the way to a server's URLs has to be: https at a server that is known by https (RFC 8414 section 2), else
 * loopback at least (RFC 6749 section 3.1), unless the client is allowed less.
 *
 * @param known the URLs by which the server is known: its issuer, or if that is only a name, an endpoint
 */
export function leastSafety(known: readonly (string | undefined)[], allowed: Allowed): number {
  if (allowed.allowInsecureRequests) return HTTP;
  const safety = known.map(ownSafety).find((safety) => safety !== undefined);
  return safety === HTTPS && !allowed.allowInsecureLoopback ? HTTPS : HTTP_ON_LOOPBACK;
}
