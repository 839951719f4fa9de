import { EiamTokenError, MalformedResponseError } from "../errors.js";
import { type WellKnown, discoveryUrls, mayBeElsewhere, mismatch } from "./discovery.js";
import { HTTP, HTTP_ON_LOOPBACK } from "./generated/tables.js";
import { type CallOptions, httpRequest, send } from "./http.js";
import { invalid } from "./invalid.js";
import { malformed } from "./malformed.js";
import type { ClientSettings } from "./options.js";
import { checkUrl, leastSafety } from "./safety.js";
import type { Int64 } from "./seconds.js";
import { type ServerMetadata, readMetadata } from "./server.js";

/** How a server's metadata are found. */
export interface DiscoveryOptions
  extends CallOptions,
    Pick<ClientSettings<Int64>, "allowInsecureLoopback" | "allowInsecureRequests"> {
  /**
   * The name of the metadata document. Default: all places are tried in turn: `openid-configuration` behind the issuer
   * (OpenID Connect Discovery section 4), `oauth-authorization-server` between the issuer's host and its path (RFC 8414
   * section 3), `openid-configuration` there.
   */
  readonly wellKnown?: WellKnown | undefined;
}

/**
 * Reads the metadata of the server with this issuer URL (RFC 8414 section 3). Its endpoints are judged when they are
 * used, so that a wrong one that nobody needs does no harm.
 *
 * @param issuer the issuer URL, exactly as the server's metadata state it
 * @throws {InvalidArgumentError} if the issuer is not an https URL (see `allowInsecureRequests`; http on loopback is
 *   accepted)
 * @throws {MalformedResponseError} if the metadata are not valid, or name another issuer
 * @throws {ResponseError} if the response is not a success
 * @throws {ConnectionError} if no response comes
 * @example
 * ```js
 * import { SignInClient, discoverServer } from "eiam-token";
 *
 * const server = await discoverServer("https://as.example");
 * const client = new SignInClient({ server, clientId: "app_spa" });
 * ```
 */
export async function discoverServer(issuer: string, options: DiscoveryOptions = {}): Promise<ServerMetadata> {
  if (!/^https?:\/\/[^/]/i.test(issuer)) {
    throw invalid("issuer", "not the server's https URL, such as https://as.example");
  }
  checkUrl(issuer, "issuer", options?.allowInsecureRequests ? HTTP : HTTP_ON_LOOPBACK);
  let first: unknown;
  for (const url of discoveryUrls(issuer, options?.wellKnown)) {
    try {
      return await metadataAt(url, issuer, options ?? {});
    } catch (error) {
      // The error of the first place is the one to show, because people know that place.
      first ??= error;
      const isJson = error instanceof MalformedResponseError && !error.reason.startsWith("not JSON");
      if (!(error instanceof EiamTokenError && mayBeElsewhere(error, isJson))) throw error;
    }
  }
  throw first;
}

async function metadataAt(url: string, issuer: string, options: DiscoveryOptions): Promise<ServerMetadata> {
  const request = httpRequest(url, { accept: "application/json" });
  const response = await send(request, options);
  const server = readMetadata(response, leastSafety([issuer], options));
  if (server.issuer !== issuer) throw malformed("$.issuer", mismatch(issuer, server.issuer!), response.status);
  return server;
}
