import type { HttpResponse } from "./answer.js";
import type { AuthorizationResponse } from "./authorization.js";
import { unixSeconds } from "./clock.js";
import { textOf } from "./core.js";
import { type DeviceAuthorization, type DeviceState, poll, readDevice } from "./device.js";
import { type DiscoveryOptions, discoverServer } from "./discover.js";
import { type EiamApplication, eiamServer } from "./eiam-server.js";
import {
  CLIENT_CREDENTIALS_PLAN,
  DEVICE_AUTHORIZATION_PLAN,
  DEVICE_CODE_PLAN,
  INTROSPECTION_PLAN,
  LOGOUT_PLAN,
  PASSWORD_PLAN,
  REVOCATION_PLAN,
} from "./generated/tables.js";
import type { CallOptions, HttpRequest } from "./http.js";
import { type Introspection, readIntrospection } from "./introspection.js";
import { invalid } from "./invalid.js";
import type { ClientSettings, LogoutParameters, PollOptions, RequestParameters, TokenHint } from "./options.js";
import { parsed } from "./parse.js";
import { type Party, callsOf, checkedTokens, readTokensOf, sendAs, tokensOf } from "./party.js";
import { notify } from "./report.js";
import { makeRequest } from "./request.js";
import { readRevocation } from "./revocation.js";
import type { Int64 } from "./seconds.js";
import { SignInClient, codeRequest, refreshRequest } from "./sign-in-client.js";
import type { TokenSet } from "./tokens.js";

/**
 * Makes the requests to the token endpoint, one for each grant. {@link SignInClient.parseTokenResponse} reads the
 * responses. If the client authenticates by a signed assertion, add it with {@link SignInClient.withAssertion}.
 *
 * Each function throws a {@link NotSupportedError} if the server has no token endpoint, and an
 * {@link InvalidArgumentError} for a parameter that is missing or cannot be sent.
 */
export interface TokenRequests {
  /** Exchanges an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.5). */
  authorizationCode(response: AuthorizationResponse, parameters?: Omit<RequestParameters, "scope">): HttpRequest;
  /** Polls for the tokens of a device (RFC 8628 section 3.4). */
  deviceCode(device: DeviceAuthorization<Int64>, parameters?: Omit<RequestParameters, "scope">): HttpRequest;
  /** Refreshes tokens (RFC 6749 section 6). `scope` can only narrow what was granted. */
  refreshToken(refreshToken: string, parameters?: RequestParameters): HttpRequest;
  /** Requests a token for the client itself (RFC 6749 section 4.4). */
  clientCredentials(parameters?: RequestParameters): HttpRequest;
  /** Requests tokens for a user's name and password (RFC 6749 section 4.3). RFC 9700 section 2.4 forbids this. */
  password(parameters: { readonly username: string; readonly password: string } & RequestParameters): HttpRequest;
}

/**
 * A client of one authorization server: signs users in as {@link SignInClient} does, and has all other flows as well.
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
export class Client<I extends Int64 = "bigint"> extends SignInClient<I> {
  /** Makes the requests to the token endpoint, one for each grant. */
  readonly tokenRequest: TokenRequests = Object.freeze(this.#tokenRequests());

  /**
   * Makes a client of an EIAM application. It sends no request, because the service's hosts are known: see
   * {@link eiamServer}, which gives the server's metadata alone.
   *
   * @param options the application, and the settings of the client. `clientId`: default is the application's id, as at
   *   the service
   * @throws {InvalidArgumentError} if a part of the address is missing or cannot be part of a URL, or a setting is wrong
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
  static eiam<I extends Int64 = "bigint">(
    options: EiamApplication & ClientSettings<I> & { readonly clientId?: string | undefined },
  ): Client<I> {
    const server = eiamServer(options);
    return new this({ ...options, server, clientId: options.clientId ?? options.applicationId });
  }

  /**
   * Makes a client of the server with this issuer URL, whose endpoints it reads from the server's metadata as
   * {@link discoverServer} does.
   *
   * @param issuer the issuer URL, exactly as the server's metadata state it
   * @throws {InvalidArgumentError} if the issuer is not an https URL (see `allowInsecureRequests`; http on loopback is
   *   accepted), or an option is wrong
   * @throws {MalformedResponseError} if the metadata are not valid, or name another issuer
   * @throws {ResponseError} if the response is not a success
   * @throws {ConnectionError} if no response comes
   * @example
   * ```js
   * import { Client } from "eiam-token";
   *
   * const client = await Client.discover("https://as.example", { clientId: "app_spa" });
   * client.server.issuer; // "https://as.example"
   * ```
   */
  static async discover<I extends Int64 = "bigint">(
    issuer: string,
    options: DiscoveryOptions & ClientSettings<I> & { readonly clientId: string },
  ): Promise<Client<I>> {
    return new this({ ...options, server: await discoverServer(issuer, options) });
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
    return tokensOf(party(this), this.tokenRequest.clientCredentials(options), options);
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
    return tokensOf(party(this), this.tokenRequest.password(parameters), options);
  }

  /**
   * Makes the request that starts the device flow (RFC 8628 section 3.1).
   *
   * @throws {NotSupportedError} if the server has no device authorization endpoint
   */
  deviceAuthorizationRequest(parameters: RequestParameters = {}): HttpRequest {
    return makeRequest(party(this), DEVICE_AUTHORIZATION_PLAN, { ...parameters });
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
    const answer = parsed(response, party(this), "deviceAuthorizationEndpoint");
    return readDevice(answer, party(this).least, options?.now ?? unixSeconds(), this.int64);
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
    return this.parseDeviceAuthorization(await sendAs(party(this), request, options));
  }

  /**
   * Polls until the user has decided (RFC 8628 section 3.4). Polling slows down after `slow_down`,
   * `Retry-After` and lost connections, and ends at once when `signal` is aborted.
   *
   * @param options `onState` is called with each state of the flow; what it throws goes to `onError` of the client.
   *   `interval` is the number of seconds between polls: pass the last one of a {@link DeviceState} to continue after
   *   a reload
   * @throws {InvalidArgumentError} if there is no device, or `interval` is not a whole number of seconds
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
      notify(() => options?.onState?.(step.value), this.onError);
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
    if (!device) throw invalid("device", "missing");
    const { interval = device.interval } = options ?? {};
    const own = party(this);
    const ask = () => sendAs(own, this.tokenRequest.deviceCode(device), options);
    const read = (response: HttpResponse) => readTokensOf(own, response);
    const calls = { ...callsOf(own, options), int64: this.int64 };
    const tokens = yield* poll(device, interval, { ask, read }, calls);
    return checkedTokens(own, tokens, options);
  }

  /**
   * Makes the request that revokes a token (RFC 7009 section 2.1).
   *
   * @throws {NotSupportedError} if the server has no revocation endpoint
   * @throws {InvalidArgumentError} if the token is empty, or the hint is not a known one
   */
  revocationRequest(token: string, parameters: TokenHint = {}): HttpRequest {
    return makeRequest(party(this), REVOCATION_PLAN, about(token, parameters));
  }

  /**
   * Reads the response to {@link Client.revocationRequest}. A token that the server does not know counts as
   * revoked (RFC 7009 section 2.2).
   *
   * @throws {OAuthError} if the server refused
   * @throws {ResponseError} for an error response without a readable reason
   */
  parseRevocation(response: HttpResponse): void {
    readRevocation(parsed(response, party(this), "revocationEndpoint"));
  }

  /**
   * Revokes an access token or a refresh token (RFC 7009).
   *
   * @throws {OAuthError} if the server refused
   * @throws {NotSupportedError} if the server has no revocation endpoint
   * @throws {ConnectionError} if no response comes
   */
  async revoke(token: string, options: CallOptions & TokenHint = {}): Promise<void> {
    this.parseRevocation(await sendAs(party(this), this.revocationRequest(token, options), options));
  }

  /**
   * Makes the request that asks whether a token is active (RFC 7662 section 2.1).
   *
   * @throws {NotSupportedError} if the server has no introspection endpoint
   * @throws {InvalidArgumentError} if the token is empty, or the hint is not a known one
   */
  introspectionRequest(token: string, parameters: TokenHint = {}): HttpRequest {
    return makeRequest(party(this), INTROSPECTION_PLAN, about(token, parameters));
  }

  /**
   * Reads the response to {@link Client.introspectionRequest}.
   *
   * @throws {OAuthError} if the server refused
   * @throws {MalformedResponseError} if the response is not valid
   */
  parseIntrospection(response: HttpResponse): Introspection<I> {
    return readIntrospection(parsed(response, party(this), "introspectionEndpoint"), this.int64);
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
    return this.parseIntrospection(await sendAs(party(this), request, options));
  }

  /**
   * Returns the URL at which the browser signs the user out at the server (OpenID Connect RP-Initiated Logout
   * section 2).
   *
   * @throws {NotSupportedError} if the server has no logout endpoint
   * @throws {InvalidArgumentError} for a parameter that cannot be sent
   */
  logoutUrl(parameters: LogoutParameters = {}): string {
    const { idToken, ...others } = parameters ?? {};
    const idTokenHint = typeof idToken === "object" ? idToken?.idToken : idToken;
    textOf(idTokenHint, "idToken");
    return makeRequest(party(this), LOGOUT_PLAN, { ...others, idTokenHint }).url;
  }

  #tokenRequests(): TokenRequests {
    const own = party(this);
    return {
      authorizationCode: (response, parameters) => codeRequest(own, response, parameters),
      deviceCode: (device, parameters) =>
        makeRequest(own, DEVICE_CODE_PLAN, { ...parameters, deviceCode: device?.deviceCode }),
      refreshToken: (refreshToken, parameters) => refreshRequest(own, refreshToken, parameters),
      clientCredentials: (parameters) => makeRequest(own, CLIENT_CREDENTIALS_PLAN, { ...parameters }),
      password: (parameters) => makeRequest(own, PASSWORD_PLAN, { ...parameters }),
    };
  }
}

/** A statement that reads a member of a class would keep the class in bundles that do not use it. */
function party<I extends Int64>(client: SignInClient<I>): Party<I> {
  return SignInClient.party(client);
}

/**
 * The parameters of a request about a token.
 *
 * @throws {InvalidArgumentError} if the hint is not a known one
 */
function about(token: string, hint: TokenHint): { token: string; tokenTypeHint: string | undefined } {
  const { tokenTypeHint } = hint ?? {};
  if (tokenTypeHint && !/^(access|refresh)_token$/.test(tokenTypeHint)) {
    throw invalid("tokenTypeHint", "not a known hint");
  }
  return { token, tokenTypeHint };
}
