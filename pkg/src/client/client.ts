import { InvalidArgumentError, MalformedResponseError } from "../errors.js";
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
import type { Int64, Seconds } from "./seconds.js";
import { type ServerMetadata, endpointsOf, metadataFrom } from "./server.js";
import { type TokenFields, type TokenSet, missingIdToken, readTokens, tokenSet } from "./tokens.js";

/** What every client has, whatever its server. */
export interface ClientSettings<I extends Int64 = "bigint"> {
  /** A public client (`none`) by default. */
  readonly authentication?: ClientAuthentication | undefined;
  /** Instead of the host's `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Milliseconds until a call fails with `timeout`; 30,000 by default. */
  readonly timeout?: number | undefined;
  /** The seconds that this machine's clock and the server's may differ; 60 by default. */
  readonly clockTolerance?: number | undefined;
  /**
   * What stands for the truth of an id_token beside its claims: `jwks`, its signature by one of the
   * server's keys, which are fetched when the first is needed; or `connection`, the TLS connection to the
   * token endpoint (OpenID Connect Core section 3.1.3.7). `jwks` by default, if the server's keys are
   * known.
   */
  readonly idTokenSignature?: "jwks" | "connection" | undefined;
  /**
   * Whether a server whose issuer is https may have endpoints and pages that are plain http on loopback
   * (`localhost`, `127.0.0.1`, `[::1]`): for one behind a proxy on the same machine. Elsewhere they are
   * refused (RFC 8414 section 2). A server whose issuer is http itself needs no leave.
   */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** What seconds are, instead of `bigint`. */
  readonly int64?: I | undefined;
}

/** A client and its server. */
export interface ClientOptions<I extends Int64 = "bigint"> extends ClientSettings<I> {
  /** Where the server's endpoints are. */
  readonly server: ServerMetadata;
  /** The client's id. */
  readonly clientId: string;
}

/** An application of Alibaba Cloud IDaaS EIAM. */
export interface EiamOptions<I extends Int64 = "bigint"> extends ClientSettings<I> {
  /** Such as `cn-hangzhou`. */
  readonly region: string;
  /** `idaas_…` */
  readonly instanceId: string;
  /** `app_…` */
  readonly applicationId: string;
  /** The application's id by default, as the service has it. */
  readonly clientId?: string | undefined;
  /** The host of the instance's pages, `{prefix}.aliyunidaas.com`; needed for signing in by browser. */
  readonly portal?: string | undefined;
  /**
   * An authorization server of the instance, such as `iauths_system`, instead of the application's own.
   * With `portal` it is asked there, else by the DeveloperAPI (GenerateTokenByAuthorizationServer).
   */
  readonly authorizationServer?: string | undefined;
  /** Whether the application is asked at the DeveloperAPI's host, as the official SDKs do. */
  readonly developerApi?: boolean | undefined;
}

/** Where a server publishes its metadata, and the client that is made of them. */
export interface DiscoveryOptions<I extends Int64 = "bigint"> extends ClientSettings<I>, CallOptions {
  /** The client's id. */
  readonly clientId: string;
  /**
   * `openid-configuration` after the issuer by default (OpenID Connect Discovery section 4);
   * `oauth-authorization-server` between its host and its path (RFC 8414 section 3).
   */
  readonly wellKnown?: "openid-configuration" | "oauth-authorization-server" | undefined;
}

/** Parameters beside those that a request has itself, such as EIAM's `exclusive_tag`. */
export type ExtraParameters = Readonly<Record<string, string>>;

/** How a device is polled for. */
export interface PollOptions<I extends Int64 = "bigint"> extends CallOptions {
  /** Seconds between polls; the server's by default. */
  readonly interval?: Seconds<I> | undefined;
}

/** What every request may have. */
export interface RequestParameters {
  /** Items separated by spaces, such as `openid profile` or `api://x|read`. */
  readonly scope?: string | undefined;
  /** Further parameters. */
  readonly extra?: ExtraParameters | undefined;
}

/** What kind of token it is; a hint that only saves the server a search. */
export interface TokenHint {
  /** The hint. */
  readonly tokenTypeHint?: "access_token" | "refresh_token" | undefined;
}

/** How the user is signed out at the server. */
export interface LogoutParameters {
  /** An id_token of the session that is to end, expired or not; or the tokens that it came with. */
  readonly idToken?: string | TokenSet<Int64> | undefined;
  /** Where the browser is to go afterwards, exactly as registered. */
  readonly postLogoutRedirectUri?: string | undefined;
  /** Handed on to that place. */
  readonly state?: string | undefined;
  /** Further parameters, such as `ui_locales`. */
  readonly extra?: ExtraParameters | undefined;
}

/**
 * The requests to the token endpoint, one a grant; {@link Client.parseTokenResponse} reads the answers.
 * A client that authenticates by an assertion adds it with {@link Client.authenticated}.
 */
export interface TokenRequests {
  /** RFC 6749 section 4.1.3, RFC 7636 section 4.5. */
  authorizationCode(response: AuthorizationResponse, parameters?: { extra?: ExtraParameters | undefined }): HttpRequest;
  /** RFC 8628 section 3.4. */
  deviceCode(device: DeviceAuthorization<Int64>, parameters?: { extra?: ExtraParameters | undefined }): HttpRequest;
  /** RFC 6749 section 6. A `scope` can only narrow what was granted. */
  refreshToken(refreshToken: string, parameters?: RequestParameters): HttpRequest;
  /** RFC 6749 section 4.4. */
  clientCredentials(parameters?: RequestParameters): HttpRequest;
  /** RFC 6749 section 4.3; RFC 9700 section 2.4 forbids it to new software. */
  password(parameters: { readonly username: string; readonly password: string } & RequestParameters): HttpRequest;
}

/**
 * A client of one authorization server.
 *
 * Requests come in pairs, a function that makes the request and one that parses the answer, and each
 * pair has a method that does both over `fetch`.
 *
 * @example
 * ```js
 * const client = await Client.discover("https://as.example", { clientId: "app_spa" });
 * const request = client.authorizationRequest({ redirectUri, scope: "openid profile" });
 * sessionStorage.setItem("request", request.serialize());
 * location.assign(request.url);
 * // … back at the redirect URI:
 * const response = client.parseCallback(location.href, sessionStorage.getItem("request"));
 * const tokens = await client.exchangeCode(response);
 * ```
 */
export class Client<I extends Int64 = "bigint"> {
  /** What is known of the server. */
  readonly server: ServerMetadata;
  /** The client's id. */
  readonly clientId: string;
  /** What seconds are, if not `bigint`. */
  readonly int64: I | undefined;
  /** The requests to the token endpoint, one a grant. */
  readonly tokenRequest: TokenRequests;

  /** A closure, because consoles of browsers show private fields. Gone when the client is freed. */
  #authentication: (() => ClientAuthentication) | undefined;
  readonly #settings: ClientSettings<I> & OfEiam;
  #keySet: KeySet | undefined;

  /**
   * @throws {InvalidArgumentError} for an empty client id or secret; for an endpoint that is no http(s)
   *   URL, and one that is http though the issuer is https (see `allowInsecureLoopback`)
   */
  constructor(options: ClientOptions<I>) {
    const { server, clientId, authentication = { method: "none" }, ...settings } = options;
    if (!server) throw new InvalidArgumentError("server: missing, such as { tokenEndpoint }", "server");
    this.#authentication = () => authentication;
    this.#settings = settings;
    this.server = Object.freeze({ ...server });
    this.clientId = clientId;
    this.int64 = settings.int64;
    this.tokenRequest = Object.freeze(this.#tokenRequests());
    // Not every host that runs this has `Symbol.dispose`; on the prototype it could not be left out
    // of a bundle that does not use this class.
    if (Symbol.dispose) {
      Object.defineProperty(this, Symbol.dispose, { value: () => this.free() });
    }
    const loopback = settings.allowInsecureLoopback;
    call(Operation.CheckClient, { loopback, ...this.#party(), ...endpointsOf(this.server) });
    // At once, and not only when a code has been spent.
    this.#keys();
  }

  /**
   * A client of an EIAM application, without any request: the service's hosts are known.
   *
   * @throws {InvalidArgumentError} for a part that cannot stand in a URL
   */
  static eiam<I extends Int64 = "bigint">(options: EiamOptions<I>): Client<I> {
    const { region, instanceId, applicationId, portal, authorizationServer, developerApi } = options;
    const fields = { region, instanceId, applicationId, portal, authorizationServer, developerApi };
    const server = metadataFrom(call(Operation.EiamServer, fields));
    const own = { server, clientId: options.clientId ?? applicationId, lacksPortal: !portal };
    return new this({ ...options, ...own });
  }

  /**
   * A client of the server that `issuer` names, its endpoints read from its metadata.
   *
   * @throws {InvalidArgumentError} for an issuer that is no http(s) URL
   * @throws {MalformedResponseError} if the metadata are another issuer's, or have an endpoint that is no
   *   http(s) URL, or http though the issuer is https (see `allowInsecureLoopback`)
   */
  static async discover<I extends Int64 = "bigint">(issuer: string, options: DiscoveryOptions<I>): Promise<Client<I>> {
    const { wellKnown, allowInsecureLoopback: loopback } = options;
    const oauth = wellKnown === "oauth-authorization-server";
    const url = callForOne(Operation.DiscoveryRequest, { issuer, oauth });
    const request = httpRequest("GET", url, { accept: "application/json" }, undefined);
    const response = await send(request, options);
    const server = metadataFrom(read(Operation.ParseDiscovery, response, { issuer, loopback }));
    return new this({ ...options, server });
  }

  /**
   * Makes an authorization request with PKCE (`S256`), `state` and, for OpenID Connect, `nonce`
   * (RFC 6749 section 4.1.1). Synchronous, so that a click can open a pop-up with it.
   *
   * @throws {NotSupportedError} if the server has no authorization endpoint
   */
  authorizationRequest(parameters: { readonly redirectUri: string } & RequestParameters): AuthorizationRequest {
    const { redirectUri, scope, extra } = parameters;
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
   * Reads what came back to the redirect URI: a URL, a query, a fragment, or a `form_post` body.
   * `state` and `iss` are checked before anything else is believed (RFC 9207).
   *
   * @param request the request, or the text of its `serialize()`
   * @throws {OAuthError} if the server refused
   * @throws {CallbackError} if the callback does not belong to the request
   */
  parseCallback(callback: string | HostUrl, request: AuthorizationRequest | string | null): AuthorizationResponse {
    if (request === null) {
      throw new InvalidArgumentError("there is no request that this callback could answer", "request");
    }
    const transaction = transactionFrom(typeof request === "string" ? request : request.serialize());
    const { client_id, issuer, state } = transaction;
    if (client_id !== this.clientId || issuer !== this.server.issuer) {
      throw new InvalidArgumentError("the request belongs to another client or issuer", "request");
    }
    const fields = { ...this.#party(), state, callback: String(callback) };
    return new AuthorizationResponse({ ...transaction, code: callForOne(Operation.ParseCallback, fields) });
  }

  /** Exchanges a code for tokens (RFC 6749 section 4.1.3); an id_token is checked. */
  async exchangeCode(response: AuthorizationResponse, options: CallOptions = {}): Promise<TokenSet<I>> {
    const { nonce, max_age: maxAge } = AuthorizationResponse.parts(response);
    return this.#tokens(this.tokenRequest.authorizationCode(response), options, { nonce, maxAge });
  }

  /**
   * Gets new tokens for a refresh token (RFC 6749 section 6). If the answer has no new refresh token,
   * the one that was sent stays valid and is in the result; if it has no id_token, that of `current` is.
   *
   * @param current the tokens to be refreshed, whose user must stay the same (OpenID Connect Core
   *   section 12.2), or the refresh token alone
   * @throws {OAuthError} `invalid_grant`: the user has to sign in again
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

  /** Gets a token for the client itself (RFC 6749 section 4.4). */
  async clientCredentials(options: CallOptions & RequestParameters = {}): Promise<TokenSet<I>> {
    return this.#tokens(this.tokenRequest.clientCredentials(options), options);
  }

  /** Gets tokens for a user's name and password (RFC 6749 section 4.3). */
  async password(
    parameters: { readonly username: string; readonly password: string } & RequestParameters,
    options: CallOptions = {},
  ): Promise<TokenSet<I>> {
    return this.#tokens(this.tokenRequest.password(parameters), options);
  }

  /** Makes the request that starts the flow on a device (RFC 8628 section 3.1). */
  deviceAuthorizationRequest({ scope, extra }: RequestParameters = {}): HttpRequest {
    return this.#request(Operation.DeviceAuthorization, "deviceAuthorizationEndpoint", { scope }, extra);
  }

  /**
   * Reads the answer to {@link Client.deviceAuthorizationRequest}.
   *
   * @throws {MalformedResponseError} among others, for a page that is http though the server is https:
   *   users sign in there (see `allowInsecureLoopback`)
   */
  parseDeviceAuthorization(response: HttpResponse, options: { now?: number } = {}): DeviceAuthorization<I> {
    const now = options.now ?? unixSeconds();
    const server = this.server.deviceAuthorizationEndpoint;
    const fields = { now, server, loopback: this.#settings.allowInsecureLoopback };
    return deviceFrom(read(Operation.ParseDeviceAuthorization, response, fields), this.int64);
  }

  /** Starts the flow on a device (RFC 8628 section 3.1). */
  async deviceAuthorize(options: CallOptions & RequestParameters = {}): Promise<DeviceAuthorization<I>> {
    const request = this.deviceAuthorizationRequest(options);
    return this.parseDeviceAuthorization(await this.#send(request, options));
  }

  /**
   * Polls until the user has decided (RFC 8628 section 3.4): `slow_down`, `Retry-After` and lost
   * connections are obeyed, abort is immediate.
   *
   * @param options `onState` is told how far it is; `interval`, seconds, goes on where polling before a
   *   reload had been slowed down to
   * @throws {DeviceFlowError} if the user refused or the code expired
   */
  async pollDevice(
    device: DeviceAuthorization<I>,
    options: PollOptions<I> & { readonly onState?: (state: DeviceState<I>) => void } = {},
  ): Promise<TokenSet<I>> {
    const states = this.deviceStates(device, options);
    for (;;) {
      const step = await states.next();
      if (step.done) return step.value;
      options.onState?.(step.value);
    }
  }

  /** As {@link Client.pollDevice}, as an iterator over the states; it returns the tokens. */
  async *deviceStates(
    device: DeviceAuthorization<I>,
    options: PollOptions<I> = {},
  ): AsyncGenerator<DeviceState<I>, TokenSet<I>, undefined> {
    const { interval = device.interval } = options;
    const calls = { ...this.#calls(options), int64: this.int64 };
    const request = () => this.authenticated(this.tokenRequest.deviceCode(device));
    return this.#checked(yield* poll(device, interval, request, calls), options);
  }

  /** Reads the answer to one of {@link Client.tokenRequest}. The id_token in it is not checked. */
  parseTokenResponse(response: HttpResponse, options: { now?: number } = {}): TokenSet<I> {
    return tokenSet(readTokens(response, options.now), this.int64);
  }

  /** Makes the request for the user's claims (OpenID Connect Core section 5.3.1). */
  userInfoRequest(accessToken: string): HttpRequest {
    return this.#request(Operation.UserInfoRequest, "userinfoEndpoint", { accessToken });
  }

  /**
   * Reads the answer to {@link Client.userInfoRequest}.
   *
   * @param options `expectedSub`: the id_token's `sub`, which must be the same
   */
  parseUserInfo(response: HttpResponse, options: { expectedSub?: string | undefined } = {}): UserClaims {
    read(Operation.ParseUserInfo, response, { sub: options.expectedSub });
    return claimsFrom(textOf(response)) as UserClaims;
  }

  /** Gets the user's claims; a token set's own `sub` is compared (OpenID Connect Core section 5.3.2). */
  async userInfo(
    tokens: TokenSet<Int64> | string,
    options: CallOptions & { readonly expectedSub?: string | undefined } = {},
  ): Promise<UserClaims> {
    const accessToken = typeof tokens === "string" ? tokens : tokens?.accessToken;
    const ownSub = typeof tokens === "string" ? undefined : subjectOf(tokens);
    const response = await this.#send(this.userInfoRequest(accessToken), options);
    return this.parseUserInfo(response, { expectedSub: options.expectedSub ?? ownSub });
  }

  /** Makes the request that revokes a token (RFC 7009 section 2.1). */
  revocationRequest(token: string, parameters: TokenHint = {}): HttpRequest {
    return this.#request(Operation.RevocationRequest, "revocationEndpoint", about(token, parameters));
  }

  /** Reads the answer to {@link Client.revocationRequest}; a token that is not known counts as revoked. */
  parseRevocation(response: HttpResponse): void {
    read(Operation.ParseRevocation, response);
  }

  /** Revokes a token (RFC 7009). */
  async revoke(token: string, options: CallOptions & TokenHint = {}): Promise<void> {
    this.parseRevocation(await this.#send(this.revocationRequest(token, options), options));
  }

  /** Makes the request that asks what a token is worth (RFC 7662 section 2.1). */
  introspectionRequest(token: string, parameters: TokenHint = {}): HttpRequest {
    return this.#request(Operation.IntrospectionRequest, "introspectionEndpoint", about(token, parameters));
  }

  /** Reads the answer to {@link Client.introspectionRequest}. */
  parseIntrospection(response: HttpResponse): Introspection<I> {
    const results = read(Operation.ParseIntrospection, response);
    return introspectionFrom(results, textOf(response), this.int64);
  }

  /** Asks the server what a token is worth (RFC 7662). */
  async introspect(token: string, options: CallOptions & TokenHint = {}): Promise<Introspection<I>> {
    const request = this.introspectionRequest(token, options);
    return this.parseIntrospection(await this.#send(request, options));
  }

  /**
   * The URL that signs the user out at the server, for the browser to go to (OpenID Connect RP-Initiated
   * Logout section 2).
   *
   * @throws {NotSupportedError} if the server has no such page
   */
  logoutUrl(parameters: LogoutParameters = {}): string {
    const { idToken, postLogoutRedirectUri, state, extra } = parameters;
    const hint = typeof idToken === "object" ? idToken?.idToken : idToken;
    const fields = { idToken: hint, postLogoutRedirectUri, state };
    return this.#request(Operation.LogoutUrl, "endSessionEndpoint", fields, extra).url;
  }

  /**
   * Adds the assertion to a request of a client that authenticates by one; each is good once, for a
   * minute. The methods that send requests do it themselves.
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

  /** Forgets the client's secret; nothing can be asked by it afterwards. */
  free(): void {
    this.#authentication = undefined;
  }

  #authenticates(): ClientAuthentication {
    if (!this.#authentication) throw new InvalidArgumentError("the client was freed", "client");
    return this.#authentication();
  }

  /** Who asks, as the wasm module takes it. */
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

  /** The options of a call over the client's own: an `undefined` does not hide them. */
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
    const tokens = readTokens(await this.#send(request, options));
    tokens.refreshToken ??= expected.refreshToken;
    return this.#checked(tokens, options, expected);
  }

  /** The server's keys, if signatures are verified. */
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
        // One whose new key cannot be had is dropped, or the refresh token beside it would be lost.
        if (subject === undefined || isVerdict(error) || calls.signal?.aborted) throw error;
        tokens.idToken = undefined;
      }
    } else if (nonce !== undefined) {
      // Without this, who takes the id_token out of the answer takes the check of the nonce out too.
      throw missingIdToken();
    }
    if (tokens.idToken === undefined) {
      // A refresh need not bring one (OpenID Connect Core section 12.2): it is the same user.
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
      deviceCode: ({ deviceCode }, parameters) => make(Operation.DeviceCode, { deviceCode }, parameters?.extra),
      refreshToken: (refreshToken, { scope, extra } = {}) =>
        make(Operation.RefreshToken, { refreshToken, scope }, extra),
      clientCredentials: ({ scope, extra } = {}) => make(Operation.ClientCredentials, { scope }, extra),
      password: ({ username, password, scope, extra }) =>
        make(Operation.Password, { username, password, scope }, extra),
    };
  }
}

/** The metadata that a request can go to. */
type Endpoint = Exclude<keyof ServerMetadata, "issuer" | "authorizationResponseIssParameterSupported">;

/** What {@link Client.eiam} knows beside the endpoints. */
interface OfEiam {
  /** Whether pages are missing only because `portal` is. */
  readonly lacksPortal?: boolean;
}

/** What an answer must agree with, and the refresh token that it may leave out. */
interface Expected {
  readonly nonce?: string | undefined;
  readonly maxAge?: string | undefined;
  readonly refreshToken?: string | undefined;
  /** The tokens that are refreshed. */
  readonly former?: TokenSet<Int64> | undefined;
}

/** Whether it is about the id_token, and not about getting the keys for it. */
function isVerdict(error: unknown): boolean {
  return error instanceof MalformedResponseError && error.path.startsWith("id_token.");
}

function subjectOf(tokens: TokenSet<Int64> | undefined): string | undefined {
  // Whoever stored the tokens may have lost it.
  const subject: unknown = tokens?.claims?.sub;
  return typeof subject === "string" ? subject : undefined;
}

function about(token: string, { tokenTypeHint }: TokenHint): Fields {
  if (tokenTypeHint && !/^(access|refresh)_token$/.test(tokenTypeHint)) {
    throw new InvalidArgumentError("tokenTypeHint: not a known hint", "tokenTypeHint");
  }
  return { token, tokenTypeHint };
}
