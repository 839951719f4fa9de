import { type EiamTokenError, NotSupportedError } from "../errors.js";
import type { HttpResponse } from "./answer.js";
import { METADATA_ANSWER } from "./generated/tables.js";
import { malformed } from "./malformed.js";
import { read } from "./read.js";
import { camelCase } from "./table.js";

/** The metadata of an authorization server (RFC 8414 section 2). */
export interface ServerMetadata {
  /** The issuer URL. Wherever a response names its issuer, the client compares it exactly. */
  readonly issuer?: string | undefined;
  /** The page on which users sign in (RFC 6749 section 3.1). */
  readonly authorizationEndpoint?: string | undefined;
  /** The endpoint that issues tokens (RFC 6749 section 3.2). */
  readonly tokenEndpoint?: string | undefined;
  /** The endpoint at which the device flow starts (RFC 8628 section 3.1). */
  readonly deviceAuthorizationEndpoint?: string | undefined;
  /** The endpoint that returns the user's claims (OpenID Connect Core section 5.3). */
  readonly userinfoEndpoint?: string | undefined;
  /** The endpoint that revokes tokens (RFC 7009). */
  readonly revocationEndpoint?: string | undefined;
  /** The endpoint that says whether a token is active (RFC 7662). */
  readonly introspectionEndpoint?: string | undefined;
  /** The page on which users sign out (OpenID Connect RP-Initiated Logout). */
  readonly endSessionEndpoint?: string | undefined;
  /** The URL of the server's public keys, a JWK Set (RFC 7517 section 5). */
  readonly jwksUri?: string | undefined;
  /** The endpoint at which a client leaves an authorization request before the browser comes (RFC 9126 section 5). */
  readonly pushedAuthorizationRequestEndpoint?: string | undefined;
  /** The endpoint at which clients register (RFC 7591 section 3). */
  readonly registrationEndpoint?: string | undefined;
  /** Whether the server takes no authorization requests that were not pushed (RFC 9126 section 5). */
  readonly requirePushedAuthorizationRequests?: boolean | undefined;
  /** Whether every authorization response has the parameter `iss` (RFC 9207 section 3). */
  readonly authorizationResponseIssParameterSupported?: boolean | undefined;
}

/** The error for each endpoint of discovered metadata that may not be used. */
export type Faults = Readonly<Partial<Record<keyof ServerMetadata, EiamTokenError>>>;

/** What this package knows of metadata beside them. @internal */
export interface Notes {
  /**
   * The errors for endpoints of discovered metadata that may not be used. Those endpoints are missing in the metadata, and
   * whoever uses one gets its error. `undefined` for metadata that the application wrote.
   */
  readonly faults?: Faults | undefined;
  /** Why the pages and the keys of the server are not known. */
  readonly hint?: string | undefined;
}

/** What this package knows of metadata that it has made. @internal */
export const notes = /* @__PURE__ */ new WeakMap<ServerMetadata, Notes>();

/**
 * Reads a server's metadata. An endpoint that may not be used does not refuse them: see {@link Notes.faults}.
 *
 * @param least how safe the way to endpoints has to be
 * @throws {ResponseError} if the response is not a success
 * @throws {MalformedResponseError} if the metadata are not valid
 * @internal
 */
export function readMetadata(response: HttpResponse, least: number): ServerMetadata {
  const { values, unread } = read(METADATA_ANSWER, response, { least });
  const server: { -readonly [N in keyof ServerMetadata]: ServerMetadata[N] } = {};
  const faults: { -readonly [N in keyof Faults]: Faults[N] } = {};
  for (const name in values) {
    if (values[name] !== undefined) server[name as keyof ServerMetadata] = values[name];
  }
  for (const name in unread) {
    faults[camelCase(name) as keyof ServerMetadata] = malformed(`$.${name}`, unread[name]!, response.status);
  }
  server.authorizationResponseIssParameterSupported ??= false;
  server.requirePushedAuthorizationRequests ??= false;
  if (server.requirePushedAuthorizationRequests) {
    const reason = "the server takes pushed requests alone: use prepareSignIn";
    faults.authorizationEndpoint ??= new NotSupportedError(reason, "authorization_endpoint");
  }
  notes.set(server, { faults });
  return server;
}
