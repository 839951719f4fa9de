/** What is known of an authorization server (RFC 8414 section 2). */
export interface ServerMetadata {
  /** The server's name; compared exactly wherever an answer names its issuer. */
  readonly issuer?: string | undefined;
  /** Where the browser goes to sign in. */
  readonly authorizationEndpoint?: string | undefined;
  /** Where tokens are got. */
  readonly tokenEndpoint?: string | undefined;
  /** Where the flow of a device starts (RFC 8628). */
  readonly deviceAuthorizationEndpoint?: string | undefined;
  /** Where the user's claims are (OpenID Connect Core section 5.3). */
  readonly userinfoEndpoint?: string | undefined;
  /** Where tokens are revoked (RFC 7009). */
  readonly revocationEndpoint?: string | undefined;
  /** Where it is told what a token is worth (RFC 7662). */
  readonly introspectionEndpoint?: string | undefined;
  /** Where the browser goes to sign out (OpenID Connect RP-Initiated Logout). */
  readonly endSessionEndpoint?: string | undefined;
  /** The server's public keys (RFC 7517). */
  readonly jwksUri?: string | undefined;
  /** RFC 9207: whether every callback has `iss`. */
  readonly authorizationResponseIssParameterSupported?: boolean | undefined;
}

/** Their names in the order of the results and of the fields. */
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

/** The endpoints, which are all but the issuer, in the order of the fields. @internal */
export function endpointsOf(server: ServerMetadata): Record<string, string | undefined> {
  return Object.fromEntries(NAMES.slice(1).map((name) => [name, server[name]]));
}

/** The results of an operation that gives metadata. @internal */
export function metadataFrom([, ...values]: string[]): ServerMetadata {
  const server: { -readonly [N in keyof ServerMetadata]: ServerMetadata[N] } = {};
  NAMES.forEach((name, index) => {
    if (values[index]) server[name] = values[index];
  });
  server.authorizationResponseIssParameterSupported = !!values[NAMES.length];
  return server;
}
