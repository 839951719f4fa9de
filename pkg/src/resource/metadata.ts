import { invalid } from "../client/invalid.js";
import { checkUrl, noUrl } from "./argument.js";

/** How a resource server describes itself. */
export interface ProtectedResourceOptions {
  /**
   * Its identifier: an https URL without fragment, or an http URL on loopback for tests. It is the parameter `resource`
   * of requests and the audience of tokens.
   */
  readonly resource: string;
  /** The issuers whose tokens count. */
  readonly authorizationServers: readonly string[];
  /** The scopes that clients need. Default: nothing is said about them. */
  readonly scopes?: readonly string[] | undefined;
  /** What people call it. */
  readonly name?: string | undefined;
  /** Where developers read on. */
  readonly documentation?: string | undefined;
  /** Whether every token must be bound to a key (RFC 9449). Default: `false`. */
  readonly dpopBoundAccessTokensRequired?: boolean | undefined;
}

/** The metadata of a resource server (RFC 9728 section 2). */
export interface ProtectedResourceMetadata {
  /** The identifier. */
  readonly resource: string;
  /** The issuers whose tokens count. */
  readonly authorization_servers: readonly string[];
  /** The scopes that clients need. */
  readonly scopes_supported?: readonly string[];
  /** Tokens are sent in a header: the other ways end up in logs. */
  readonly bearer_methods_supported: readonly ["header"];
  /** What people call it. */
  readonly resource_name?: string;
  /** Where developers read on. */
  readonly resource_documentation?: string;
  /** Every token must be bound to a key. */
  readonly dpop_bound_access_tokens_required?: true;
}

/**
 * Returns the metadata of a resource server, to be served as JSON to everybody at
 * {@link protectedResourceMetadataUrl}, with `Access-Control-Allow-Origin: *` where clients run in browsers.
 *
 * @throws {InvalidArgumentError} if a URL is none that it can be, or the list of issuers is empty
 * @example
 * ```js
 * import { protectedResourceMetadata } from "eiam-token/resource";
 *
 * const metadata = protectedResourceMetadata({
 *   resource: "https://mcp.example.com/mcp",
 *   authorizationServers: ["https://as.example.com"],
 *   scopes: ["mcp:tools"],
 * });
 * metadata.scopes_supported; // ["mcp:tools"]
 * ```
 */
export function protectedResourceMetadata(options: ProtectedResourceOptions): ProtectedResourceMetadata {
  const { resource, authorizationServers, scopes, name, documentation, dpopBoundAccessTokensRequired } = options;
  checkUrl("resource", resource);
  if (!Array.isArray(authorizationServers) || authorizationServers.length === 0) {
    throw invalid("authorizationServers", "expected one at least");
  }
  for (const server of authorizationServers) {
    checkUrl("authorizationServers", server);
    if (server.includes("?")) throw noUrl("authorizationServers");
  }
  return Object.freeze({
    resource,
    authorization_servers: [...authorizationServers],
    ...(scopes?.length ? { scopes_supported: [...scopes] } : {}),
    bearer_methods_supported: ["header"] as const,
    ...(name === undefined ? {} : { resource_name: name }),
    ...(documentation === undefined ? {} : { resource_documentation: documentation }),
    ...(dpopBoundAccessTokensRequired ? { dpop_bound_access_tokens_required: true as const } : {}),
  });
}

/**
 * Returns the URL of a resource server's metadata: the well-known name between the host and the path of its identifier
 * (RFC 9728 section 3.1).
 *
 * @throws {InvalidArgumentError} if the identifier is no https URL, and no http URL on loopback, or has a fragment
 * @example
 * ```js
 * import { protectedResourceMetadataUrl } from "eiam-token/resource";
 *
 * protectedResourceMetadataUrl("https://mcp.example.com/mcp"); // "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
 * ```
 */
export function protectedResourceMetadataUrl(resource: string): string {
  checkUrl("resource", resource);
  const [, origin = "", rest = ""] = /^([^/]*\/\/[^/?]*)(.*)$/.exec(resource) ?? [];
  return `${origin}/.well-known/oauth-protected-resource${rest.replace(/^\/(?=$|\?)/, "")}`;
}
