/** Whole seconds. A number must be a safe integer; a `bigint` reaches up to 2^63−1. */
export type Seconds = number | bigint;

/**
 * The grants that an application may use. `implicit`, tokens from the authorization endpoint, is in
 * profile `eiam` only.
 */
export type GrantType =
  | "authorization_code"
  | "refresh_token"
  | "urn:ietf:params:oauth:grant-type:device_code"
  | "client_credentials"
  | "password"
  | "implicit";

/** How a client proves that it is itself (OpenID Connect Core section 9). */
export type AuthMethod = "client_secret_basic" | "client_secret_post" | "client_secret_jwt" | "private_key_jwt";

/** What an issuer is started with. A key that is not listed here is refused. */
export interface IssuerConfig {
  /**
   * `eiam` answers as the service is documented to answer; `rfc9700` as the current security
   * recommendations demand. Default: `eiam`.
   */
  readonly profile?: "eiam" | "rfc9700" | undefined;
  /** Where the issuer is reached: `http://127.0.0.1:9400`, also with a path. No slash at the end. */
  readonly baseUrl: string;
  /** `idaas_…` */
  readonly instanceId: string;
  readonly applications: readonly ApplicationConfig[];
  /** Default: none. */
  readonly users?: readonly UserConfig[] | undefined;
  /** How id_tokens and JWT access tokens are signed. Default: `RS256`, as at the service. */
  readonly signing?: "RS256" | "ES256" | "EdDSA" | undefined;
  /**
   * Private keys to sign with, in place of one that the issuer makes. The first signs; the others
   * are only published, so that what they signed can still be verified, or so that clients know a
   * key before it signs.
   */
  readonly keys?: readonly PrivateJwk[] | undefined;
  readonly dpop?: DpopConfig | undefined;
  readonly limits?: LimitsConfig | undefined;
}

/** What proofs of possession must have (RFC 9449). */
export interface DpopConfig {
  /** A nonce of the issuer's, so that none can be made beforehand. Default: `false`. */
  readonly nonceRequired?: boolean | undefined;
}

/** A private key as a JWK (RFC 7517): RSA of 2048 bits at least, P-256, or Ed25519. */
export interface PrivateJwk {
  readonly kty: "RSA" | "EC" | "OKP" | (string & {});
  /** Default: its thumbprint (RFC 7638) behind `KEY`. */
  readonly kid?: string | undefined;
  readonly [member: string]: unknown;
}

/** An application, which is an OAuth client of the same id. */
export interface ApplicationConfig {
  /** `app_…` */
  readonly applicationId: string;
  /** What pages call it. Default: the id. */
  readonly name?: string | undefined;
  /** At most two, so that they can be rotated. Default: none. */
  readonly clientSecrets?: readonly string[] | undefined;
  /**
   * The public keys of its assertions, for `private_key_jwt`: RSA, P-256 or Ed25519, eight at most.
   * Default: none.
   */
  readonly jwks?: { readonly keys: readonly object[] } | undefined;
  /**
   * How it may authenticate. Default: its secret in the Basic header or in the form where it has
   * one, and assertions by its keys where it has those.
   */
  readonly tokenEndpointAuthMethods?: readonly AuthMethod[] | undefined;
  /** It gets only tokens that are bound to a key (RFC 9449 section 5.2). Default: `false`. */
  readonly dpopBoundAccessTokens?: boolean | undefined;
  /** Compared exactly, but for the port of a loopback address. Default: none. */
  readonly redirectUris?: readonly string[] | undefined;
  /** Default: none. */
  readonly postLogoutRedirectUris?: readonly string[] | undefined;
  /**
   * Whether every http and https URL of `localhost`, `127.0.0.1` and `[::1]` is a redirect URI as well,
   * whatever its port and path, for codes and after signing out; scripts of these origins may then use
   * the endpoints unless `origins` says otherwise. For development: any program of the browser's
   * machine can listen there. Default: `false`.
   */
  readonly anyLoopbackRedirectUri?: boolean | undefined;
  /** Default: `authorization_code` and `refresh_token`. */
  readonly grants?: readonly GrantType[] | undefined;
  /**
   * Those of resource servers as `api://api.example.com|read`. Default: `openid`, `profile`,
   * `email`, `phone`.
   */
  readonly scopes?: readonly string[] | undefined;
  /** May be used without a secret, in the flows where a secret cannot be kept. Default: `false`. */
  readonly public?: boolean | undefined;
  readonly pkce?: PkceConfig | undefined;
  /**
   * When the user is asked to agree: never, once for each sign-in and set of scopes, or at every
   * request. Default: `skip`.
   */
  readonly consent?: "skip" | "once" | "always" | undefined;
  readonly lifetimes?: LifetimesConfig | undefined;
  /**
   * The origins whose scripts may use its endpoints (CORS), such as `https://app.example`. Default:
   * those of its redirect URIs.
   */
  readonly origins?: readonly string[] | undefined;
  /** Takes authorization requests only if they were pushed (RFC 9126). Default: `false`. */
  readonly requirePushedAuthorizationRequests?: boolean | undefined;
  /** Nobody can use it, and what it was given does not work. Default: `false`. */
  readonly disabled?: boolean | undefined;
}

/** How an application uses PKCE (RFC 7636). */
export interface PkceConfig {
  /** Default: `true`. Always so for public clients. */
  readonly required?: boolean | undefined;
  /** Default: `S256`. */
  readonly methods?: readonly ("S256" | "plain")[] | undefined;
}

/** How long what an application is given lives. */
export interface LifetimesConfig {
  /** Default: 60. */
  readonly code?: Seconds | undefined;
  /** Default: 1200. */
  readonly accessToken?: Seconds | undefined;
  /** Default: 300. */
  readonly idToken?: Seconds | undefined;
  /** Of a refresh token that is not used; each use gives a new one. Default: 86400. */
  readonly refreshToken?: Seconds | undefined;
  /** Of all refresh tokens of one sign-in together, from the first on. Default: no limit. */
  readonly refreshTokenAbsolute?: Seconds | undefined;
  /**
   * After its use a refresh token gives tokens of the same generation for so long, for a client that
   * lost the answer; 300 at most. Default: 0, not at all.
   */
  readonly refreshTokenRetry?: Seconds | undefined;
  /** Default: 1200. */
  readonly deviceCode?: Seconds | undefined;
}

/**
 * How much is kept at once, and how much may be guessed. What costs its sender nothing never takes the
 * place of what another has paid for. Of what may go, the oldest of whoever has most makes room for
 * what is new, once all places are taken. Of what stays, somebody gets one more while they have fewer
 * than there are places left, so nobody has more than half.
 */
export interface LimitsConfig {
  /** Sign-ins whose tokens have not all expired. They stay; shared by users. */
  readonly grants?: number | undefined;
  /**
   * Tokens revoked before their time. They stay; shared by users and by clients that have tokens
   * for themselves. Beyond a share a revocation ends more than it was asked to.
   */
  readonly revokedTokens?: number | undefined;
  /**
   * Ids of assertions and of proofs of possession, which work once. They stay; shared by users and
   * clients. Those that anybody can send have half of the places, shared by sources.
   */
  readonly usedJwtIds?: number | undefined;
  /** Login sessions. They may go; shared by users. */
  readonly sessions?: number | undefined;
  /**
   * Device requests that wait or were not yet fetched. They may go, first those of clients that did not
   * prove who they are, shared by their sources, then those of others, shared by clients. One that was
   * approved stays; shared by users.
   */
  readonly deviceRequests?: number | undefined;
  /**
   * Authorization requests that were pushed and not yet used. They may go, first those of clients that
   * did not prove who they are, shared by their sources, then those of others, shared by clients.
   */
  readonly pushedRequests?: number | undefined;
  /**
   * Wrong passwords in a minute for one username of one source, or of one browser where that user
   * signed in before.
   */
  readonly passwordFailuresPerUser?: number | undefined;
  /** Wrong passwords in a minute of one source. */
  readonly passwordFailuresPerSource?: number | undefined;
  /**
   * Wrong passwords in a minute before strangers are slowed down; those from browsers where the user
   * signed in before do not count. Strangers who are slowed down have a tenth of the two limits above.
   * Guesses at one user are slowed down as well, after five times `passwordFailuresPerUser`.
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
   * Wrong user codes in a minute before strangers are slowed down; those from browsers where somebody
   * signed in before do not count. Strangers who are slowed down have a tenth of the two limits above.
   */
  readonly userCodeFailures?: number | undefined;
}

/** Somebody who can sign in. */
export interface UserConfig {
  /** `user_…`, the `sub` of the user's tokens. */
  readonly userId: string;
  readonly username: string;
  readonly password: string;
  /** What userinfo and id_tokens say, as far as the scopes allow. Default: nothing. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Cannot sign in, and what came of earlier sign-ins does not work. Default: `false`. */
  readonly disabled?: boolean | undefined;
}
