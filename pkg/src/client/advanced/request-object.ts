import { NotSupportedError } from "../../errors.js";
import type { SigningKey } from "../authentication.js";
import { type AuthorizationRequest, transactionFrom } from "../authorization.js";
import { unixSeconds } from "../clock.js";
import { PUSHED_PAGE_PLAN } from "../generated/tables.js";
import { invalid, unlessInvalid } from "../invalid.js";
import type { AuthorizationParameters } from "../options.js";
import { withRandom } from "../random.js";
import { redacted } from "../redacted.js";
import { makeRequest } from "../request.js";
import type { Int64 } from "../seconds.js";
import { SignInClient } from "../sign-in-client.js";
import { base64url } from "../web-crypto.js";
import { parametersOf } from "./authorization-parameters.js";
import { unpushed, withPages } from "./pushed.js";
import { signedJwt, signingBy } from "./sign.js";

/** Who signs a request. */
export interface RequestSigning {
  /** The private key, preferably not extractable. */
  readonly key: SigningKey;
  /** The `kid` of the key, if the server knows several keys of this client. */
  readonly keyId?: string | undefined;
  /** The seconds for which the request is valid. Default: 60. */
  readonly lifetime?: number | undefined;
}

/** The parameters whose value is JSON, which a request object has as it is and not as text (RFC 9101 section 4). */
const JSON_PARAMETERS = /^(claims|authorization_details|registration)$/;

/**
 * Makes an authorization request that the client signs (JAR, RFC 9101), so that nobody can change its parameters on the
 * way through the browser. The URL has them as the parameter `request`. {@link pushAuthorizationRequest} takes the result
 * as well, and then the server gets the signed request directly.
 *
 * @param parameters the parameters, or a request that was made of them
 * @returns the request for the browser, which {@link SignInClient.parseCallback} takes as it takes any other
 * @throws {InvalidArgumentError} if a parameter is missing or cannot be sent, or the host cannot sign with the key
 * @throws {NotSupportedError} if the server has no authorization endpoint or no issuer, or the host has no WebCrypto
 * @example
 * ```js
 * import { pushAuthorizationRequest, signAuthorizationRequest } from "eiam-token";
 *
 * const signed = await signAuthorizationRequest(client, { redirectUri, scope: "openid" }, { key: privateKey });
 * location.assign((await pushAuthorizationRequest(client, signed)).url);
 * ```
 */
export async function signAuthorizationRequest(
  client: SignInClient<Int64>,
  parameters: AuthorizationParameters | AuthorizationRequest,
  signing: RequestSigning,
): Promise<AuthorizationRequest> {
  const { key, keyId, lifetime = 60 } = signing ?? {};
  const by = signingBy(key as SigningKey);
  if (keyId !== undefined && (typeof keyId !== "string" || !keyId))
    throw invalid("keyId", "not a text, or an empty one");
  if (!Number.isSafeInteger(lifetime) || lifetime <= 0) throw invalid("lifetime", "not a whole number of seconds");
  const { issuer } = client.server;
  if (!issuer) throw new NotSupportedError("the server has no issuer", "issuer");
  const request = unpushed(client, parameters);
  const now = unixSeconds();
  const own = { iss: client.clientId, aud: issuer, iat: now, nbf: now, exp: now + lifetime };
  const claims = { ...claimsOf(parametersOf(client, request)), ...own, jti: withRandom(16, base64url) };
  const jwt = await signedJwt(by, { typ: "oauth-authz-req+jwt", kid: keyId }, claims);
  const { url } = makeRequest(withPages(SignInClient.party(client)), PUSHED_PAGE_PLAN, { request: jwt });
  const text = request.serialize();
  transactionFrom(text);
  return redacted("AuthorizationRequest", { url }, { serialize: () => text });
}

/**
 * The parameters of a request as claims: numbers and JSON as what they are, and what is there several times as a list.
 *
 * @throws {InvalidArgumentError} if a parameter whose value has to be JSON is none, or if there is one that no request
 *   object may have (RFC 9101 section 4)
 * @internal
 */
export function claimsOf(parameters: readonly [string, string][]): Record<string, unknown> {
  const claims: Record<string, unknown> = {};
  const resources = parameters.filter(([name]) => name === "resource").map(([, value]) => value);
  for (const [name, value] of parameters) {
    // With a subject it might be taken for an assertion that authenticates the client (RFC 9101 section 10.8).
    if (/^(request(_uri)?|sub)$/.test(name)) throw invalid("parameters", `${name} cannot be in a signed request`);
    if (name === "resource") claims[name] = resources.length > 1 ? resources : value;
    else if (name === "max_age") claims[name] = Number(value);
    else if (JSON_PARAMETERS.test(name)) claims[name] = unlessInvalid(name, "not JSON", () => JSON.parse(value));
    else claims[name] = value;
  }
  return claims;
}
