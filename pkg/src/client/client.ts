import { CallbackError, InvalidArgumentError, MalformedResponseError } from "../errors.js";
import { type HttpResponse, textOf } from "./answer.js";
import type { AssertingClient, ClientAuthentication } from "./authentication.js";
import {
  type AuthorizationRequest,
  AuthorizationResponse,
  authorizationRequest,
  transactionFrom,
} from "./authorization.js";
import { type Fields, call, callForOne, read } from "./call.js";
import { unixSeconds } from "./clock.js";
import { type DeviceAuthorization, type DeviceState, deviceFrom, poll } from "./device.js";
import {
  type CallOptions,
  type Fetch,
  type HostUrl,
  type HttpRequest,
  httpRequest,
  requestFrom,
  send,
} from "./http.js";
import { type UserClaims, claimsFrom, decodedFrom } from "./id-token.js";
import { type Introspection, introspectionFrom } from "./introspection.js";
import { KeySet } from "./key-set.js";
import * as Operation from "./operation.js";
import { withRandom } from "./random.js";
import { type ErrorListener, notify } from "./report.js";
import type { Int64, Seconds } from "./seconds.js";
import { type ServerMetadata, endpointsOf, metadataFrom } from "./server.js";
import { type TokenFields, type TokenSet, missingIdToken, readTokens, tokenSet } from "./tokens.js";

/** The settings of a client that do not depend on its server. */
export interface ClientSettings<I extends Int64 = "bigint"> {
  /** How the client authenticates. Default: `none`, a public client. */
  readonly authentication?: ClientAuthentication | undefined;
  /** The function that sends requests. Default: the host's `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Milliseconds until a call fails with `timeout`. Default: 30,000. */
  readonly timeout?: number | undefined;
  /** The seconds by which this machine's clock and the server's may differ. Default: 60. */
  readonly clockTolerance?: number | undefined;
  /**
   * What proves that an id_token is genuine: its signature by one of the server's published keys (`jwks`),
   * which are fetched when they are first needed, or the TLS connection to the token endpoint (`connection`,
   * OpenID Connect Core section 3.1.3.7). Default: `jwks` if the server has a `jwksUri`, else `connection`.
   */
  readonly idTokenSignature?: "jwks" | "connection" | undefined;
  /**
   * Whether a server whose issuer is an https URL may have plain http endpoints and pages on loopback
   * (`localhost`, `127.0.0.1`, `[::1]`), for a server behind a proxy on the same machine. Other plain http
   * endpoints are always refused (RFC 8414 section 2). A server whose issuer is itself an http URL does not
   * need this. Default: `false`.
   */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** The type in which seconds are returned. Default: `bigint`. */
  readonly int64?: I | undefined;
  /**
   * Is called with errors that belong to no call: an {@link EiamTokenError} `listener_error` whose `cause` a listener
   * such as `onState` has thrown, and what the sessions of this client have to report (see
   * {@link SessionOptions.onError}). Default: `console.error`.
   */
  readonly onError?: ErrorListener | undefined;
}

/** A client and its server, for the constructor of {@link Client}. */
export interface ClientOptions<I extends Int64 = "bigint"> extends ClientSettings<I> {
  /** The server's endpoints and its issuer URL. */
  readonly server: ServerMetadata;
  /** The client's id. */
  readonly clientId: string;
}

/** An application of Alibaba Cloud IDaaS EIAM, for {@link Client.eiam}. */
export interface EiamOptions<I extends Int64 = "bigint"> extends ClientSettings<I> {
  /** The region of the instance, such as `cn-hangzhou`. */
  readonly region: string;
  /** The id of the instance, `idaas_…`. */
  readonly instanceId: string;
  /** The id of the application, `app_…`. */
  readonly applicationId: string;
  /** The client id. Default: the application's id, as at the service. */
  readonly clientId?: string | undefined;
  /** The host of the instance's pages, `{prefix}.aliyunidaas.com`. Signing in and out by browser needs it. */
  readonly portal?: string | undefined;
  /**
   * An authorization server of the instance, such as `iauths_system`, in place of the application's own one.
   * Requests go to `portal` if it is given, else to the DeveloperAPI (GenerateTokenByAuthorizationServer).
   */
  readonly authorizationServer?: string | undefined;
  /** Whether requests go to the DeveloperAPI's host, as those of the official SDKs do. Default: `false`. */
  readonly developerApi?: boolean | undefined;
}

/** How a server's metadata are found, and the settings of the client, for {@link Client.discover}. */
export interface DiscoveryOptions<I extends Int64 = "bigint"> extends ClientSettings<I>, CallOptions {
  /** The client's id. */
  readonly clientId: string;
  /**
   * The name of the metadata document: `openid-configuration`, which is appended to the issuer (OpenID Connect
   * Discovery section 4), or `oauth-authorization-server`, which is inserted between the issuer's host and its
   * path (RFC 8414 section 3). Default: `openid-configuration`.
   */
  readonly wellKnown?: "openid-configuration" | "oauth-authorization-server" | undefined;
}

/** Additional parameters of a request, such as EIAM's `exclusive_tag`. */
export type ExtraParameters = Readonly<Record<string, string>>;

/** How to poll for the tokens of a device. */
export interface PollOptions<I extends Int64 = "bigint"> extends CallOptions {
  /** Seconds between polls. Default: the server's `interval`. */
  readonly interval?: Seconds<I> | undefined;
}

/** Parameters that most requests can have. */
export interface RequestParameters {
  /** The scopes, separated by spaces, such as `openid profile` or `api://x|read`. */
  readonly scope?: string | undefined;
  /** Additional parameters. */
  readonly extra?: ExtraParameters | undefined;
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

/**
 * Makes the requests to the token endpoint, one for each grant. {@link Client.parseTokenResponse} reads the
 * responses. If the client authenticates by a signed assertion, add it with {@link Client.authenticated}.
 *
 * Each function throws a {@link NotSupportedError} if the server has no token endpoint, and an
 * {@link InvalidArgumentError} for a parameter that is missing or cannot be sent.
 */
export interface TokenRequests {
  /** Exchanges an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.5). */
  authorizationCode(response: AuthorizationResponse, parameters?: { extra?: ExtraParameters | undefined }): HttpRequest;
  /** Polls for the tokens of a device (RFC 8628 section 3.4). */
  deviceCode(device: DeviceAuthorization<Int64>, parameters?: { extra?: ExtraParameters | undefined }): HttpRequest;
  /** Refreshes tokens (RFC 6749 section 6). `scope` can only narrow what was granted. */
  refreshToken(refreshToken: string, parameters?: RequestParameters): HttpRequest;
  /** Requests a token for the client itself (RFC 6749 section 4.4). */
  clientCredentials(parameters?: RequestParameters): HttpRequest;
  /** Requests tokens for a user's name and password (RFC 6749 section 4.3). RFC 9700 section 2.4 forbids this. */
  password(parameters: { readonly username: string; readonly password: string } & RequestParameters): HttpRequest;
}

/**
 * A client of one authorization server.
 *
 * For each operation there are a function that makes the request and one that reads the response, without
 * I/O, and a method that does both with `fetch`. These methods also throw a {@link ConnectionError} if no
 * response comes, and what the function that reads the response throws.
 *
 * @example
 * ```js
 * import { Client } from "eiam-token";
 *
 * const client = await Client.discover("https://as.example", { clientId: "app_spa" });
 * const request = client.authorizationRequest({ redirectUri, scope: "openid profile" });
 * sessionStorage.setItem("request", request.serialize());
 * location.assign(request.url);
 * // … and at the redirect URI:
 * const response = client.parseCallback(location.href, sessionStorage.getItem("request"));
 * const tokens = await client.exchangeCode(response);
 * tokens.expiresIn; // 1200n
 * ```
 */
export class Client<I extends Int64 = "bigint"> {
  /** The server's endpoints and its issuer URL. */
  readonly server: ServerMetadata;
  /** The client's id. */
  readonly clientId: string;
  /** The type in which seconds are returned; `undefined` means `bigint`. */
  readonly int64: I | undefined;
  /** What is told of errors that belong to no call; `undefined` means `console.error`. */
  readonly onError: ErrorListener | undefined;
  /** Makes the requests to the token endpoint, one for each grant. */
  readonly tokenRequest: TokenRequests;

  /** A closure, because browser consoles show private fields. `free()` removes it. */
  #authentication: (() => ClientAuthentication) | undefined;
  readonly #settings: ClientSettings<I> & OfEiam;
  #keySet: KeySet | undefined;

  /**
   * Makes a client of a server whose endpoints you know.
   *
   * @throws {InvalidArgumentError} if the client id or the secret is empty, if an endpoint is not an http(s)
   *   URL, or if it is an http URL although the issuer is an https URL (see `allowInsecureLoopback`)
   */
  constructor(options: ClientOptions<I>) {
    const { server, clientId, authentication = { method: "none" }, ...settings } = options ?? {};
    if (!server) throw new InvalidArgumentError("server: missing, such as { tokenEndpoint }", "server");
    this.#authentication = () => authentication;
    this.#settings = settings;
    this.server = Object.freeze({ ...server });
    this.clientId = clientId;
    this.int64 = settings.int64;
    this.onError = settings.onError;
    this.tokenRequest = Object.freeze(this.#tokenRequests());
    // Not every host has `Symbol.dispose`. A method on the prototype would keep this class in bundles that
    // do not use it.
    if (Symbol.dispose) {
      Object.defineProperty(this, Symbol.dispose, { value: () => this.free() });
    }
    const loopback = settings.allowInsecureLoopback;
    call(Operation.CheckClient, { loopback, ...this.#party(), ...endpointsOf(this.server) });
    // A wrong `jwksUri` has to fail here, and not only after a code was redeemed.
    this.#keys();
  }

  /**
   * Makes a client of an EIAM application. It sends no request, because the service's hosts are known.
   *
   * @throws {InvalidArgumentError} if a part of the address is missing or cannot be part of a URL
   * @example
   * ```js
   * import { Client } from "eiam-token";
   *
   * const client = Client.eiam({
   *   region: "cn-hangzhou",
   *   instanceId: "idaas_example",
   *   applicationId: "app_example",
   * });
   * client.clientId; // "app_example"
   * ```
   */
  static eiam<I extends Int64 = "bigint">(options: EiamOptions<I>): Client<I> {
    const { region, instanceId, applicationId, portal, authorizationServer, developerApi } = options ?? {};
    const fields = { region, instanceId, applicationId, portal, authorizationServer, developerApi };
    const server = metadataFrom(call(Operation.EiamServer, fields));
    const own = { server, clientId: options?.clientId ?? applicationId, lacksPortal: !portal };
    return new this({ ...options, ...own });
  }

  /**
   * Makes a client of the server with this issuer URL, whose endpoints it reads from the server's metadata.
   *
   * @param issuer the issuer URL, exactly as the server's metadata state it
   * @throws {InvalidArgumentError} if the issuer is not an http(s) URL
   * @throws {MalformedResponseError} if the metadata name another issuer, or if an endpoint is not an http(s)
   *   URL, or is an http URL although the issuer is an https URL (see `allowInsecureLoopback`)
   * @throws {ConnectionError} if no response comes, and {@link ResponseError} for one that is not a success
   * @example
   * ```js
   * import { Client } from "eiam-token";
   *
   * const client = await Client.discover("https://as.example", { clientId: "app_spa" });
   * client.server.issuer; // "https://as.example"
   * ```
   */
  static async discover<I extends Int64 = "bigint">(issuer: string, options: DiscoveryOptions<I>): Promise<Client<I>> {
    const { wellKnown, allowInsecureLoopback: loopback } = options ?? {};
    const oauth = wellKnown === "oauth-authorization-server";
    const url = callForOne(Operation.DiscoveryRequest, { issuer, oauth });
    const request = httpRequest("GET", url, { accept: "application/json" }, undefined);
    const response = await send(request, options ?? {});
    const server = metadataFrom(read(Operation.ParseDiscovery, response, { issuer, loopback }));
    return new this({ ...options, server });
  }

  /**
   * Makes an authorization request (RFC 6749 section 4.1.1) with PKCE (`S256`), `state` and, if the scope
   * contains `openid`, `nonce`. It is synchronous, so that the handler of a click can open a pop-up with it.
   *
   * @param parameters `redirectUri`: exactly one of the registered redirect URIs
   * @returns the URL for the browser, and what {@link Client.parseCallback} needs afterwards
   * @throws {NotSupportedError} if the server has no authorization endpoint
   * @throws {InvalidArgumentError} if a parameter is missing or cannot be sent
   */
  authorizationRequest(parameters: { readonly redirectUri: string } & RequestParameters): AuthorizationRequest {
    const { redirectUri, scope, extra } = parameters ?? {};
    const fields = this.#fields("authorizationEndpoint", { redirectUri, scope });
    const [, url, state, nonce, verifier, maxAge] = withRandom(64, (random) =>
      call(Operation.AuthorizationRequest, fields, random, extra),
    );
    return authorizationRequest(url!, {
      issuer: this.server.issuer,
      client_id: this.clientId,
      redirect_uri: redirectUri,
      scope,
      state: state!,
      nonce: nonce || undefined,
      code_verifier: verifier!,
      max_age: maxAge || undefined,
    });
  }

  /**
   * Reads the authorization response (RFC 6749 section 4.1.2) and checks `state` and `iss` (RFC 9207) before
   * anything else.
   *
   * @param callback what came to the redirect URI: its URL, query or fragment, or the body of a `form_post`
   * @param request the request, or the text of its `serialize()`
   * @returns the code, for {@link Client.exchangeCode}
   * @throws {OAuthError} if the server refused the request
   * @throws {CallbackError} if the callback does not belong to the request, or there is no request any more
   * @throws {InvalidArgumentError} if the request belongs to another client
   */
  parseCallback(
    callback: string | HostUrl,
    request: AuthorizationRequest | string | null | undefined,
  ): AuthorizationResponse {
    if (!request) {
      throw new CallbackError("there is no request that this callback answers: start the sign-in again", "state");
    }
    const transaction = transactionFrom(typeof request === "string" ? request : request.serialize?.());
    const { client_id, issuer, state } = transaction;
    if (client_id !== this.clientId || issuer !== this.server.issuer) {
      throw new InvalidArgumentError("the request belongs to another client or issuer", "request");
    }
    const fields = { ...this.#party(), state, callback: String(callback) };
    return new AuthorizationResponse({ ...transaction, code: callForOne(Operation.ParseCallback, fields) });
  }

  /**
   * Exchanges an authorization code for tokens (RFC 6749 section 4.1.3) and checks the id_token.
   *
   * @param response what {@link Client.parseCallback} returned
   * @throws {OAuthError} if the server refused, such as `invalid_grant` for a code that was used before
   * @throws {MalformedResponseError} if the response or the id_token is not valid
   * @throws {ConnectionError} if no response comes
   */
  async exchangeCode(response: AuthorizationResponse, options: CallOptions = {}): Promise<TokenSet<I>> {
    const { nonce, max_age: maxAge } = AuthorizationResponse.parts(response);
    return this.#tokens(this.tokenRequest.authorizationCode(response), options, { nonce, maxAge });
  }

  /**
   * Gets new tokens for a refresh token (RFC 6749 section 6). If the response has no new refresh token, the
   * result contains the one that was sent, which stays valid. If it has no id_token, the result contains that
   * of `current`.
   *
   * @param current the tokens to refresh, or only the refresh token; with tokens, the client also checks that
   *   the user is the same (OpenID Connect Core section 12.2)
   * @throws {OAuthError} if the server refused; `invalid_grant` means that the user has to sign in again
   * @throws {InvalidArgumentError} if `current` has no refresh token
   * @throws {MalformedResponseError} if the response or the id_token is not valid
   * @throws {ConnectionError} if no response comes
   */
  async refresh(
    current: TokenSet<Int64> | string,
    options: CallOptions & RequestParameters = {},
  ): Promise<TokenSet<I>> {
    const refreshToken = typeof current === "string" ? current : current?.refreshToken;
    if (refreshToken === undefined) {
      throw new InvalidArgumentError("there is no refresh token in these tokens", "current");
    }
    const request = this.tokenRequest.refreshToken(refreshToken, options);
    const former = typeof current === "string" ? undefined : current;
    return this.#tokens(request, options, { refreshToken, former });
  }

  /**
   * Gets a token for the client itself (RFC 6749 section 4.4).
   *
   * @throws {OAuthError} if the server refused
   * @throws {MalformedResponseError} if the response is not valid
   * @throws {ConnectionError} if no response comes
   * @example
   * ```js
   * import { Client } from "eiam-token";
   *
   * const authentication = { method: "client_secret_basic", clientSecret };
   * const client = await Client.discover(issuer, { clientId: "app_machine", authentication });
   * const tokens = await client.clientCredentials({ scope: "api://api.example.com|read:file" });
   * tokens.tokenType; // "Bearer"
   * ```
   */
  async clientCredentials(options: CallOptions & RequestParameters = {}): Promise<TokenSet<I>> {
    return this.#tokens(this.tokenRequest.clientCredentials(options), options);
  }

  /**
   * Gets tokens for a user's name and password (RFC 6749 section 4.3). RFC 9700 section 2.4 forbids this grant.
   *
   * @throws {OAuthError} if the server refused, such as `invalid_grant` for a wrong password
   * @throws {MalformedResponseError} if the response or the id_token is not valid
   * @throws {ConnectionError} if no response comes
   */
  async password(
    parameters: { readonly username: string; readonly password: string } & RequestParameters,
    options: CallOptions = {},
  ): Promise<TokenSet<I>> {
    return this.#tokens(this.tokenRequest.password(parameters), options);
  }

  /**
   * Makes the request that starts the device flow (RFC 8628 section 3.1).
   *
   * @throws {NotSupportedError} if the server has no device authorization endpoint
   */
  deviceAuthorizationRequest({ scope, extra }: RequestParameters = {}): HttpRequest {
    return this.#request(Operation.DeviceAuthorization, "deviceAuthorizationEndpoint", { scope }, extra);
  }

  /**
   * Reads the response to {@link Client.deviceAuthorizationRequest}.
   *
   * @param options `now`: when the response came, in Unix seconds. Default: the host's time
   * @throws {OAuthError} if the server refused
   * @throws {MalformedResponseError} if the response is not valid; among others, if the page on which the user
   *   signs in is an http URL although the server uses https (see `allowInsecureLoopback`)
   */
  parseDeviceAuthorization(response: HttpResponse, options: { now?: number } = {}): DeviceAuthorization<I> {
    const now = options.now ?? unixSeconds();
    const server = this.server.deviceAuthorizationEndpoint;
    const fields = { now, server, loopback: this.#settings.allowInsecureLoopback };
    return deviceFrom(read(Operation.ParseDeviceAuthorization, response, fields), this.int64);
  }

  /**
   * Starts the device flow (RFC 8628 section 3.1). Show the code of the result to the user, and pass the result
   * to {@link Client.pollDevice}.
   *
   * @throws {NotSupportedError} if the server has no device authorization endpoint
   * @throws {OAuthError} if the server refused
   * @throws {MalformedResponseError} if the response is not valid
   * @throws {ConnectionError} if no response comes
   * @example
   * ```js
   * import { Client } from "eiam-token";
   *
   * const client = await Client.discover(issuer, { clientId: "app_device" });
   * const device = await client.deviceAuthorize({ scope: "openid" });
   * show(device.userCode, device.verificationUriComplete);
   * const tokens = await client.pollDevice(device);
   * tokens.claims.sub; // "user_alice"
   * ```
   */
  async deviceAuthorize(options: CallOptions & RequestParameters = {}): Promise<DeviceAuthorization<I>> {
    const request = this.deviceAuthorizationRequest(options);
    return this.parseDeviceAuthorization(await this.#send(request, options));
  }

  /**
   * Polls until the user has decided (RFC 8628 section 3.4). Polling slows down after `slow_down`,
   * `Retry-After` and lost connections, and ends at once when `signal` is aborted.
   *
   * @param options `onState` is called with each state of the flow; what it throws goes to `onError` of the client.
   *   `interval` is the number of seconds between
   *   polls: pass the last one of a {@link DeviceState} to continue after a reload
   * @throws {DeviceFlowError} if the user refused or the code expired
   * @throws {OAuthError} if the server refused for another reason
   * @throws {MalformedResponseError} if a response or the id_token is not valid
   */
  async pollDevice(
    device: DeviceAuthorization<I>,
    options: PollOptions<I> & { readonly onState?: (state: DeviceState<I>) => void } = {},
  ): Promise<TokenSet<I>> {
    const states = this.deviceStates(device, options);
    for (;;) {
      const step = await states.next();
      if (step.done) return step.value;
      notify(() => options.onState?.(step.value), this.onError);
    }
  }

  /**
   * Does the same as {@link Client.pollDevice}, as an iterator: it yields the states and returns the tokens.
   *
   * @throws {DeviceFlowError} and whatever else {@link Client.pollDevice} throws, from `next()`
   */
  async *deviceStates(
    device: DeviceAuthorization<I>,
    options: PollOptions<I> = {},
  ): AsyncGenerator<DeviceState<I>, TokenSet<I>, undefined> {
    if (!device) throw new InvalidArgumentError("device: missing", "device");
    const { interval = device.interval } = options;
    const calls = { ...this.#calls(options), int64: this.int64 };
    const request = () => this.authenticated(this.tokenRequest.deviceCode(device));
    return this.#checked(yield* poll(device, interval, request, calls), options);
  }

  /**
   * Reads the response to a request of {@link Client.tokenRequest}. It does not check the id_token.
   *
   * @param options `now`: when the response came, in Unix seconds. Default: the host's time
   * @throws {OAuthError} if the server refused
   * @throws {GatewayError} if Alibaba Cloud's gateway refused
   * @throws {ResponseError} for an error response without a readable reason
   * @throws {MalformedResponseError} if the response is not valid
   */
  parseTokenResponse(response: HttpResponse, options: { now?: number } = {}): TokenSet<I> {
    return tokenSet(readTokens(response, options.now), this.int64);
  }

  /**
   * Makes the request for the user's claims (OpenID Connect Core section 5.3.1).
   *
   * @throws {NotSupportedError} if the server has no userinfo endpoint
   */
  userInfoRequest(accessToken: string): HttpRequest {
    return this.#request(Operation.UserInfoRequest, "userinfoEndpoint", { accessToken });
  }

  /**
   * Reads the response to {@link Client.userInfoRequest}.
   *
   * @param options `expectedSub`: the `sub` of the id_token, which must be the same
   * @throws {OAuthError} if the server refused, such as `invalid_token`
   * @throws {MalformedResponseError} if the response is not valid, or is about another user
   */
  parseUserInfo(response: HttpResponse, options: { expectedSub?: string | undefined } = {}): UserClaims {
    read(Operation.ParseUserInfo, response, { sub: options.expectedSub });
    return claimsFrom(textOf(response)) as UserClaims;
  }

  /**
   * Gets the user's claims (OpenID Connect Core section 5.3).
   *
   * @param tokens the tokens, whose id_token must have the same `sub` (section 5.3.2), or only the access token
   * @throws {OAuthError} if the server refused, such as `invalid_token`
   * @throws {MalformedResponseError} if the response is not valid, or is about another user
   * @throws {NotSupportedError} if the server has no userinfo endpoint
   * @throws {ConnectionError} if no response comes
   */
  async userInfo(
    tokens: TokenSet<Int64> | string,
    options: CallOptions & { readonly expectedSub?: string | undefined } = {},
  ): Promise<UserClaims> {
    const accessToken = typeof tokens === "string" ? tokens : tokens?.accessToken;
    const ownSub = typeof tokens === "string" ? undefined : subjectOf(tokens);
    const response = await this.#send(this.userInfoRequest(accessToken), options);
    return this.parseUserInfo(response, { expectedSub: options.expectedSub ?? ownSub });
  }

  /**
   * Makes the request that revokes a token (RFC 7009 section 2.1).
   *
   * @throws {NotSupportedError} if the server has no revocation endpoint
   */
  revocationRequest(token: string, parameters: TokenHint = {}): HttpRequest {
    return this.#request(Operation.RevocationRequest, "revocationEndpoint", about(token, parameters));
  }

  /**
   * Reads the response to {@link Client.revocationRequest}. A token that the server does not know counts as
   * revoked.
   *
   * @throws {OAuthError} if the server refused
   */
  parseRevocation(response: HttpResponse): void {
    read(Operation.ParseRevocation, response);
  }

  /**
   * Revokes an access token or a refresh token (RFC 7009).
   *
   * @throws {OAuthError} if the server refused
   * @throws {NotSupportedError} if the server has no revocation endpoint
   * @throws {ConnectionError} if no response comes
   */
  async revoke(token: string, options: CallOptions & TokenHint = {}): Promise<void> {
    this.parseRevocation(await this.#send(this.revocationRequest(token, options), options));
  }

  /**
   * Makes the request that asks whether a token is active (RFC 7662 section 2.1).
   *
   * @throws {NotSupportedError} if the server has no introspection endpoint
   */
  introspectionRequest(token: string, parameters: TokenHint = {}): HttpRequest {
    return this.#request(Operation.IntrospectionRequest, "introspectionEndpoint", about(token, parameters));
  }

  /**
   * Reads the response to {@link Client.introspectionRequest}.
   *
   * @throws {OAuthError} if the server refused
   * @throws {MalformedResponseError} if the response is not valid
   */
  parseIntrospection(response: HttpResponse): Introspection<I> {
    const results = read(Operation.ParseIntrospection, response);
    return introspectionFrom(results, textOf(response), this.int64);
  }

  /**
   * Asks the server whether a token is active (RFC 7662).
   *
   * @throws {OAuthError} if the server refused
   * @throws {MalformedResponseError} if the response is not valid
   * @throws {NotSupportedError} if the server has no introspection endpoint
   * @throws {ConnectionError} if no response comes
   */
  async introspect(token: string, options: CallOptions & TokenHint = {}): Promise<Introspection<I>> {
    const request = this.introspectionRequest(token, options);
    return this.parseIntrospection(await this.#send(request, options));
  }

  /**
   * Returns the URL at which the browser signs the user out at the server (OpenID Connect RP-Initiated Logout
   * section 2).
   *
   * @throws {NotSupportedError} if the server has no logout endpoint
   */
  logoutUrl(parameters: LogoutParameters = {}): string {
    const { idToken, postLogoutRedirectUri, state, extra } = parameters;
    const hint = typeof idToken === "object" ? idToken?.idToken : idToken;
    const fields = { idToken: hint, postLogoutRedirectUri, state };
    return this.#request(Operation.LogoutUrl, "endSessionEndpoint", fields, extra).url;
  }

  /**
   * Adds a signed assertion to a request, if the client authenticates by one; otherwise it returns the request
   * as it is. An assertion is valid once, for a minute. The methods that send requests call this themselves.
   *
   * @throws {NotSupportedError} if the host has no WebCrypto
   * @throws {InvalidArgumentError} if the client was freed
   */
  async authenticated(request: HttpRequest): Promise<HttpRequest> {
    const authentication = this.#authenticates();
    if (request.body === undefined || !("assertion" in authentication)) return request;
    const assertion = await authentication.assertion(this as AssertingClient);
    const form = new URLSearchParams({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    });
    return httpRequest(request.method, request.url, { ...request.headers }, `${request.body}&${form}`);
  }

  /** Forgets the client's secret. The client cannot make requests afterwards. */
  free(): void {
    this.#authentication = undefined;
  }

  #authenticates(): ClientAuthentication {
    if (!this.#authentication) throw new InvalidArgumentError("the client was freed", "client");
    return this.#authentication();
  }

  /** The client's own fields, as the WebAssembly module takes them. */
  #party(): Fields {
    const { issuer, authorizationResponseIssParameterSupported } = this.server;
    const authentication = this.#authenticates();
    return {
      issuer,
      authorizationResponseIssParameterSupported,
      lacksPortal: this.#settings.lacksPortal,
      clientId: this.clientId,
      method: "assertion" in authentication ? "none" : authentication.method,
      clientSecret: "clientSecret" in authentication ? authentication.clientSecret : undefined,
    };
  }

  #fields(endpoint: Endpoint, fields: Fields): Fields {
    return { [endpoint]: this.server[endpoint], ...this.#party(), ...fields };
  }

  #request(operation: number, endpoint: Endpoint, fields: Fields, extra?: ExtraParameters): HttpRequest {
    return requestFrom(call(operation, this.#fields(endpoint, fields), undefined, extra));
  }

  /** The options of a call, or the client's own where they are `undefined`. */
  #calls({ signal, timeout, fetch }: CallOptions): CallOptions {
    const own = this.#settings;
    return { signal, timeout: timeout ?? own.timeout, fetch: fetch ?? own.fetch };
  }

  async #send(request: HttpRequest, options: CallOptions): Promise<HttpResponse> {
    const asserts = "assertion" in this.#authenticates();
    return send(asserts ? await this.authenticated(request) : request, this.#calls(options));
  }

  async #tokens(request: HttpRequest, options: CallOptions, expected: Expected = {}): Promise<TokenSet<I>> {
    if (expected.nonce !== undefined || subjectOf(expected.former) !== undefined) {
      await this.#keys()?.ready(this.#calls(options));
    }
    const response = await this.#send(request, options);
    await options.received?.(response);
    const tokens = readTokens(response);
    tokens.refreshToken ??= expected.refreshToken;
    return this.#checked(tokens, options, expected);
  }

  /** The server's keys; `undefined` if signatures are not verified. */
  #keys(): KeySet | undefined {
    const { idTokenSignature } = this.#settings;
    if (idTokenSignature === "connection" || !(this.server.jwksUri || idTokenSignature)) return undefined;
    return (this.#keySet ??= new KeySet(this.#request(Operation.KeySetRequest, "jwksUri", {})));
  }

  async #checked(
    tokens: TokenFields,
    options: CallOptions,
    { nonce, maxAge, former }: Expected = {},
  ): Promise<TokenSet<I>> {
    const { idToken, accessToken } = tokens;
    const subject = subjectOf(former);
    const { clockTolerance = 60 } = this.#settings;
    if (idToken !== undefined) {
      const expected = { ...this.#party(), idToken, nonce, maxAge, subject, accessToken };
      const { header, claims } = decodedFrom(
        call(Operation.CheckIdToken, { ...expected, now: unixSeconds(), clockTolerance }),
      );
      const calls = this.#calls(options);
      try {
        await this.#keys()?.verify(idToken, header, claims, accessToken, calls);
        tokens.claims = claims as UserClaims;
      } catch (error) {
        // If the keys cannot be fetched, only the id_token is dropped: the new refresh token must not be lost.
        if (subject === undefined || isVerdict(error) || calls.signal?.aborted) throw error;
        tokens.idToken = undefined;
      }
    } else if (nonce !== undefined) {
      // Otherwise, removing the id_token from the response would also remove the check of the nonce.
      throw missingIdToken();
    }
    if (tokens.idToken === undefined) {
      // A refresh need not return an id_token (OpenID Connect Core section 12.2); the user is the same.
      tokens.idToken = former?.idToken;
      tokens.claims = former?.claims;
    }
    return tokenSet(tokens, this.int64);
  }

  #tokenRequests(): TokenRequests {
    const make = (operation: number, fields: Fields, extra: ExtraParameters | undefined) =>
      this.#request(operation, "tokenEndpoint", fields, extra);
    return {
      authorizationCode(response, parameters) {
        const { code, redirect_uri: redirectUri, code_verifier: codeVerifier } = AuthorizationResponse.parts(response);
        return make(Operation.AuthorizationCode, { code, redirectUri, codeVerifier }, parameters?.extra);
      },
      deviceCode: ({ deviceCode } = {} as never, parameters) =>
        make(Operation.DeviceCode, { deviceCode }, parameters?.extra),
      refreshToken: (refreshToken, { scope, extra } = {}) =>
        make(Operation.RefreshToken, { refreshToken, scope }, extra),
      clientCredentials: ({ scope, extra } = {}) => make(Operation.ClientCredentials, { scope }, extra),
      password: ({ username, password, scope, extra } = {} as never) =>
        make(Operation.Password, { username, password, scope }, extra),
    };
  }
}

/** The metadata that are endpoints. */
type Endpoint = Exclude<keyof ServerMetadata, "issuer" | "authorizationResponseIssParameterSupported">;

/** What {@link Client.eiam} knows besides the endpoints. */
interface OfEiam {
  /** Whether endpoints are missing only because `portal` was not given. */
  readonly lacksPortal?: boolean;
}

/** What a response has to match, and the refresh token that it may leave out. */
interface Expected {
  readonly nonce?: string | undefined;
  readonly maxAge?: string | undefined;
  readonly refreshToken?: string | undefined;
  /** The tokens that are being refreshed. */
  readonly former?: TokenSet<Int64> | undefined;
}

/** Whether an error is about the id_token itself, and not about fetching the keys. */
function isVerdict(error: unknown): boolean {
  return error instanceof MalformedResponseError && error.path.startsWith("id_token.");
}

function subjectOf(tokens: TokenSet<Int64> | undefined): string | undefined {
  // Tokens that the application has stored may lack it.
  const subject: unknown = tokens?.claims?.sub;
  return typeof subject === "string" ? subject : undefined;
}

function about(token: string, { tokenTypeHint }: TokenHint): Fields {
  if (tokenTypeHint && !/^(access|refresh)_token$/.test(tokenTypeHint)) {
    throw new InvalidArgumentError("tokenTypeHint: not a known hint", "tokenTypeHint");
  }
  return { token, tokenTypeHint };
}
