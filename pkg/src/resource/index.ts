/**
 * What a resource server tells its clients: the metadata by which they find their authorization server (RFC 9728), and
 * why a request is refused (RFC 6750, RFC 9470). It needs no WebAssembly.
 *
 * @module eiam-token/resource
 */

import { InvalidArgumentError } from "../errors.js";

export { EiamTokenError, type EiamTokenErrorCode, InvalidArgumentError } from "../errors.js";

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

/** Why a request is refused. */
export interface ChallengeOptions {
  /** How tokens have to be sent. Default: `Bearer`. */
  readonly scheme?: "Bearer" | "DPoP" | undefined;
  /** What is protected. */
  readonly realm?: string | undefined;
  /**
   * What is wrong (RFC 6750 section 3.1). `invalid_token` has the status 401, `insufficient_scope` 403 and
   * `invalid_request` 400. Leave it out for a request without a token, which has the status 401.
   * `insufficient_user_authentication` (RFC 9470 section 3) has the status 401 too: the user signed in too weakly or
   * too long ago, so the client sends an authorization request with the `acrValues` and the `maxAge`, and tries again
   * with the token that it gets.
   */
  readonly error?:
    | "invalid_request"
    | "invalid_token"
    | "insufficient_scope"
    | "insufficient_user_authentication"
    | undefined;
  /** What is wrong, for developers. */
  readonly description?: string | undefined;
  /** The scope that the request needs, separated by spaces. */
  readonly scope?: string | undefined;
  /** Where the metadata are: see {@link protectedResourceMetadataUrl}. */
  readonly resourceMetadata?: string | undefined;
  /** The algorithms that proofs may have, separated by spaces, with the scheme `DPoP` (RFC 9449 section 7.1). */
  readonly algorithms?: string | undefined;
  /** The authentication contexts that will do, separated by spaces, the preferred one first (RFC 9470 section 3). */
  readonly acrValues?: string | undefined;
  /** How many seconds ago the user may have signed in (RFC 9470 section 3). */
  readonly maxAge?: number | bigint | undefined;
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
    throw new InvalidArgumentError("authorizationServers: expected one at least", "authorizationServers");
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

/**
 * Returns the value of the header field `WWW-Authenticate` for a refused request (RFC 6750 section 3), with the URL of
 * the metadata (RFC 9728 section 5.1).
 *
 * @throws {InvalidArgumentError} if a text is empty, or has characters that it cannot have: only printable ASCII
 *   without quotation marks and backslashes is allowed
 * @example
 * ```js
 * import { challenge } from "eiam-token/resource";
 *
 * const header = challenge({ error: "insufficient_scope", scope: "mcp:write" });
 * header; // "Bearer error=\"insufficient_scope\", scope=\"mcp:write\""
 * ```
 */
export function challenge(options: ChallengeOptions = {}): string {
  const { scheme = "Bearer", realm, error, description, scope, resourceMetadata, algorithms } = options;
  const { acrValues, maxAge } = options;
  if (scheme !== "Bearer" && scheme !== "DPoP") throw wrong("scheme", "expected Bearer or DPoP");
  if (error !== undefined && !ERRORS.includes(error)) throw wrong("error", `expected one of ${ERRORS.join(", ")}`);
  if (resourceMetadata !== undefined) checkUrl("resourceMetadata", resourceMetadata);
  const parameters = [
    ["realm", "realm", realm],
    ["error", "error", error],
    ["error_description", "description", description],
    ["scope", "scope", scope],
    ["resource_metadata", "resourceMetadata", resourceMetadata],
    ["algs", "algorithms", algorithms],
    ["acr_values", "acrValues", acrValues],
    ["max_age", "maxAge", maxAge === undefined ? undefined : seconds(maxAge)],
  ] as const;
  const said = [];
  for (const [name, argument, value] of parameters) {
    if (value === undefined) continue;
    if (typeof value !== "string" || !/^[ !#-[\]-~]+$/.test(value)) {
      throw wrong(argument, "expected printable ASCII without quotation marks and backslashes");
    }
    said.push(`${name}="${value}"`);
  }
  return said.length === 0 ? scheme : `${scheme} ${said.join(", ")}`;
}

const ERRORS: readonly string[] = [
  "invalid_request",
  "invalid_token",
  "insufficient_scope",
  "insufficient_user_authentication",
];

function seconds(age: unknown): string {
  if ((typeof age === "bigint" || Number.isSafeInteger(age)) && (age as number | bigint) >= 0) return String(age);
  throw wrong("maxAge", "expected whole seconds");
}

function checkUrl(argument: string, url: unknown): void {
  if (typeof url !== "string" || !isUrl(url)) throw noUrl(argument);
}

/** Whether this is an https URL without fragment and user, or an http URL on loopback. */
function isUrl(text: string): boolean {
  const [, scheme, authority] = /^(https?):\/\/([^/?]*)/.exec(text) ?? [];
  if (authority === undefined || authority.includes("@") || !/^(?:(?!["<>\\^`{|}#])[!-~])*$/.test(text)) return false;
  const [host = ""] = /^[^\]]*\]|^[^:]*/.exec(authority) ?? [];
  return host !== "" && (scheme === "https" || ["localhost", "127.0.0.1", "[::1]"].includes(host));
}

function noUrl(argument: string): InvalidArgumentError {
  return wrong(argument, "expected an https URL without fragment, or http on loopback");
}

function wrong(argument: string, problem: string): InvalidArgumentError {
  return new InvalidArgumentError(`${argument}: ${problem}`, argument);
}
