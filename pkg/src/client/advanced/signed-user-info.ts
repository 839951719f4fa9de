import { type HttpResponse, bodyText, fieldOf, headersOf, isSuccess } from "../answer.js";
import { type CallOptions, type HttpRequest, httpRequest } from "../http.js";
import type { UserClaims } from "../id-token.js";
import { malformed } from "../malformed.js";
import { sendAs, subjectOf } from "../party.js";
import type { Int64 } from "../seconds.js";
import { SignInClient } from "../sign-in-client.js";
import type { TokenSet } from "../tokens.js";
import { verifiedClaims } from "./verified-jwt.js";

/** A request with another field `Accept`. @internal */
export function accepting(request: HttpRequest, accept: string): HttpRequest {
  return httpRequest(request.url, { ...request.headers, accept }, request.body);
}

/**
 * The JWT that a response is.
 *
 * @throws {MalformedResponseError} if it says that it is something else
 * @internal
 */
export function jwtIn(response: HttpResponse, type: string): string {
  const found = fieldOf(headersOf(response), "content-type").split(";")[0]!.trim().toLowerCase();
  if (found !== type) throw malformed("$", `not ${type}: the server has not signed the response`, response.status);
  return bodyText(response).trim();
}

/**
 * Makes the request for the user's claims as a signed JWT (OpenID Connect Core section 5.3.2). The server signs them if
 * the client is registered with `userinfo_signed_response_alg`.
 *
 * @throws {NotSupportedError} if the server has no userinfo endpoint
 * @throws {InvalidArgumentError} if the token is missing, or cannot be sent in a header field
 */
export function signedUserInfoRequest(client: SignInClient<Int64>, accessToken: string): HttpRequest {
  return accepting(client.userInfoRequest(accessToken), "application/jwt");
}

/**
 * Reads the response to {@link signedUserInfoRequest}, and verifies its signature. Claims that are not signed are refused.
 *
 * @param options `expectedSub`: the `sub` of the id_token, which must be the same
 * @throws {OAuthError} if the server refused, such as `invalid_token`
 * @throws {MalformedResponseError} if the response is not valid, not signed by the server, not for this client, or about
 *   another user
 * @throws {NotSupportedError} if the server's keys are not known
 * @throws {ConnectionError} if the keys cannot be fetched
 */
export async function parseSignedUserInfo(
  client: SignInClient<Int64>,
  response: HttpResponse,
  options: CallOptions & { readonly expectedSub?: string | undefined } = {},
): Promise<UserClaims> {
  // It throws, because no status of an error has claims.
  if (!isSuccess(response?.status)) return client.parseUserInfo(response);
  const claims = await verifiedClaims(
    SignInClient.party(client),
    jwtIn(response, "application/jwt"),
    { what: "userinfo", types: [undefined, "jwt"], required: ["sub"] },
    options ?? {},
  );
  const { expectedSub } = options ?? {};
  const { sub } = claims;
  // Half of a surrogate pair would be written as the same text as any other half.
  if (typeof sub !== "string" || !sub || /\p{Cs}/u.test(sub))
    throw malformed("userinfo.sub", "not a text, or an empty one", response.status);
  if (expectedSub !== undefined && sub !== expectedSub) {
    throw malformed("userinfo.sub", "another user than the id_token's", response.status);
  }
  return claims as UserClaims;
}

/**
 * Gets the user's claims as a JWT that the server has signed (OpenID Connect Core section 5.3.2).
 *
 * @param tokens the tokens, whose id_token must have the same `sub`, or only the access token
 * @throws {OAuthError} if the server refused, such as `invalid_token`
 * @throws {MalformedResponseError} if the response is not valid, not signed by the server, not for this client, or about
 *   another user
 * @throws {NotSupportedError} if the server has no userinfo endpoint, or its keys are not known
 * @throws {ConnectionError} if no response comes
 * @example
 * ```js
 * import { signedUserInfo } from "eiam-token";
 *
 * const claims = await signedUserInfo(client, tokens);
 * ```
 */
export async function signedUserInfo(
  client: SignInClient<Int64>,
  tokens: TokenSet<Int64> | string,
  options: CallOptions & { readonly expectedSub?: string | undefined } = {},
): Promise<UserClaims> {
  const accessToken = typeof tokens === "string" ? tokens : tokens?.accessToken;
  const { expectedSub = subjectOf(tokens) } = options ?? {};
  const request = signedUserInfoRequest(client, accessToken);
  const response = await sendAs(SignInClient.party(client), request, options);
  return parseSignedUserInfo(client, response, { ...options, expectedSub });
}
