// Made of the structs in src/issuer/config by "npm run generate".

/** Whole seconds. A number must be a safe integer; a `bigint` reaches up to 2^63−1. */
export type Seconds = number | bigint;

/** How a client proves that it is itself (OpenID Connect Core section 9). */
export type AuthMethod = "client_secret_basic" | "client_secret_post" | "client_secret_jwt" | "private_key_jwt";
/**
 * A grant that an application may use. `implicit`, tokens from the authorization endpoint, is in
 * profile `eiam` only.
 */
export type GrantType =
  | "authorization_code"
  | "refresh_token"
  | "urn:ietf:params:oauth:grant-type:device_code"
  | "client_credentials"
  | "password"
  | "implicit";
/** How a challenge is made of a verifier (RFC 7636 section 4.2). */
export type PkceMethod = "S256" | "plain";

/** What an issuer is started with. A key that is not listed here is refused. */
export interface IssuerConfig {
  /**
   * Whose rules hold: `eiam` answers as the service is documented to answer; `rfc9700` as the
   * current security recommendations demand. Default: `eiam`.
   */
  readonly profile?: "eiam" | "rfc9700" | undefined;
  /**
   * Where the issuer is reached: `http://127.0.0.1:9400`, also with a path. No slash at the end.
   */
  readonly baseUrl: string;
  /** The id of the instance, which stands in the paths of its applications: `idaas_…` */
  readonly instanceId: string;
  /** The applications, each an OAuth client of the same id. One at least. */
  readonly applications: readonly ApplicationConfig[];
  /**
   * What access tokens may be for (RFC 8707), beside the resource servers in the scopes of
   * applications. Every application may ask for tokens for each of them; its scopes say what it may
   * do there. Default: none.
   */
  readonly resources?: readonly ResourceConfig[] | undefined;
  /**
   * Who may register a client at the instance's server (RFC 7591): `open` for everybody, or an
   * object that says what a registration needs. Default: none, so there is no such endpoint.
   */
  readonly registration?: "open" | RegistrationConfig | undefined;
  /**
   * Whether an https URL may be a client id, behind which a document describes the client
   * (draft-ietf-oauth-client-id-metadata-document). Default: no.
   */
  readonly clientIdMetadata?: ClientIdMetadataConfig | undefined;
  /**
   * What clients may do that nobody configured: those of `registration` and `clientIdMetadata`.
   */
  readonly registeredClients?: RegisteredClientsConfig | undefined;
  /** The people who can sign in. Default: none. */
  readonly users?: readonly UserConfig[] | undefined;
  /** How id_tokens and JWT access tokens are signed. Default: `RS256`, as at the service. */
  readonly signing?:
    | "RS256"
    | "RS384"
    | "RS512"
    | "PS256"
    | "PS384"
    | "PS512"
    | "ES256"
    | "ES384"
    | "ES512"
    | "EdDSA"
    | undefined;
  /**
   * Private keys to sign with, in place of one that is made by whoever runs the issuer. The first
   * signs; the others are only published, so that what they signed can still be verified, or so
   * that clients know a key before it signs.
   */
  readonly keys?: readonly PrivateJwk[] | undefined;
  /** What proofs of possession must have (RFC 9449). */
  readonly dpop?: DpopConfig | undefined;
  /** How much is kept at once, and how much may be guessed in a minute. */
  readonly limits?: LimitsConfig | undefined;
}
/** An application, which is an OAuth client of the same id. */
export interface ApplicationConfig {
  /** The id of the application and of its client: `app_…` */
  readonly applicationId: string;
  /** What pages call it. Default: the id. */
  readonly name?: string | undefined;
  /**
   * What it authenticates by. At most two, which work at the same time, so that they can be
   * rotated. Default: none.
   */
  readonly clientSecrets?: readonly string[] | undefined;
  /**
   * The public keys of its assertions, for `private_key_jwt`: RSA, P-256, P-384, P-521 or Ed25519,
   * eight at most. Default: none.
   */
  readonly jwks?: { readonly keys: readonly object[] } | undefined;
  /**
   * How it may authenticate. Default: its secret in the Basic header or in the form where it has
   * one, and assertions by its keys where it has those.
   */
  readonly tokenEndpointAuthMethods?: readonly AuthMethod[] | undefined;
  /** It gets only tokens that are bound to a key (RFC 9449 section 5.2). Default: `false`. */
  readonly dpopBoundAccessTokens?: boolean | undefined;
  /**
   * Where codes may be sent. Compared exactly (RFC 9700 section 2.1), but for the port of a
   * loopback address (RFC 8252 section 7.3). Default: none.
   */
  readonly redirectUris?: readonly string[] | undefined;
  /** Where the browser may go after signing out. Compared exactly. Default: none. */
  readonly postLogoutRedirectUris?: readonly string[] | undefined;
  /**
   * Whether every http and https URL of `localhost`, `127.0.0.1` and `[::1]` is a redirect URI as
   * well, whatever its port and path, for codes and after signing out; scripts of these origins may
   * then use the endpoints unless `origins` says otherwise. For development: any program of the
   * browser's machine can listen there, and only PKCE keeps it from redeeming the code (RFC 8252
   * section 8.1). RFC 9700 section 2.1 does not allow it. Default: `false`.
   */
  readonly anyLoopbackRedirectUri?: boolean | undefined;
  /** How it may get tokens. Default: `authorization_code` and `refresh_token`. */
  readonly grants?: readonly GrantType[] | undefined;
  /**
   * What it may ask for: scopes of OpenID Connect, and any others, such as `read` or `mcp:tools`.
   * Those of one resource as `api://api.example.com|read`. Default: `openid`, `profile`, `email`,
   * `phone`.
   */
  readonly scopes?: readonly string[] | undefined;
  /**
   * What it gets if it does not say a scope, separated by spaces: some of its scopes. Default:
   * none, so an authorization request without a scope is refused; a device and the password grant
   * get `openid`, or all scopes where it has no `openid`; client_credentials gets all scopes that
   * are not about a user.
   */
  readonly defaultScope?: string | undefined;
  /**
   * What its access tokens are, unless a resource says otherwise: strings that say something to the
   * issuer alone, or JWTs, which resource servers verify themselves (RFC 9068). Default: the
   * service's, which is `opaque`, and `jwt` for client_credentials at the instance's server.
   */
  readonly accessTokenFormat?: "opaque" | "jwt" | undefined;
  /**
   * Which access tokens it may introspect (RFC 7662), beside those that it was given itself: `own`,
   * those for the resources that it runs; or those for these audiences as well; or `all`, those of
   * all clients. Default: `own`.
   */
  readonly introspects?: "own" | "all" | readonly string[] | undefined;
  /**
   * May be used without a secret, in the flows where a secret cannot be kept. Default: `false`.
   */
  readonly public?: boolean | undefined;
  /** How it uses PKCE (RFC 7636). */
  readonly pkce?: PkceConfig | undefined;
  /**
   * When the user is asked to agree: never, once for each sign-in and set of scopes, or at every
   * request. Default: `skip`.
   */
  readonly consent?: "skip" | "once" | "always" | undefined;
  /** How long what it is given lives, in seconds up to 2^63-1. */
  readonly lifetimes?: LifetimesConfig | undefined;
  /**
   * The origins whose scripts may use its endpoints (CORS), such as `https://app.example`. Default:
   * those of its redirect URIs.
   */
  readonly origins?: readonly string[] | undefined;
  /**
   * Takes authorization requests only if they were pushed (RFC 9126 section 6). Default: `false`.
   */
  readonly requirePushedAuthorizationRequests?: boolean | undefined;
  /** Nobody can use it, and what it was given does not work. Default: `false`. */
  readonly disabled?: boolean | undefined;
}
/** How an application uses PKCE (RFC 7636). */
export interface PkceConfig {
  /** Whether a request needs a challenge. Default: `true`. Always so for public clients. */
  readonly required?: boolean | undefined;
  /** How challenges may be made. Default: `S256`. */
  readonly methods?: readonly PkceMethod[] | undefined;
}
/**
 * How long what an application is given lives, in seconds up to 2^63-1. The defaults are those of
 * the service's management API.
 */
export interface LifetimesConfig {
  /** Of an authorization code. Default: 60. */
  readonly code?: Seconds | undefined;
  /** Of an access token. Default: 1200. */
  readonly accessToken?: Seconds | undefined;
  /** Of an id_token. Default: 300. */
  readonly idToken?: Seconds | undefined;
  /**
   * Of a refresh token that is not used; each use gives a new one that lives as long. Default:
   * 86400.
   */
  readonly refreshToken?: Seconds | undefined;
  /**
   * Of all refresh tokens of one sign-in together, from the first on. Default: no limit. The
   * service has one number, and whether a use begins it anew is not documented.
   */
  readonly refreshTokenAbsolute?: Seconds | undefined;
  /**
   * After its use a refresh token gives tokens of the same generation for so long, for a client
   * that lost the answer; 300 at most. What it gives then is worth no more than the answer that was
   * lost, but a thief has this time too. Default: 0, not at all.
   */
  readonly refreshTokenRetry?: Seconds | undefined;
  /** Of a device code and its user code. Default: 1200. */
  readonly deviceCode?: Seconds | undefined;
}
/** A resource server, or a part of one, that access tokens may be for (RFC 8707 section 2). */
export interface ResourceConfig {
  /**
   * Its name in the parameter `resource` and in `aud`: an absolute URI without a fragment, of 255
   * characters at most, such as `https://api.example.com` or `api://api.example.com`.
   */
  readonly identifier: string;
  /**
   * The scopes that mean something to it. A token for other resources only does not have them, and
   * `identifier|scope` is another spelling of each. A scope that no resource lists is one for all
   * resources. Default: none.
   */
  readonly scopes?: readonly string[] | undefined;
  /** What access tokens for it are. Default: the application's format. */
  readonly accessTokenFormat?: "opaque" | "jwt" | undefined;
  /**
   * How long access tokens for it live, in seconds up to 2^63-1. A token for several resources
   * lives as long as the shortest. Default: the application's lifetime.
   */
  readonly lifetime?: Seconds | undefined;
  /**
   * How JWT access tokens for it are signed. Another algorithm than the issuer's needs a key of its
   * own in `keys`. Default: the issuer's algorithm.
   */
  readonly signing?:
    | "RS256"
    | "RS384"
    | "RS512"
    | "PS256"
    | "PS384"
    | "PS512"
    | "ES256"
    | "ES384"
    | "ES512"
    | "EdDSA"
    | undefined;
  /** What access tokens for it say besides: in JWTs, and at introspection. Default: nothing. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** The application that runs it, which may introspect every token for it. Default: none. */
  readonly applicationId?: string | undefined;
}
/**
 * Who may register a client at the instance's server (RFC 7591). `open` is an object without keys:
 * everybody may.
 */
export interface RegistrationConfig {
  /**
   * What a request has to bring as `Authorization: Bearer` (RFC 7591 section 3): 20 to 512
   * characters of ASCII each, without spaces. Default: none, so nothing is asked for.
   */
  readonly initialAccessTokens?: readonly string[] | undefined;
  /** Whose software statements count (RFC 7591 section 2.3). Default: none. */
  readonly softwareStatementIssuers?: readonly StatementIssuerConfig[] | undefined;
  /** Whether every registration needs a software statement. Default: `false`. */
  readonly softwareStatementRequired?: boolean | undefined;
  /**
   * How long a registration lives, in seconds up to 2^63-1. An update begins it anew. Default: no
   * limit.
   */
  readonly lifetime?: Seconds | undefined;
}
/** Somebody who vouches for software by signed statements (RFC 7591 section 2.3). */
export interface StatementIssuerConfig {
  /** The `iss` of its statements. */
  readonly issuer: string;
  /** The public keys that sign them: RSA, P-256, P-384, P-521 or Ed25519, eight at most. */
  readonly jwks: { readonly keys: readonly object[] };
}
/**
 * Whether an https URL may be a client id, behind which a document describes the client
 * (draft-ietf-oauth-client-id-metadata-document). The host of the issuer has to fetch it.
 */
export interface ClientIdMetadataConfig {
  /**
   * The hosts whose documents count, in lower case and without port. Default: no host is left out.
   */
  readonly hosts?: readonly string[] | undefined;
  /**
   * Whether documents may be on the issuer's own machine: at `localhost`, `127.0.0.1` or `[::1]`,
   * also without TLS. For tests only: a client id could make the issuer fetch from servers of this
   * machine that nobody else reaches. Default: `false`.
   */
  readonly allowLoopback?: boolean | undefined;
  /**
   * How many seconds a document counts at most before it is fetched again, 60 at least. What its
   * `Cache-Control` says counts if that is less. Default: 86400.
   */
  readonly longestCached?: number | undefined;
}
/**
 * What clients may do that nobody configured: those that registered themselves, and those that a
 * document describes. They are clients of the instance's server only, and public unless they have a
 * secret or keys of their own; they always use PKCE with S256.
 */
export interface RegisteredClientsConfig {
  /**
   * The grants that they may register: not `implicit` and not `password`. Default:
   * `authorization_code` and `refresh_token`.
   */
  readonly grants?: readonly GrantType[] | undefined;
  /**
   * The scopes that they may ask for. Default: those of all `resources`, and `openid`, `profile`,
   * `email`, `phone`.
   */
  readonly scopes?: readonly string[] | undefined;
  /**
   * What they get if neither a request nor their registration says a scope, separated by spaces.
   * Default: none, so such a request is refused.
   */
  readonly defaultScope?: string | undefined;
  /** When the user is asked to agree. Default: `once`, because nobody agreed for everybody. */
  readonly consent?: "skip" | "once" | "always" | undefined;
  /**
   * What their access tokens are, unless a resource says otherwise. Default: the service's, as for
   * an application.
   */
  readonly accessTokenFormat?: "opaque" | "jwt" | undefined;
  /** How long what they are given lives, in seconds up to 2^63-1. */
  readonly lifetimes?: LifetimesConfig | undefined;
}
/** Somebody who can sign in. */
export interface UserConfig {
  /** `user_…`, the `sub` of the user's tokens. */
  readonly userId: string;
  /** What is typed to sign in. */
  readonly username: string;
  /** What else is typed to sign in. */
  readonly password: string;
  /** What userinfo and id_tokens say, as far as the scopes allow. Default: nothing. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Cannot sign in, and what came of earlier sign-ins does not work. Default: `false`. */
  readonly disabled?: boolean | undefined;
}
/**
 * A private key as a JWK (RFC 7517): RSA of 2048 bits at least, P-256, P-384, P-521, or Ed25519.
 */
export interface PrivateJwk {
  /** The kind of key (RFC 7517 section 4.1). */
  readonly kty: "RSA" | "EC" | "OKP" | (string & {});
  /** Default: its thumbprint (RFC 7638) behind `KEY`. */
  readonly kid?: string | undefined;
  readonly [member: string]: unknown;
}
/** What proofs of possession must have (RFC 9449). */
export interface DpopConfig {
  /**
   * A nonce of the issuer's (RFC 9449 section 8), so that none can be made beforehand. Default:
   * `false`.
   */
  readonly nonceRequired?: boolean | undefined;
}
/**
 * How much is kept at once, and how much may be guessed. What costs its sender nothing never takes
 * the place of what another has paid for. Of records that may go, the oldest of whoever has most
 * makes room for a new one once all places are taken. Of records that stay, somebody gets one more
 * while they have fewer than there are places left: so nobody has more than half, and beyond that
 * the answer is `temporarily_unavailable`.
 */
export interface LimitsConfig {
  /** Live grants: sign-ins whose tokens have not all expired. They stay; shared by users. */
  readonly grants?: number | undefined;
  /**
   * Tokens revoked before their time. They stay; shared by users, and by clients that have tokens
   * for themselves. Beyond a share a revocation ends more than it was asked to.
   */
  readonly revokedTokens?: number | undefined;
  /**
   * Ids of assertions and proofs, which work once. They stay; shared by users and clients. Those
   * that anybody can send have half of the places, shared by sources.
   */
  readonly usedJwtIds?: number | undefined;
  /** Login sessions. They may go; shared by users. */
  readonly sessions?: number | undefined;
  /**
   * Device requests that wait or were not yet fetched. They may go, first those of clients that did
   * not prove who they are, shared by sources, then those of others, shared by clients. One that
   * was approved stays; shared by users.
   */
  readonly deviceRequests?: number | undefined;
  /**
   * Authorization requests that were pushed and not yet used. They may go, first those of clients
   * that did not prove who they are, shared by sources, then those of others, shared by clients.
   */
  readonly pushedRequests?: number | undefined;
  /**
   * Clients that registered themselves, and documents of clients. Those that anybody can register
   * may go, shared by sources; what needed a token or a statement stays, shared by these.
   */
  readonly registeredClients?: number | undefined;
  /**
   * Wrong passwords in a minute for one username of one source, or of one browser where that user
   * signed in before.
   */
  readonly passwordFailuresPerUser?: number | undefined;
  /** Wrong passwords in a minute of one source. */
  readonly passwordFailuresPerSource?: number | undefined;
  /**
   * Wrong passwords in a minute before strangers are slowed down; those from browsers where the
   * user signed in before do not count. Strangers who are slowed down have a tenth of the two
   * limits above. Guesses at one user are slowed down as well, after five times
   * `passwordFailuresPerUser`.
   */
  readonly passwordFailures?: number | undefined;
  /**
   * Wrong user codes in a minute of one browser, or of one user in browsers where somebody signed
   * in before.
   */
  readonly userCodeFailuresPerBrowser?: number | undefined;
  /** Wrong user codes in a minute of one source. */
  readonly userCodeFailuresPerSource?: number | undefined;
  /**
   * Wrong user codes in a minute before strangers are slowed down; those from browsers where
   * somebody signed in before do not count. Strangers who are slowed down have a tenth of the two
   * limits above.
   */
  readonly userCodeFailures?: number | undefined;
}
