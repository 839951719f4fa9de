import type { HttpResponse } from "../answer.js";
import { TOKEN_EXCHANGE_PLAN } from "../generated/tables.js";
import { type CallOptions, type HttpRequest, httpRequest } from "../http.js";
import { invalid } from "../invalid.js";
import { malformed } from "../malformed.js";
import type { RequestParameters } from "../options.js";
import { tokensOf } from "../party.js";
import { makeRequest } from "../request.js";
import type { Int64 } from "../seconds.js";
import { SignInClient } from "../sign-in-client.js";
import type { TokenSet } from "../tokens.js";

/** The names of kinds of tokens (RFC 8693 section 3). */
export const TokenType = {
  /** An access token. */
  accessToken: "urn:ietf:params:oauth:token-type:access_token",
  /** A refresh token. */
  refreshToken: "urn:ietf:params:oauth:token-type:refresh_token",
  /** An id_token. */
  idToken: "urn:ietf:params:oauth:token-type:id_token",
  /** A JWT of any kind. */
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  /** A SAML 1.1 assertion in base64url. */
  saml1: "urn:ietf:params:oauth:token-type:saml1",
  /** A SAML 2.0 assertion in base64url. */
  saml2: "urn:ietf:params:oauth:token-type:saml2",
} as const;

/** The parameters of a token exchange (RFC 8693 section 2.1). */
export interface TokenExchange extends RequestParameters {
  /** The token of whom the request is about, such as the access token that came with a user's request. */
  readonly subjectToken: string;
  /** The kind of {@link TokenExchange.subjectToken}, such as one of {@link TokenType}. */
  readonly subjectTokenType: string;
  /** The token of who acts for that one: then the new token names both (delegation, RFC 8693 section 1.1). */
  readonly actorToken?: string | undefined;
  /** The kind of {@link TokenExchange.actorToken}, which must be there if that is there. */
  readonly actorTokenType?: string | undefined;
  /** The kind of token that is wanted. Default: what the server chooses, usually an access token. */
  readonly requestedTokenType?: string | undefined;
  /** The names of the services that the new token is for. Services that have URIs can be `resource` instead. */
  readonly audience?: string | readonly string[] | undefined;
}

/** What a token exchange gives. */
export interface ExchangedToken<I extends Int64 = "bigint"> {
  /**
   * The new token, as {@link TokenSet.accessToken} also if it is of another kind (RFC 8693 section 2.2.1). An id_token
   * beside it was not checked.
   */
  readonly tokens: TokenSet<I>;
  /** The kind of the new token, such as one of {@link TokenType}. */
  readonly issuedTokenType: string;
}

/**
 * Makes the request that exchanges a token for another one (RFC 8693 section 2.1). If the client authenticates by a signed
 * assertion, add it with {@link SignInClient.withAssertion}.
 *
 * @throws {NotSupportedError} if the server has no token endpoint
 * @throws {InvalidArgumentError} for a parameter that is missing or cannot be sent
 */
export function tokenExchangeRequest(client: SignInClient<Int64>, parameters: TokenExchange): HttpRequest {
  const { audience, actorToken, actorTokenType } = parameters ?? {};
  // Section 2.1 requires the one with the other, and forbids it without.
  if (Boolean(actorToken) !== Boolean(actorTokenType)) {
    throw invalid("actorTokenType", actorToken ? "missing, although there is an actorToken" : "without an actorToken");
  }
  const request = makeRequest(SignInClient.party(client), TOKEN_EXCHANGE_PLAN, { ...parameters });
  const form = new URLSearchParams();
  for (const each of [audience ?? []].flat()) {
    if (typeof each !== "string" || !each) throw invalid("audience", "neither a text nor a list of texts");
    form.append("audience", each);
  }
  // It may be there several times, as `resource` may.
  return audience?.length ? httpRequest(request.url, request.headers, `${request.body}&${form}`) : request;
}

/**
 * Reads the response to {@link tokenExchangeRequest} (RFC 8693 section 2.2). It does not check an id_token.
 *
 * @param options `now`: when the response came, in Unix seconds. Default: the host's time
 * @throws {OAuthError} if the server refused, such as `invalid_target` for a service that it does not know
 * @throws {MalformedResponseError} if the response is not valid, or does not say what kind of token it has
 */
export function parseTokenExchange<I extends Int64>(
  client: SignInClient<I>,
  response: HttpResponse,
  options: { now?: number } = {},
): ExchangedToken<I> {
  return exchanged(client.parseTokenResponse(response, options), response.status);
}

/**
 * Exchanges a token for another one (RFC 8693), such as a service that passes a user's request on to the next service.
 *
 * @throws {NotSupportedError} if the server has no token endpoint
 * @throws {InvalidArgumentError} for a parameter that is missing or cannot be sent
 * @throws {OAuthError} if the server refused, such as `invalid_target` for a service that it does not know
 * @throws {MalformedResponseError} if the response is not valid, or does not say what kind of token it has
 * @throws {ConnectionError} if no response comes
 * @example
 * ```js
 * import { TokenType, exchangeToken } from "eiam-token";
 *
 * const { tokens } = await exchangeToken(client, {
 *   subjectToken: tokenOfTheRequest,
 *   subjectTokenType: TokenType.accessToken,
 *   audience: "orders",
 * });
 * ```
 */
export async function exchangeToken<I extends Int64>(
  client: SignInClient<I>,
  parameters: TokenExchange,
  options: CallOptions = {},
): Promise<ExchangedToken<I>> {
  const request = tokenExchangeRequest(client, parameters);
  return exchanged(await tokensOf(SignInClient.party(client), request, options), 200);
}

/** The result of an exchange, whose kind the response has to name (RFC 8693 section 2.2.1). */
function exchanged<I extends Int64>(tokens: TokenSet<I>, status: number): ExchangedToken<I> {
  const { issued_token_type: issuedTokenType } = tokens.members;
  if (typeof issuedTokenType !== "string" || !issuedTokenType) {
    throw malformed("$.issued_token_type", issuedTokenType === undefined ? "missing" : "not a text", status);
  }
  return Object.freeze({ tokens, issuedTokenType });
}
