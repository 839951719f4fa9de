import { CallbackError } from "../errors.js";
import type { HttpResponse } from "./answer.js";
import {
  type AuthorizationRequest,
  type AuthorizationResponse,
  authorizationRequest,
  authorizationResponse,
  hasOpenId,
  partsOf,
  transactionFrom,
} from "./authorization.js";
import { codeOf } from "./callback.js";
import { textOf } from "./core.js";
import {
  AUTHORIZATION_CODE_PLAN,
  AUTHORIZATION_PLAN,
  REFRESH_TOKEN_PLAN,
  USER_INFO_ANSWER,
  USER_INFO_PLAN,
} from "./generated/tables.js";
import type { CallOptions, HostUrl, HttpRequest } from "./http.js";
import { type UserClaims, claimsFrom } from "./id-token.js";
import { checkClient, invalid, unlessInvalid } from "./invalid.js";
import { malformed } from "./malformed.js";
import type { AuthorizationParameters, ClientOptions, RequestParameters } from "./options.js";
import { parsed } from "./parse.js";
import { type Expected, type Party, asserted, partyOf, readTokensOf, sendAs, subjectOf, tokensOf } from "./party.js";
import { read } from "./read.js";
import type { ErrorListener } from "./report.js";
import { drawPkce, drawText, makeRequest } from "./request.js";
import { INT64_MAX } from "./retry-after.js";
import type { Int64 } from "./seconds.js";
import type { ServerMetadata } from "./server.js";
import { type TokenSet, tokenSet } from "./tokens.js";

/**
 * A client that signs users in: the code flow with PKCE, refreshing, and the user's claims. An application that uses
 * nothing else is smaller with it than with {@link Client}, which can do all that this one can.
 *
 * For each operation there are a function that makes the request and one that reads the response, without I/O, and a
 * method that does both with `fetch`. These methods also throw a {@link ConnectionError} if no response comes, and
 * what the function that reads the response throws.
 *
 * @example
 * ```js
 * import { SignInClient } from "eiam-token";
 *
 * const client = new SignInClient({ server, clientId: "app_spa" });
 * const request = client.authorizationRequest({ redirectUri, scope: "openid profile" });
 * sessionStorage.setItem("request", request.serialize());
 * location.assign(request.url);
 * // … and at the redirect URI:
 * const response = client.parseCallback(location.href, sessionStorage.getItem("request"));
 * const tokens = await client.exchangeCode(response);
 * tokens.expiresIn; // 1200n
 * ```
 */
export class SignInClient<I extends Int64 = "bigint"> {
  /** The server's endpoints and its issuer URL. */
  declare readonly server: ServerMetadata;
  /** The client's id. */
  declare readonly clientId: string;
  /** The type in which seconds are returned; `undefined` means `bigint`. */
  declare readonly int64: I | undefined;
  /** What is told of errors that belong to no call; `undefined` means `console.error`. */
  declare readonly onError: ErrorListener | undefined;
  /** A closure, because browser consoles show private fields. */
  readonly #party: () => Party<I>;

  /**
   * Makes a client of a server whose endpoints are known.
   *
   * @throws {InvalidArgumentError} if the client id or the secret is empty, or if an endpoint is not an http(s) URL or
   *   is plain http (see `allowInsecureLoopback` and `allowInsecureRequests`). Endpoints of {@link discoverServer} are
   *   checked when they are used
   */
  constructor(options: ClientOptions<I>) {
    const party = partyOf(options);
    this.#party = () => party;
    const { server, clientId, int64, onError } = party;
    Object.assign(this, { server, clientId, int64, onError });
  }

  /** What a client knows of itself and its server, for the functions of this package. @internal */
  static party<I extends Int64>(client: SignInClient<I>): Party<I> {
    checkClient(client);
    return client.#party();
  }

  /**
   * Makes an authorization request (RFC 6749 section 4.1.1) with PKCE (`S256`), `state` and, if the scope
   * contains `openid`, `nonce` (unless the client has `nonce: false`). It is synchronous, so that the handler of a click can open a pop-up with it.
   *
   * @returns the URL for the browser, and what {@link SignInClient.parseCallback} needs afterwards
   * @throws {NotSupportedError} if the server has no authorization endpoint
   * @throws {InvalidArgumentError} if a parameter is missing or cannot be sent
   */
  authorizationRequest(parameters: AuthorizationParameters): AuthorizationRequest {
    const { redirectUri, scope, claims, extra, maxAge = extra?.["max_age"] } = parameters ?? {};
    if (textOf(redirectUri, "redirectUri").includes("#")) throw invalid("redirectUri", "has a fragment");
    const seconds = maxAge === undefined || maxAge === null ? undefined : textOf(maxAge, "maxAge");
    if (seconds !== undefined && !(/^(0|[1-9]\d{0,18})$/.test(seconds) && BigInt(seconds) <= INT64_MAX))
      throw invalid("maxAge", "not a number of seconds");
    const [codeVerifier, codeChallenge] = drawPkce();
    const state = drawText();
    const nonce = hasOpenId(textOf(scope, "scope")) && this.#party().nonce !== false ? drawText() : undefined;
    const { url } = makeRequest(this.#party(), AUTHORIZATION_PLAN, {
      ...parameters,
      claims: claims && unlessInvalid("claims", "not what JSON can hold", () => JSON.stringify(claims)),
      state,
      nonce,
      codeChallenge,
      codeChallengeMethod: "S256",
    });
    return authorizationRequest(url, {
      issuer: this.server.issuer,
      client_id: this.clientId,
      redirect_uri: redirectUri,
      scope,
      state,
      nonce,
      code_verifier: codeVerifier,
      max_age: seconds,
    });
  }

  /**
   * Reads the authorization response (RFC 6749 section 4.1.2) and checks `state` and `iss` (RFC 9207) before
   * anything else. Parameters that no standard has are ignored.
   *
   * @param callback what came to the redirect URI: its URL, query or fragment, or the body of a `form_post`
   * @param request the request, or the text of its `serialize()`
   * @returns the code, for {@link SignInClient.exchangeCode}
   * @throws {OAuthError} if the server refused the request
   * @throws {CallbackError} if the callback does not belong to the request, or there is no request any more
   * @throws {InvalidArgumentError} if the request belongs to another client
   */
  parseCallback(
    callback: string | HostUrl,
    request: AuthorizationRequest | string | null | undefined,
  ): AuthorizationResponse {
    if (!request) {
      throw new CallbackError("the callback answers no request: start the sign-in again", "state");
    }
    const transaction = transactionFrom(typeof request === "string" ? request : request.serialize?.());
    const { client_id, issuer, state } = transaction;
    if (client_id !== this.clientId || issuer !== this.server.issuer) {
      throw invalid("request", "belongs to another client or issuer");
    }
    const written = unlessInvalid("callback", "has no text", () => String(callback));
    const hasIss = this.server.authorizationResponseIssParameterSupported;
    return authorizationResponse({
      ...transaction,
      code: codeOf(textOf(written, "callback"), { state, issuer, hasIss }),
    });
  }

  /**
   * Exchanges an authorization code for tokens (RFC 6749 section 4.1.3) and checks the id_token.
   *
   * @param response what {@link SignInClient.parseCallback} returned
   * @throws {InvalidArgumentError} if `parseCallback` did not return the response, or a parameter cannot be sent
   * @throws {NotSupportedError} if the server has no token endpoint
   * @throws {OAuthError} if the server refused, such as `invalid_grant` for a code that was used before
   * @throws {MalformedResponseError} if the response or the id_token is not valid
   * @throws {ConnectionError} if no response comes
   */
  async exchangeCode(
    response: AuthorizationResponse,
    options: CallOptions & RequestParameters = {},
  ): Promise<TokenSet<I>> {
    const { nonce, max_age: maxAge, scope } = partsOf(response);
    const expected = { nonce, maxAge, idToken: hasOpenId(scope) };
    return tokensOf(this.#party(), codeRequest(this.#party(), response, options), options, expected);
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
   * @throws {NotSupportedError} if the server has no token endpoint
   * @throws {MalformedResponseError} if the response or the id_token is not valid. If the response has a new refresh
   *   token, the error has it as `refreshToken`
   * @throws {ConnectionError} if no response comes
   */
  async refresh(
    current: TokenSet<Int64> | string,
    options: CallOptions & RequestParameters = {},
  ): Promise<TokenSet<I>> {
    const former = typeof current === "string" ? { refreshToken: current } : current;
    if (former?.refreshToken === undefined) throw invalid("current", "has no refresh token");
    const request = refreshRequest(this.#party(), former.refreshToken, options);
    return tokensOf(this.#party(), request, options, { former: former as Expected["former"] });
  }

  /**
   * Reads a response of the token endpoint. It does not check the id_token.
   *
   * @param options `now`: when the response came, in Unix seconds. Default: the host's time
   * @throws {OAuthError} if the server refused
   * @throws {GatewayError} if Alibaba Cloud's gateway refused
   * @throws {ResponseError} for an error response without a readable reason
   * @throws {MalformedResponseError} if the response is not valid
   */
  parseTokenResponse(response: HttpResponse, options: { now?: number } = {}): TokenSet<I> {
    return tokenSet(readTokensOf(this.#party(), response, options ?? {}), this.int64);
  }

  /**
   * Makes the request for the user's claims (OpenID Connect Core section 5.3.1).
   *
   * @throws {NotSupportedError} if the server has no userinfo endpoint
   * @throws {InvalidArgumentError} if the token is missing, or cannot be sent in a header field
   */
  userInfoRequest(accessToken: string): HttpRequest {
    return makeRequest(this.#party(), USER_INFO_PLAN, { accessToken });
  }

  /**
   * Reads the response to {@link SignInClient.userInfoRequest}.
   *
   * @param options `expectedSub`: the `sub` of the id_token, which must be the same
   * @throws {OAuthError} if the server refused, such as `invalid_token`
   * @throws {MalformedResponseError} if the response is not valid, or is about another user
   */
  parseUserInfo(response: HttpResponse, options: { expectedSub?: string | undefined } = {}): UserClaims {
    const answer = parsed(response, this.#party(), "userinfoEndpoint");
    const { values, text } = read(USER_INFO_ANSWER, answer);
    const { expectedSub } = options ?? {};
    if (expectedSub !== undefined && values["sub"] !== expectedSub) {
      throw malformed("$.sub", "another user than the id_token's", response.status);
    }
    return claimsFrom(text) as UserClaims;
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
    const { expectedSub = subjectOf(tokens) } = options ?? {};
    return this.parseUserInfo(await sendAs(this.#party(), this.userInfoRequest(accessToken), options), { expectedSub });
  }

  /**
   * Adds a signed assertion to a request, if the client authenticates by one; otherwise it returns the request as it
   * is. An assertion is valid once, for a minute. The methods that send requests call this themselves.
   *
   * @throws {NotSupportedError} if the host has no WebCrypto, or the server has neither an issuer nor a token endpoint
   * @throws {InvalidArgumentError} if the host cannot sign with the key
   */
  async withAssertion(request: HttpRequest): Promise<HttpRequest> {
    return asserted(this.#party(), request);
  }
}

/** The request that exchanges a code. @internal */
export function codeRequest(
  party: Party<Int64>,
  response: AuthorizationResponse,
  parameters: object = {},
): HttpRequest {
  const { code, redirect_uri: redirectUri, code_verifier: codeVerifier } = partsOf(response);
  return makeRequest(party, AUTHORIZATION_CODE_PLAN, { ...parameters, code, redirectUri, codeVerifier });
}

/** The request that refreshes tokens. @internal */
export function refreshRequest(party: Party<Int64>, refreshToken: string, parameters: object = {}): HttpRequest {
  return makeRequest(party, REFRESH_TOKEN_PLAN, { ...parameters, refreshToken });
}
