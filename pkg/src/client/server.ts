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
  /** Whether every authorization response has the parameter `iss` (RFC 9207 section 3). */
  readonly authorizationResponseIssParameterSupported?: boolean | undefined;
}

/** The names of the metadata in the order of the results and of the fields. */
const NAMES = [
  "issuer",
  "authorizationEndpoint",
  "tokenEndpoint",
  "deviceAuthorizationEndpoint",
  "userinfoEndpoint",
  "revocationEndpoint",
  "introspectionEndpoint",
  "endSessionEndpoint",
  "jwksUri",
] as const;

/** The endpoints, in the order of the fields. The issuer is not among them. @internal */
export function endpointsOf(server: ServerMetadata): Record<string, string | undefined> {
  return Object.fromEntries(NAMES.slice(1).map((name) => [name, server[name]]));
}

/** Makes metadata from the results of an operation. @internal */
export function metadataFrom([, ...values]: string[]): ServerMetadata {
  const server: { -readonly [N in keyof ServerMetadata]: ServerMetadata[N] } = {};
  NAMES.forEach((name, index) => {
    if (values[index]) server[name] = values[index];
  });
  server.authorizationResponseIssParameterSupported = !!values[NAMES.length];
  return server;
}
