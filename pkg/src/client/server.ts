/** What is known of an authorization server (RFC 8414 section 2). */
export interface ServerMetadata {
  /** The server's name; compared exactly wherever an answer names its issuer. */
  readonly issuer?: string | undefined;
  readonly authorizationEndpoint?: string | undefined;
  readonly tokenEndpoint?: string | undefined;
  readonly deviceAuthorizationEndpoint?: string | undefined;
  readonly userinfoEndpoint?: string | undefined;
  readonly revocationEndpoint?: string | undefined;
  readonly introspectionEndpoint?: string | undefined;
  readonly endSessionEndpoint?: string | undefined;
  readonly jwksUri?: string | undefined;
  /** RFC 9207: whether every callback has `iss`. */
  readonly authorizationResponseIssParameterSupported?: boolean | undefined;
}

/** The results of an operation that gives metadata. @internal */
export function metadataFrom(results: string[]): ServerMetadata {
  const [, ...values] = results.map((value) => value || undefined);
  return {
    issuer: values[0],
    authorizationEndpoint: values[1],
    tokenEndpoint: values[2],
    deviceAuthorizationEndpoint: values[3],
    userinfoEndpoint: values[4],
    revocationEndpoint: values[5],
    introspectionEndpoint: values[6],
    endSessionEndpoint: values[7],
    jwksUri: values[8],
    authorizationResponseIssParameterSupported: values[9] !== undefined,
  };
}
