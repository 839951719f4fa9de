import { type AuthorizationRequest, transactionFrom } from "../authorization.js";
import { invalid } from "../invalid.js";
import type { Int64 } from "../seconds.js";
import type { SignInClient } from "../sign-in-client.js";

/**
 * The parameters of an authorization request, without those that the authorization endpoint has in its own URL (RFC 6749
 * section 3.1).
 *
 * @throws {InvalidArgumentError} if the request belongs to another client or issuer, or is none
 */
export function parametersOf(client: SignInClient<Int64>, request: AuthorizationRequest): [string, string][] {
  const { client_id, issuer } = transactionFrom(request?.serialize?.());
  if (client_id !== client.clientId || issuer !== client.server.issuer) {
    throw invalid("request", "belongs to another client or issuer");
  }
  const own = pairsOf(`${client.server.authorizationEndpoint}`).length;
  return pairsOf(request.url).slice(own);
}

/** The parameters in the query of a URL. */
function pairsOf(url: string): [string, string][] {
  return [...new URLSearchParams(/\?([^#]*)/.exec(url)?.[1])];
}
