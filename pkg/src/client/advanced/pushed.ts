import { NotSupportedError } from "../../errors.js";
import type { HttpResponse } from "../answer.js";
import { type AuthorizationRequest, transactionFrom } from "../authorization.js";
import { PUSHED_ANSWER, PUSHED_PAGE_PLAN, PUSHED_PLAN } from "../generated/tables.js";
import { type CallOptions, type HttpRequest, httpRequest } from "../http.js";
import { invalid } from "../invalid.js";
import type { AuthorizationParameters } from "../options.js";
import { parsed } from "../parse.js";
import { type Party, sendAs } from "../party.js";
import { read } from "../read.js";
import { redacted } from "../redacted.js";
import { makeRequest } from "../request.js";
import { type Int64, type Seconds, secondsAs } from "../seconds.js";
import { SignInClient } from "../sign-in-client.js";
import { parametersOf } from "./authorization-parameters.js";

/** An authorization request that the server has already. Its URL has only the client's id and a reference. */
export interface PushedAuthorizationRequest<I extends Int64 = "bigint"> extends AuthorizationRequest {
  /** The seconds for which the server keeps the request; `undefined` if it does not say. */
  readonly expiresIn: Seconds<I> | undefined;
}

/**
 * Makes the request that pushes an authorization request (RFC 9126 section 2.1). It authenticates the client as requests
 * to the token endpoint do; if the client does so by a signed assertion, add it with {@link SignInClient.withAssertion}.
 *
 * @param request what {@link SignInClient.authorizationRequest} made for this client, or what
 *   {@link signAuthorizationRequest} made of that
 * @throws {NotSupportedError} if the server has no endpoint for pushed requests
 * @throws {InvalidArgumentError} if the request belongs to another client
 */
export function pushedRequest(client: SignInClient<Int64>, request: AuthorizationRequest): HttpRequest {
  const resource: string[] = [];
  const extra: Record<string, string> = {};
  for (const [name, value] of parametersOf(client, request)) {
    if (name === "resource") resource.push(value);
    else if (name !== "client_id") extra[name] = value;
  }
  const pushed = makeRequest(SignInClient.party(client), PUSHED_PLAN, { resource, extra });
  // The client's id belongs to the pushed parameters, also where the field `Authorization` has it.
  const { url, headers, body } = pushed;
  return headers["authorization"] ? httpRequest(url, headers, `${body}&${idOf(client)}`) : pushed;
}

function idOf({ clientId }: SignInClient<Int64>): string {
  return `${new URLSearchParams({ client_id: clientId })}`;
}

/**
 * Reads the response to {@link pushedRequest} (RFC 9126 section 2.2).
 *
 * @param request the authorization request that was pushed
 * @returns the request for the browser, which {@link SignInClient.parseCallback} takes as it takes any other
 * @throws {OAuthError} if the server refused the request, such as `invalid_request`
 * @throws {MalformedResponseError} if the response is not valid
 */
export function parsePushedAuthorization<I extends Int64>(
  client: SignInClient<I>,
  request: AuthorizationRequest,
  response: HttpResponse,
): PushedAuthorizationRequest<I> {
  const party = SignInClient.party(client);
  const text = request.serialize();
  transactionFrom(text);
  const answer = parsed(response, party, "pushedAuthorizationRequestEndpoint");
  const { requestUri, expiresIn } = read(PUSHED_ANSWER, answer).values;
  const { url } = makeRequest(withPages(party), PUSHED_PAGE_PLAN, { requestUri });
  const visible = { url, expiresIn: secondsAs(expiresIn, client.int64, "$.expires_in") };
  return redacted("PushedAuthorizationRequest", visible, { serialize: () => text });
}

/**
 * Leaves an authorization request at the server (RFC 9126), so that its parameters do not go through the browser, and the
 * server knows from whom they are before the user sees a page.
 *
 * @param parameters the parameters, or the request that {@link signAuthorizationRequest} made
 * @returns the request for the browser
 * @throws {NotSupportedError} if the server has no endpoint for pushed requests
 * @throws {InvalidArgumentError} if a parameter is missing or cannot be sent
 * @throws {OAuthError} if the server refused the request
 * @throws {MalformedResponseError} if the response is not valid
 * @throws {ConnectionError} if no response comes
 * @example
 * ```js
 * import { pushAuthorizationRequest } from "eiam-token";
 *
 * const request = await pushAuthorizationRequest(client, { redirectUri, scope: "openid profile" });
 * sessionStorage.setItem("request", request.serialize());
 * location.assign(request.url);
 * ```
 */
export async function pushAuthorizationRequest<I extends Int64>(
  client: SignInClient<I>,
  parameters: AuthorizationParameters | AuthorizationRequest,
  options: CallOptions = {},
): Promise<PushedAuthorizationRequest<I>> {
  const request = unpushed(client, parameters);
  const response = await sendAs(SignInClient.party(client), pushedRequest(client, request), options);
  return parsePushedAuthorization(client, request, response);
}

/**
 * Makes an authorization request, and pushes it if the server takes no others (`require_pushed_authorization_requests`,
 * RFC 9126 section 5).
 *
 * @param options `pushed`: whether to push it. Default: if the server demands it
 * @throws {InvalidArgumentError} and whatever else {@link pushAuthorizationRequest} throws
 * @example
 * ```js
 * import { prepareSignIn, redirectToSignIn } from "eiam-token";
 *
 * redirectToSignIn(client, await prepareSignIn(client, { redirectUri, scope: "openid profile" }));
 * ```
 */
export async function prepareSignIn(
  client: SignInClient<Int64>,
  parameters: AuthorizationParameters,
  options: CallOptions & { readonly pushed?: boolean | undefined } = {},
): Promise<AuthorizationRequest> {
  const { pushed = client.server.requirePushedAuthorizationRequests } = options ?? {};
  return pushed ? pushAuthorizationRequest(client, parameters, options) : client.authorizationRequest(parameters);
}

/**
 * The authorization request with all these parameters, also for a server that takes no such request from a browser. A
 * request that was made already is itself.
 *
 * @throws {InvalidArgumentError} if a parameter is missing or cannot be sent
 * @internal
 */
export function unpushed(
  client: SignInClient<Int64>,
  parameters: AuthorizationParameters | AuthorizationRequest,
): AuthorizationRequest {
  if (!parameters) throw invalid("parameters", "missing, such as { redirectUri }");
  if (isRequest(parameters)) return parameters;
  const party = SignInClient.party(client);
  const open = withPages(party);
  if (open === party) return client.authorizationRequest(parameters);
  // The signatures of id_tokens do not matter here, and the server's keys may be at a URL that is refused.
  return new SignInClient({ ...open, server: { ...open.server }, idTokenSignature: undefined }).authorizationRequest(
    parameters,
  );
}

/** A client for whose server it does not matter whether it takes pushed requests alone. @internal */
export function withPages<I extends Int64>(party: Party<I>): Party<I> {
  const { authorizationEndpoint, ...others } = party.faults ?? {};
  return authorizationEndpoint instanceof NotSupportedError ? { ...party, faults: others } : party;
}

function isRequest(parameters: AuthorizationParameters | AuthorizationRequest): parameters is AuthorizationRequest {
  return typeof (parameters as AuthorizationRequest).serialize === "function";
}
