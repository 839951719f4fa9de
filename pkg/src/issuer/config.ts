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
  | "implicit"
  | "urn:ietf:params:oauth:grant-type:token-exchange"
  | "urn:ietf:params:oauth:grant-type:jwt-bearer";
/** Where a claim is told. `access_token` means JWTs (RFC 9068) and introspection (RFC 7662). */
export type ClaimPlace = "id_token" | "userinfo" | "access_token";
/** How a challenge is made of a verifier (RFC 7636 section 4.2). */
export type PkceMethod = "S256" | "plain";
/**
 * What an access token is: a string that says something to the issuer alone, or a JWT (RFC 9068).
 */
export type AccessTokenFormat = "opaque" | "jwt";
/** An algorithm of signatures (RFC 7518 section 3.1, RFC 8037 section 3.1). */
export type SigningAlgorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA";

/** What an issuer is started with. A key that is not listed here is refused. */
export interface IssuerConfig {
  /**
   * Whose rules hold: `eiam` answers as the service is documented to answer; `rfc9700` as the
   * current security recommendations demand; `fapi2` as the FAPI 2.0 Security Profile does.
   * Default: `eiam`.
   */
  readonly profile?: "eiam" | "rfc9700" | "fapi2" | undefined;
  /**
   * Where the issuer is reached: `http://127.0.0.1:9400`, also with a path. No slash at the end. Or
   * `request`: each request says scheme, host and port, and `allowedHosts` lists the hosts that it
   * may say.
   */
  readonly baseUrl: string;
  /**
   * The hosts under which the issuer is reached if `baseUrl` is `request`: `issuer:9400`, with `*`
   * for any port, or without a port for the default one of http and https. One at least then; else
   * none.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Whether the issuer believes what `Forwarded` (RFC 7239), or `X-Forwarded-Proto`,
   * `X-Forwarded-Host` and `X-Forwarded-Port`, say of a request, if `baseUrl` is `request`.
   * Everybody can send them, so nobody but the proxy that writes them may reach the issuer.
   * Default: `false`.
   */
  readonly trustProxy?: boolean | undefined;
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
   * Claims that are told to every application, in places and for scopes of choice. Default: none.
   */
  readonly customClaims?: readonly CustomClaim[] | undefined;
  /**
   * How a sign-in can count beside the usual one by a password, the weakest first. A sign-in counts
   * as the first of these that its request asks for (`acr_values`, or the claim `acr`); the page
   * asks for a password all the same, so this is for tests. Default: none.
   */
  readonly authenticationContexts?: readonly AuthenticationContext[] | undefined;
  /**
   * Other issuers, whose JWTs stand for users here, or for workloads that are clients. Default:
   * none.
   */
  readonly trustedIssuers?: readonly TrustedIssuerConfig[] | undefined;
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
  readonly signing?: SigningAlgorithm | undefined;
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
   * Tokens of other issuers by which it authenticates (EIAM: `id-token-bearer`), eight at most.
   * Default: none.
   */
  readonly federatedCredentials?: readonly FederatedCredentialConfig[] | undefined;
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
   * Where it is told that a login session of its user ended (OpenID Connect Back-Channel Logout),
   * as an https URL, or an http URL if it has a secret or is on loopback. Default: none, so it is
   * not told.
   */
  readonly backchannelLogoutUri?: string | undefined;
  /**
   * Whether it is told which session ended (`sid`). Otherwise it is told only whose session that
   * was (`sub`), and so ends all that the user has there. Default: `true`.
   */
  readonly backchannelLogoutSessionRequired?: boolean | undefined;
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
  readonly accessTokenFormat?: AccessTokenFormat | undefined;
  /**
   * Claims that are told to it, in places and for scopes of choice. They go before those of
   * resources and the issuer. Default: none.
   */
  readonly customClaims?: readonly CustomClaim[] | undefined;
  /**
   * Which access tokens it may introspect (RFC 7662), beside those that it was given itself: `own`,
   * those for the resources that it runs; or those for these audiences as well; or `all`, those of
   * all clients. Default: `own`.
   */
  readonly introspects?: "own" | "all" | readonly string[] | undefined;
  /**
   * Which access tokens it may exchange (RFC 8693), beside those that it was given itself and those
   * that say by `may_act` that it may: `own`, those for the resources that it runs; or those for
   * these audiences as well; or `all`, those of all clients. An id_token is for the client that it
   * was given to. Default: `own`.
   */
  readonly exchanges?: "own" | "all" | readonly string[] | undefined;
  /**
   * Who may act for those who its access tokens are about (`may_act`, RFC 8693 section 4.4): the id
   * of an application or of a user. Nobody else can exchange such a token. Default: none.
   */
  readonly mayAct?: string | undefined;
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
  /**
   * What the issuer signs its userinfo responses with, which are JWTs then (OpenID Connect Core
   * section 5.3.2). Another algorithm than the issuer's needs a key of its own in `keys`. Default:
   * none, they are plain JSON.
   */
  userinfoSignedResponseAlg?:
    | "RS256"
    | "RS384"
    | "RS512"
    | "PS256"
    | "PS384"
    | "PS512"
    | "ES256"
    | "ES384"
    | "ES512"
    | "EdDSA";
  /**
   * Under which `sub` it knows users: their ids, or something else for each sector, so that
   * applications cannot compare their users (OpenID Connect Core section 8). Default: `public`.
   */
  readonly subjectType?: "public" | "pairwise" | undefined;
  /**
   * The https URL whose host is its sector, if it is pairwise: applications of one sector know a
   * user by the same `sub`. It is not fetched. Default: the host of its redirect URIs, of which
   * there must be one only.
   */
  readonly sectorIdentifierUri?: string | undefined;
  /**
   * The types of `authorization_details` that it may ask for (RFC 9396 section 10). Default: none.
   */
  readonly authorizationDetailsTypes?: readonly string[] | undefined;
  /**
   * Takes authorization requests only if they are signed by a key in `jwks` (RFC 9101 section
   * 10.5). Default: `false`.
   */
  readonly requireSignedRequestObject?: boolean | undefined;
  /**
   * What its request objects are signed with (RFC 9101): one algorithm, for which it has a key in
   * `jwks`. Default: no choice, any that its keys are for; but in the profile `eiam` no request
   * objects, unless it requires them.
   */
  requestObjectSigningAlg?:
    | "RS256"
    | "RS384"
    | "RS512"
    | "PS256"
    | "PS384"
    | "PS512"
    | "ES256"
    | "ES384"
    | "ES512"
    | "EdDSA";
  /** Nobody can use it, and what it was given does not work. Default: `false`. */
  readonly disabled?: boolean | undefined;
}
/**
 * An identity that another issuer gives to a workload, such as a job or a container, which
 * authenticates as the application by it (EIAM: `id-token-bearer`).
 */
export interface FederatedCredentialConfig {
  /** What the parameter `application_federated_credential_name` calls it. */
  readonly name: string;
  /** The issuer of its tokens, one of `trustedIssuers`. */
  readonly issuer: string;
  /** What its tokens say as `sub`, letter by letter. */
  readonly subject: string;
}
/**
 * A claim that is told in some places, perhaps only for a scope. Its value is fixed, or made of the
 * user and the application.
 */
export interface CustomClaim {
  /** The name of the claim: none that the issuer makes itself. */
  readonly name: string;
  /** The value, if it is the same for everybody. Either this or `expression` is needed. */
  readonly value?: unknown | undefined;
  /**
   * How the value is made, as at EIAM: `user.FIELD`, where the fields are `userId`, `username`,
   * `status`, `displayName` and those of the user's `attributes` and `claims`;
   * `application.applicationId` and `application.name`; a text in double quotes; `ArrayMap(array,
   * __item.FIELD)`; and `ObjectToJsonString(value)`. Where a field is missing, the claim is left
   * out.
   */
  readonly expression?: string | undefined;
  /**
   * Where it is told. Default: the places of other claims, which are `id_token` and `userinfo`, and
   * for a resource `access_token`.
   */
  readonly in?: readonly ClaimPlace[] | undefined;
  /** The scope for which it is told. Default: none, so it is told for every scope. */
  readonly scope?: string | undefined;
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
  readonly accessTokenFormat?: AccessTokenFormat | undefined;
  /**
   * How long access tokens for it live, in seconds up to 2^63-1. A token for several resources
   * lives as long as the shortest. Default: the application's lifetime.
   */
  readonly lifetime?: Seconds | undefined;
  /**
   * How JWT access tokens for it are signed. For another algorithm than the issuer's a key of its
   * own is needed: the first in `keys` for that algorithm, or else one that is made by whoever runs
   * the issuer, anew at each start. Default: the issuer's algorithm.
   */
  readonly signing?: SigningAlgorithm | undefined;
  /** What access tokens for it say besides: in JWTs, and at introspection. Default: nothing. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Claims that are told in places and for scopes of choice when an access token is for this
   * resource. They go before its `claims`. Default: none.
   */
  readonly customClaims?: readonly CustomClaim[] | undefined;
  /** The application that runs it, which may introspect every token for it. Default: none. */
  readonly applicationId?: string | undefined;
}
/** An authentication context that a sign-in can have (OpenID Connect Core section 2, `acr`). */
export interface AuthenticationContext {
  /**
   * Its name, which requests and tokens have in `acr_values` and `acr`: printable ASCII without
   * spaces, 255 characters at most.
   */
  readonly acr: string;
  /** By what somebody signs in (`amr`, RFC 8176). Default: `pwd`. */
  readonly amr?: readonly string[] | undefined;
}
/**
 * Another issuer whose JWTs are taken: as assertions for the grant `jwt-bearer` (RFC 7523 section
 * 2.1), as subject and actor tokens (RFC 8693 section 2.1), and as federated credentials of
 * clients.
 */
export interface TrustedIssuerConfig {
  /** What its JWTs say as `iss`, letter by letter. */
  readonly issuer: string;
  /** Its public keys, one at least and eight at most. */
  readonly jwks: { readonly keys: readonly object[] };
  /**
   * What its JWTs may say as `aud`, beside this issuer's URL and its token endpoint: such as the id
   * of the client that they were given to. Default: none.
   */
  readonly audiences?: readonly string[] | undefined;
  /** Which claim of its JWTs says who the user is. Default: `sub`. */
  readonly subjectClaim?: string | undefined;
  /**
   * What of a user equals that claim: `userId`, `username`, or the name of one of the user's
   * claims, such as `email`. A JWT that fits no user, or several, is refused. Default: `userId`.
   */
  readonly userAttribute?: string | undefined;
  /**
   * The ids of the applications that may use its JWTs. Default: those that have opened a grant that
   * takes them.
   */
  readonly applications?: readonly string[] | undefined;
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
   * The grants that they may register: `authorization_code`, `refresh_token`, `client_credentials`
   * and that of devices, because by the others a client gets tokens about users who were not asked.
   * Default: `authorization_code` and `refresh_token`.
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
  /**
   * `user_…`, or whatever else of 255 ASCII characters at most: the `sub` of the user's tokens.
   */
  readonly userId: string;
  /** What is typed to sign in. */
  readonly username: string;
  /** What else is typed to sign in. */
  readonly password: string;
  /** What userinfo and id_tokens say, as far as the scopes allow. Default: nothing. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Claims that are told in places and for scopes of choice. They go before those of applications,
   * resources and the issuer. Default: none.
   */
  readonly customClaims?: readonly CustomClaim[] | undefined;
  /**
   * What is told to nobody by itself, for expressions: `user.FIELD`, before the field of this name
   * in `claims`. Default: nothing.
   */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /**
   * How the user's sign-ins count (`acr`), whatever the request asks for. Default: the one that the
   * request asks for, if `authenticationContexts` has it, or else that of a password.
   */
  readonly acr?: string | undefined;
  /**
   * By what the user signs in (`amr`, RFC 8176). Default: those that belong to the `acr`, or else
   * `pwd`.
   */
  readonly amr?: readonly string[] | undefined;
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
