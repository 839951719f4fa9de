import { type HttpResponse, isSuccess } from "../answer.js";
import type { Client } from "../client.js";
import { decoded, decoder } from "../core.js";
import type { CallOptions, HttpRequest } from "../http.js";
import type { Introspection } from "../introspection.js";
import { malformed } from "../malformed.js";
import type { TokenHint } from "../options.js";
import { sendAs } from "../party.js";
import type { Int64 } from "../seconds.js";
import { SignInClient } from "../sign-in-client.js";
import { memberText } from "./member-text.js";
import { accepting, jwtIn } from "./signed-user-info.js";
import { verifiedClaims } from "./verified-jwt.js";

/** The media type of signed answers about tokens, and the `typ` of their header (RFC 9701 section 5). */
const TYPE = "token-introspection+jwt";

/**
 * Makes the request that asks about a token, for an answer that the server signs (RFC 9701 section 4).
 *
 * @throws {NotSupportedError} if the server has no introspection endpoint
 * @throws {InvalidArgumentError} if the token is empty, or the hint is not a known one
 */
export function signedIntrospectionRequest(
  client: Client<Int64>,
  token: string,
  parameters: TokenHint = {},
): HttpRequest {
  return accepting(client.introspectionRequest(token, parameters), `application/${TYPE}`);
}

/**
 * Reads the response to {@link signedIntrospectionRequest} (RFC 9701 section 5), and verifies its signature. An answer
 * that is not signed is refused.
 *
 * @throws {OAuthError} if the server refused
 * @throws {MalformedResponseError} if the response is not valid, not signed by the server, or not for this client
 * @throws {NotSupportedError} if the server's keys are not known
 * @throws {ConnectionError} if the keys cannot be fetched
 */
export async function parseSignedIntrospection<I extends Int64>(
  client: Client<I>,
  response: HttpResponse,
  options: CallOptions = {},
): Promise<Introspection<I>> {
  // It throws, because no status of an error says anything about a token.
  if (!isSuccess(response?.status)) return client.parseIntrospection(response);
  const jwt = jwtIn(response, `application/${TYPE}`);
  const required = ["iss", "aud", "iat", "token_introspection"];
  const claims = await verifiedClaims(
    SignInClient.party(client),
    jwt,
    { what: "introspection", types: [TYPE], required },
    options,
  );
  // They would make an access token of it (section 5).
  for (const name of ["sub", "exp"]) {
    if (claims[name] !== undefined) throw malformed(`introspection.${name}`, "must not be there", response.status);
  }
  // Not the claims that are read already, because those have lost the digits of large numbers.
  const octets = decoded(jwt.split(".")[1]!);
  const text = decoder.decode(octets);
  octets?.fill(0);
  return client.parseIntrospection({ status: 200, body: memberText(text, "token_introspection")! });
}

/**
 * Asks the server about a token, and gets an answer that the server has signed (RFC 9701), which can be kept as evidence.
 *
 * @throws {OAuthError} if the server refused
 * @throws {MalformedResponseError} if the response is not valid, not signed by the server, or not for this client
 * @throws {NotSupportedError} if the server has no introspection endpoint, or its keys are not known
 * @throws {ConnectionError} if no response comes
 */
export async function signedIntrospect<I extends Int64>(
  client: Client<I>,
  token: string,
  options: CallOptions & TokenHint = {},
): Promise<Introspection<I>> {
  const request = signedIntrospectionRequest(client, token, options);
  const response = await sendAs(SignInClient.party(client), request, options);
  return parseSignedIntrospection(client, response, options);
}
