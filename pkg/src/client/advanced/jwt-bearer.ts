import type { SigningKey } from "../authentication.js";
import { unixSeconds } from "../clock.js";
import { JWT_BEARER_PLAN } from "../generated/tables.js";
import type { CallOptions, HttpRequest } from "../http.js";
import { invalid } from "../invalid.js";
import type { RequestParameters } from "../options.js";
import { tokensOf } from "../party.js";
import { withRandom } from "../random.js";
import { makeRequest } from "../request.js";
import type { Int64 } from "../seconds.js";
import { SignInClient } from "../sign-in-client.js";
import type { TokenSet } from "../tokens.js";
import { base64url } from "../web-crypto.js";
import { signedJwt, signingBy } from "./sign.js";

/** An assertion, and what is asked for with it. */
export type JwtBearer = { readonly assertion: string } & RequestParameters;

/** What an assertion says, and who signs it. */
export interface JwtAssertion {
  /** The private key, preferably not extractable. */
  readonly key: SigningKey;
  /** The `kid` of the key. */
  readonly keyId?: string | undefined;
  /** Who says it (`iss`), by the name under which the server knows the key. */
  readonly issuer: string;
  /** Who the tokens are about (`sub`). */
  readonly subject: string;
  /** The server (`aud`): its issuer URL or its token endpoint, as it demands. */
  readonly audience: string;
  /** The seconds for which the assertion is valid. Default: 60. */
  readonly lifetime?: number | undefined;
  /** Further claims. They cannot replace those that are made of the other options. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Makes and signs an assertion for {@link jwtBearer} (RFC 7523 section 3). It has a `jti`, so the server can accept it
 * once only.
 *
 * @throws {InvalidArgumentError} if an option is missing or wrong, or the host cannot sign with the key
 * @throws {NotSupportedError} if the host has no WebCrypto
 */
export async function signJwtAssertion(options: JwtAssertion): Promise<string> {
  const { key, keyId, issuer, subject, audience, lifetime = 60, claims } = options ?? {};
  const signing = signingBy(key);
  for (const [name, value] of Object.entries({ issuer, subject, audience, keyId })) {
    const isMissing = value === undefined && name !== "keyId";
    if (isMissing || (value !== undefined && (typeof value !== "string" || !value))) {
      throw invalid(name, isMissing ? "missing" : "not a text, or an empty one");
    }
  }
  if (!Number.isSafeInteger(lifetime) || lifetime <= 0) throw invalid("lifetime", "not a whole number of seconds");
  const now = unixSeconds();
  const own = { iss: issuer, sub: subject, aud: audience, iat: now, exp: now + lifetime };
  return signedJwt(signing, { typ: "JWT", kid: keyId }, { ...claims, ...own, jti: withRandom(16, base64url) });
}

/**
 * Makes the request for tokens by an assertion that somebody has signed (RFC 7523 section 2.1). If the client itself
 * authenticates by a signed assertion, add that with {@link SignInClient.withAssertion}.
 * {@link SignInClient.parseTokenResponse} reads the response.
 *
 * @throws {NotSupportedError} if the server has no token endpoint
 * @throws {InvalidArgumentError} if the assertion is missing, or a parameter cannot be sent
 */
export function jwtBearerRequest(client: SignInClient<Int64>, parameters: JwtBearer): HttpRequest {
  return makeRequest(SignInClient.party(client), JWT_BEARER_PLAN, { ...parameters });
}

/**
 * Gets tokens for an assertion that somebody has signed whom the server trusts (RFC 7523 section 2.1).
 *
 * @throws {NotSupportedError} if the server has no token endpoint
 * @throws {InvalidArgumentError} if the assertion is missing, or a parameter cannot be sent
 * @throws {OAuthError} if the server refused, such as `invalid_grant` for an assertion that has expired
 * @throws {MalformedResponseError} if the response or the id_token is not valid
 * @throws {ConnectionError} if no response comes
 * @example
 * ```js
 * import { jwtBearer, signJwtAssertion } from "eiam-token";
 *
 * const assertion = await signJwtAssertion({ key, issuer: "hr.example", subject: "alice", audience: issuer });
 * const tokens = await jwtBearer(client, { assertion, scope: "api://api.example.com|read:file" });
 * ```
 */
export async function jwtBearer<I extends Int64>(
  client: SignInClient<I>,
  parameters: JwtBearer,
  options: CallOptions = {},
): Promise<TokenSet<I>> {
  return tokensOf(SignInClient.party(client), jwtBearerRequest(client, parameters), options);
}
