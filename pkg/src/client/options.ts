import type { DpopProofs } from "./advanced/dpop.js";
import type { ClientAuthentication } from "./authentication.js";
import type { CallOptions, Fetch } from "./http.js";
import type { SignatureVerifier } from "./key-set.js";
import type { Parse } from "./parse.js";
import type { ErrorListener } from "./report.js";
import type { Int64, Seconds } from "./seconds.js";
import type { ServerMetadata } from "./server.js";
import type { TokenSet } from "./tokens.js";

/** The settings of a client that do not depend on its server. */
export interface ClientSettings<I extends Int64 = "bigint"> {
  /** How the client authenticates. Default: `none`, a public client. */
  readonly authentication?: ClientAuthentication | undefined;
  /**
   * The key to which the server binds tokens, so that nobody else can use them (RFC 9449): what {@link dpopProofs}
   * returned. Default: none, for tokens that work for whoever has them.
   */
  readonly dpop?: DpopProofs | undefined;
  /** The function that sends requests. Default: the host's `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Milliseconds until a call fails with `timeout`. Default: 30,000. */
  readonly timeout?: number | undefined;
  /** The seconds by which this machine's clock and the server's may differ. Default: 60. */
  readonly clockTolerance?: number | undefined;
  /**
   * What proves that an id_token is genuine: its signature by one of the server's published keys (`jwks`), which are
   * fetched when they are first needed; the TLS connection to the token endpoint (`connection`, OpenID Connect Core
   * section 3.1.3.7), which needs an https URL, or one on loopback; or what {@link secretSignature} returns. Default:
   * `jwks` if the server has a `jwksUri`, else `connection`.
   */
  readonly idTokenSignature?: "jwks" | "connection" | SignatureVerifier | undefined;
  /**
   * The seconds for which the server's keys are believed without asking again, at most, however long the server says
   * that they are good for. Default: 600.
   */
  readonly keysMaxAge?: number | undefined;
  /**
   * Whether a server whose issuer is an https URL may have plain http endpoints and pages on loopback
   * (`localhost`, `127.0.0.1`, `[::1]`), for a server behind a proxy on the same machine. A server whose issuer is
   * itself an http URL on loopback does not need this. Default: `false`.
   */
  readonly allowInsecureLoopback?: boolean | undefined;
  /**
   * Whether the server may have plain http endpoints and pages anywhere (against RFC 6749 section 3.1), for networks
   * that protect what is sent in them. Default: `false`.
   */
  readonly allowInsecureRequests?: boolean | undefined;
  /**
   * Turns the text of an answer into what the standards have there, for a server that writes another dialect, before
   * it is judged. The presets of `eiam-token/providers` bring such functions. Default: the text stays as it is.
   */
  readonly parse?: Parse | undefined;
  /**
   * The issuer that an id_token must have, from its claims, for a server that has one for each tenant; `undefined`
   * refuses the id_token. Default: the server's issuer.
   */
  readonly issuerOf?: ((claims: Readonly<Record<string, unknown>>) => string | undefined) | undefined;
  /** Whether a request for an id_token has a `nonce`, which the id_token then must have. Default: `true`. */
  readonly nonce?: boolean | undefined;
  /** The type in which seconds are returned. Default: `bigint`. */
  readonly int64?: I | undefined;
  /**
   * Is called with errors that belong to no call: an {@link EiamTokenError} `listener_error` whose `cause` a listener
   * such as `onState` has thrown, and what the sessions of this client have to report (see
   * {@link SessionOptions.onError}). Default: `console.error`.
   */
  readonly onError?: ErrorListener | undefined;
}

/** A client and its server, for the constructors of {@link SignInClient} and {@link Client}. */
export interface ClientOptions<I extends Int64 = "bigint"> extends ClientSettings<I> {
  /** The server's endpoints and its issuer URL, such as {@link eiamServer} and {@link discoverServer} return them. */
  readonly server: ServerMetadata;
  /** The client's id. */
  readonly clientId: string;
}

/** Additional parameters of a request, such as EIAM's `exclusive_tag`. */
export type ExtraParameters = Readonly<Record<string, string>>;

/** Parameters that most requests can have. */
export interface RequestParameters {
  /** The scopes, separated by spaces, such as `openid profile` or `api://x|read`. */
  readonly scope?: string | undefined;
  /** The resources that the token is for, as absolute URIs (RFC 8707 section 2). */
  readonly resource?: string | readonly string[] | undefined;
  /** Additional parameters. */
  readonly extra?: ExtraParameters | undefined;
}

/** The parameters of an authorization request. */
export interface AuthorizationParameters extends RequestParameters {
  /** Exactly one of the registered redirect URIs. */
  readonly redirectUri: string;
  /** What the server asks of the user: `none`, `login`, `consent`, `select_account` or `create`, with spaces between. */
  readonly prompt?: string | undefined;
  /** Who wants to sign in, such as an e-mail address. */
  readonly loginHint?: string | undefined;
  /** How many seconds ago the user may have signed in. The id_token then has to say when it was. */
  readonly maxAge?: number | bigint | undefined;
  /** How the response comes: `query`, `fragment` or `form_post`. Default: the server's own. */
  readonly responseMode?: string | undefined;
  /** The languages of the pages in order of preference, such as `zh-CN en`. */
  readonly uiLocales?: string | undefined;
  /** The authentication context classes in order of preference. */
  readonly acrValues?: string | undefined;
  /** The claims that are wanted (OpenID Connect Core section 5.5). */
  readonly claims?: object | undefined;
  /** How the pages are shown: `page`, `popup`, `touch` or `wap`. */
  readonly display?: string | undefined;
}

/** What kind of token it is. This hint only spares the server a search. */
export interface TokenHint {
  /** The kind of the token (RFC 7009 section 2.1). */
  readonly tokenTypeHint?: "access_token" | "refresh_token" | undefined;
}

/** How the user is signed out at the server, for {@link Client.logoutUrl}. */
export interface LogoutParameters {
  /** An id_token of the session to end, which may have expired, or the tokens that it came with. */
  readonly idToken?: string | TokenSet<Int64> | undefined;
  /** Where the browser goes afterwards: exactly one of the registered URIs. */
  readonly postLogoutRedirectUri?: string | undefined;
  /** A value that the server adds to `postLogoutRedirectUri`. */
  readonly state?: string | undefined;
  /** Additional parameters, such as `ui_locales`. */
  readonly extra?: ExtraParameters | undefined;
}

/** How to poll for the tokens of a device. */
export interface PollOptions<I extends Int64 = "bigint"> extends CallOptions {
  /** Seconds between polls. Default: the server's `interval`. */
  readonly interval?: Seconds<I> | undefined;
}
