import { InvalidArgumentError, MalformedResponseError } from "../errors.js";
import { clientWasm } from "../wasm/client.js";
import {
  type AuthorizationRequest,
  AuthorizationResponse,
  authorizationRequest,
} from "./authorization.js";
import { unixSeconds } from "./clock.js";
import { type DeviceAuthorization, type DeviceState, deviceFrom, poll } from "./device.js";
import {
  type CallOptions,
  type Fetch,
  type HttpRequest,
  type HttpResponse,
  requestFrom,
  responseParts,
  send,
} from "./http.js";
import { claimsFrom } from "./id-token.js";
import { call } from "./raw.js";
import { type ServerMetadata, metadataFrom, metadataList } from "./server.js";
import { type TokenFields, type TokenSet, parseTokenResponse, tokenSet, tokensFrom } from "./tokens.js";

/**
 * How the client authenticates (RFC 6749 section 2.3). `client_secret_basic_unencoded` is for servers
 * that do not decode what RFC 6749 section 2.3.1 encodes.
 */
export type ClientAuthentication =
  | { readonly method: "none" }
  | {
      readonly method: "client_secret_basic" | "client_secret_post" | "client_secret_basic_unencoded";
      readonly clientSecret: string;
    };

/** What every client has, whatever its server. */
export interface ClientSettings {
  /** A public client (`none`) by default. */
  readonly authentication?: ClientAuthentication | undefined;
  /** Instead of the host's `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Milliseconds until a call fails with `timeout`; 30,000 by default. */
  readonly timeout?: number | undefined;
  /** The seconds that this machine's clock and the server's may differ; 60 by default. */
  readonly clockTolerance?: number | undefined;
}

/** A client and its server. */
export interface ClientOptions extends ClientSettings {
  readonly server: ServerMetadata;
  readonly clientId: string;
}

/** An application of Alibaba Cloud IDaaS EIAM. */
export interface EiamOptions extends ClientSettings {
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
}

/** Parameters beside those that a request has itself, such as EIAM's `exclusive_tag`. */
export type ExtraParameters = Readonly<Record<string, string>>;

/** How a device is polled for. */
export interface PollOptions extends CallOptions {
  /** Seconds between polls; the server's by default. */
  readonly interval?: bigint | undefined;
}

/** What every request may have. */
export interface RequestParameters {
  /** Items separated by spaces, such as `openid profile` or `api://x|read`. */
  readonly scope?: string | undefined;
  readonly extra?: ExtraParameters | undefined;
}

/** The requests to the token endpoint, one a grant; {@link Client.parseTokenResponse} reads the answers. */
export interface TokenRequests {
  /** RFC 6749 section 4.1.3, RFC 7636 section 4.5. */
  authorizationCode(
    response: AuthorizationResponse,
    parameters?: { extra?: ExtraParameters | undefined },
  ): HttpRequest;
  /** RFC 8628 section 3.4. */
  deviceCode(
    device: DeviceAuthorization,
    parameters?: { extra?: ExtraParameters | undefined },
  ): HttpRequest;
  /** RFC 6749 section 6. A `scope` can only narrow what was granted. */
  refreshToken(refreshToken: string, parameters?: RequestParameters): HttpRequest;
  /** RFC 6749 section 4.4. */
  clientCredentials(parameters?: RequestParameters): HttpRequest;
  /** RFC 6749 section 4.3; RFC 9700 section 2.4 forbids it to new software. */
  password(
    parameters: { readonly username: string; readonly password: string } & RequestParameters,
  ): HttpRequest;
}

const FREED = /* @__PURE__ */ new FinalizationRegistry<{ free(): void }>((raw) => raw.free());

/**
 * A client of one authorization server.
 *
 * Requests come in pairs, a function that makes the request and one that parses the answer, and each
 * pair has a method that does both over `fetch`. Its secret is held inside WebAssembly.
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
export class Client {
  /** What is known of the server. */
  readonly server: ServerMetadata;
  /** The client's id. */
  readonly clientId: string;
  /** The requests to the token endpoint, one a grant. */
  readonly tokenRequest: TokenRequests;

  readonly #raw: InstanceType<ReturnType<typeof clientWasm>["RawClient"]>;
  readonly #calls: CallOptions;
  readonly #clockTolerance: number;

  /**
   * @throws {InvalidArgumentError} for an empty client id or secret
   */
  constructor(options: ClientOptions) {
    const { server, clientId, authentication = { method: "none" } } = options;
    const secret = authentication.method === "none" ? undefined : authentication.clientSecret;
    this.#raw = call(
      (wasm) => new wasm.RawClient(metadataList(server), clientId, authentication.method, secret),
    );
    FREED.register(this, this.#raw, this);
    this.#calls = { fetch: options.fetch, timeout: options.timeout };
    this.#clockTolerance = options.clockTolerance ?? 60;
    this.server = Object.freeze({ ...server });
    this.clientId = clientId;
    this.tokenRequest = Object.freeze(this.#tokenRequests());
    // Not every host that runs this has `Symbol.dispose`; on the prototype it could not be left out
    // of a bundle that does not use this class.
    if (Symbol.dispose) {
      Object.defineProperty(this, Symbol.dispose, { value: () => this.free() });
    }
    Object.freeze(this);
  }

  /**
   * A client of an EIAM application, without any request: the service's hosts are known.
   *
   * @throws {InvalidArgumentError} for a part that cannot stand in a URL
   */
  static eiam(options: EiamOptions): Client {
    const { region, instanceId, applicationId, portal, clientId = applicationId } = options;
    const list = call((wasm) => wasm.eiam_server(region, instanceId, applicationId, portal));
    return new this({ ...options, server: metadataFrom(list), clientId });
  }

  /**
   * A client of the server that `issuer` names, its endpoints read from
   * `/.well-known/openid-configuration` (OpenID Connect Discovery section 4).
   *
   * @throws {MalformedResponseError} if the metadata are another issuer's
   */
  static async discover(
    issuer: string,
    options: ClientSettings & CallOptions & { readonly clientId: string },
  ): Promise<Client> {
    const request = requestFrom(call((wasm) => wasm.discovery_request(issuer)));
    const [status, body] = responseParts(await send(request, options));
    const list = call((wasm) => wasm.parse_discovery(status, body, issuer));
    return new this({ ...options, server: metadataFrom(list) });
  }

  /**
   * Makes an authorization request with PKCE (`S256`), `state` and, for OpenID Connect, `nonce`
   * (RFC 6749 section 4.1.1). Synchronous, so that a click can open a pop-up with it.
   *
   * @throws {NotSupportedError} if the server has no authorization endpoint
   */
  authorizationRequest(
    parameters: { readonly redirectUri: string } & RequestParameters,
  ): AuthorizationRequest {
    const { redirectUri, scope, extra } = parameters;
    const [url, transaction] = call(() =>
      this.#raw.authorization_request(redirectUri, scope, pairs(extra)),
    );
    return authorizationRequest(url!, transaction!);
  }

  /**
   * Reads what came back to the redirect URI: a URL, a query, a fragment, or a `form_post` body.
   * `state` and `iss` are checked before anything else is believed (RFC 9207).
   *
   * @param request the request, or the text of its `serialize()`
   * @throws {OAuthError} if the server refused
   * @throws {CallbackError} if the callback does not belong to the request
   */
  parseCallback(
    callback: string | URL | URLSearchParams,
    request: AuthorizationRequest | string | null,
  ): AuthorizationResponse {
    if (request === null) {
      throw new InvalidArgumentError("there is no request that this callback could answer", "request");
    }
    const transaction = typeof request === "string" ? request : request.serialize();
    const parts = call(() => this.#raw.parse_callback(String(callback), transaction));
    return new AuthorizationResponse(parts as [string, string, string, string | undefined]);
  }

  /** Exchanges a code for tokens (RFC 6749 section 4.1.3); the id_token's claims are checked. */
  async exchangeCode(response: AuthorizationResponse, options: CallOptions = {}): Promise<TokenSet> {
    const [, , , nonce] = AuthorizationResponse.parts(response);
    return this.#tokens(this.tokenRequest.authorizationCode(response), options, { nonce });
  }

  /**
   * Gets new tokens for a refresh token (RFC 6749 section 6). If the answer has no new refresh token,
   * the one that was sent stays valid and is in the result.
   *
   * @param current the tokens to be refreshed, whose user must stay the same (OpenID Connect Core
   *   section 12.2), or the refresh token alone
   * @throws {OAuthError} `invalid_grant`: the user has to sign in again
   */
  async refresh(
    current: TokenSet | string,
    options: CallOptions & RequestParameters = {},
  ): Promise<TokenSet> {
    const refreshToken = typeof current === "string" ? current : current.refreshToken;
    if (refreshToken === undefined) {
      throw new InvalidArgumentError("there is no refresh token in these tokens", "current");
    }
    const request = this.tokenRequest.refreshToken(refreshToken, options);
    const subject = typeof current === "string" ? undefined : subjectOf(current);
    return this.#tokens(request, options, { refreshToken, subject });
  }

  /** Gets a token for the client itself (RFC 6749 section 4.4). */
  async clientCredentials(options: CallOptions & RequestParameters = {}): Promise<TokenSet> {
    return this.#tokens(this.tokenRequest.clientCredentials(options), options);
  }

  /** Gets tokens for a user's name and password (RFC 6749 section 4.3). */
  async password(
    parameters: { readonly username: string; readonly password: string } & RequestParameters,
    options: CallOptions = {},
  ): Promise<TokenSet> {
    return this.#tokens(this.tokenRequest.password(parameters), options);
  }

  /** Makes the request that starts the flow on a device (RFC 8628 section 3.1). */
  deviceAuthorizationRequest(parameters: RequestParameters = {}): HttpRequest {
    return requestFrom(
      call(() => this.#raw.device_authorization(parameters.scope, pairs(parameters.extra))),
    );
  }

  /** Reads the answer to {@link Client.deviceAuthorizationRequest}. */
  parseDeviceAuthorization(
    response: HttpResponse,
    options: { now?: number } = {},
  ): DeviceAuthorization {
    const { now = unixSeconds() } = options;
    return deviceFrom(
      call((wasm) => wasm.parse_device_authorization(...responseParts(response), now)),
    );
  }

  /** Starts the flow on a device (RFC 8628 section 3.1). */
  async deviceAuthorize(
    options: CallOptions & RequestParameters = {},
  ): Promise<DeviceAuthorization> {
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
    device: DeviceAuthorization,
    options: PollOptions & { readonly onState?: (state: DeviceState) => void } = {},
  ): Promise<TokenSet> {
    const states = this.deviceStates(device, options);
    for (;;) {
      const step = await states.next();
      if (step.done) return step.value;
      options.onState?.(step.value);
    }
  }

  /** As {@link Client.pollDevice}, as an iterator over the states; it returns the tokens. */
  async *deviceStates(
    device: DeviceAuthorization,
    options: PollOptions = {},
  ): AsyncGenerator<DeviceState, TokenSet, undefined> {
    const { interval = device.interval } = options;
    const calls = { ...this.#calls, ...defined(options) };
    const tokens = yield* poll(device, interval, this.tokenRequest.deviceCode(device), calls);
    return this.#checked(tokens);
  }

  /** Reads the answer to one of {@link Client.tokenRequest}. The id_token in it is not checked. */
  parseTokenResponse(response: HttpResponse, options: { now?: number } = {}): TokenSet {
    return parseTokenResponse(response, options);
  }

  /** Makes the request for the user's claims (OpenID Connect Core section 5.3.1). */
  userInfoRequest(accessToken: string): HttpRequest {
    return requestFrom(call(() => this.#raw.user_info(accessToken)));
  }

  /**
   * Reads the answer to {@link Client.userInfoRequest}.
   *
   * @param options `expectedSub`: the id_token's `sub`, which must be the same
   */
  parseUserInfo(
    response: HttpResponse,
    options: { expectedSub?: string | undefined } = {},
  ): Readonly<Record<string, unknown>> {
    const [status, body] = responseParts(response);
    call((wasm) => wasm.parse_user_info(status, body, options.expectedSub));
    return claimsFrom(new TextDecoder().decode(body));
  }

  /** Gets the user's claims; a token set's own `sub` is compared (OpenID Connect Core section 5.3.2). */
  async userInfo(
    tokens: TokenSet | string,
    options: CallOptions & { readonly expectedSub?: string | undefined } = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const accessToken = typeof tokens === "string" ? tokens : tokens.accessToken;
    const ownSub = typeof tokens === "string" ? undefined : subjectOf(tokens);
    const expectedSub = options.expectedSub ?? ownSub;
    const response = await this.#send(this.userInfoRequest(accessToken), options);
    return this.parseUserInfo(response, { expectedSub });
  }

  /** Makes the request that revokes a token (RFC 7009 section 2.1). */
  revocationRequest(
    token: string,
    parameters: { readonly tokenTypeHint?: "access_token" | "refresh_token" | undefined } = {},
  ): HttpRequest {
    return requestFrom(call(() => this.#raw.revocation(token, parameters.tokenTypeHint)));
  }

  /** Reads the answer to {@link Client.revocationRequest}; a token that is not known counts as revoked. */
  parseRevocation(response: HttpResponse): void {
    call((wasm) => wasm.parse_revocation(...responseParts(response)));
  }

  /** Revokes a token (RFC 7009). */
  async revoke(
    token: string,
    options: CallOptions & {
      readonly tokenTypeHint?: "access_token" | "refresh_token" | undefined;
    } = {},
  ): Promise<void> {
    this.parseRevocation(await this.#send(this.revocationRequest(token, options), options));
  }

  /** Gives the client's memory back now; without it the garbage collector does. */
  free(): void {
    FREED.unregister(this);
    this.#raw.free();
  }

  async #send(request: HttpRequest, options: CallOptions): Promise<HttpResponse> {
    return send(request, { ...this.#calls, ...defined(options) });
  }

  async #tokens(
    request: HttpRequest,
    options: CallOptions,
    expected: Expected = {},
  ): Promise<TokenSet> {
    const parts = responseParts(await this.#send(request, options));
    const tokens = tokensFrom(call((wasm) => wasm.parse_token_response(...parts, unixSeconds())));
    tokens.refreshToken ??= expected.refreshToken;
    return this.#checked(tokens, expected);
  }

  #checked(tokens: TokenFields, { nonce, subject }: Expected = {}): TokenSet {
    const { idToken } = tokens;
    if (idToken === undefined) {
      // Without this, who takes the id_token out of the answer takes the check of the nonce out too.
      if (nonce !== undefined) throw missingIdToken();
      return tokenSet(tokens);
    }
    const [, claims] = call(() =>
      this.#raw.check_id_token(idToken, nonce, subject, unixSeconds(), this.#clockTolerance),
    );
    return tokenSet({ ...tokens, claims: claimsFrom(claims!) });
  }

  #tokenRequests(): TokenRequests {
    const raw = this.#raw;
    return {
      authorizationCode(response, parameters) {
        const [code, redirectUri, verifier] = AuthorizationResponse.parts(response);
        const extra = pairs(parameters?.extra);
        return requestFrom(
          call(() => raw.authorization_code(code, redirectUri, verifier, extra)),
        );
      },
      deviceCode: (device, parameters) =>
        requestFrom(call(() => raw.device_code(device.deviceCode, pairs(parameters?.extra)))),
      refreshToken: (refreshToken, parameters) =>
        requestFrom(
          call(() => raw.refresh_token(refreshToken, parameters?.scope, pairs(parameters?.extra))),
        ),
      clientCredentials: (parameters) =>
        requestFrom(
          call(() => raw.client_credentials(parameters?.scope, pairs(parameters?.extra))),
        ),
      password: ({ username, password, scope, extra }) =>
        requestFrom(call(() => raw.password(username, password, scope, pairs(extra)))),
    };
  }
}

/** What an answer must agree with, and the refresh token that it may leave out. */
interface Expected {
  readonly nonce?: string | undefined;
  readonly subject?: string | undefined;
  readonly refreshToken?: string | undefined;
}

function subjectOf(tokens: TokenSet): string | undefined {
  const subject = tokens.claims?.["sub"];
  return typeof subject === "string" ? subject : undefined;
}

function missingIdToken(): MalformedResponseError {
  const reason = "missing though openid was asked for";
  return new MalformedResponseError(`malformed answer: $.id_token: ${reason}`, "$.id_token", reason, 200);
}

function pairs(extra: ExtraParameters | undefined): string[] {
  return extra === undefined ? [] : Object.entries(extra).flat();
}

/** The options that were given: an `undefined` does not hide the client's own. */
function defined(options: CallOptions): CallOptions {
  const { signal, timeout, fetch } = options;
  return {
    signal,
    ...(timeout === undefined ? {} : { timeout }),
    ...(fetch === undefined ? {} : { fetch }),
  };
}
