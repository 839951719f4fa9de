import { algorithmOf, parametersOf } from "./algorithms.js";
import { assertionInput } from "./assertion.js";
import { unixSeconds } from "./clock.js";
import { type HttpRequest, httpRequest } from "./http.js";
import { invalid } from "./invalid.js";
import { signed } from "./jws.js";
import { withRandom } from "./random.js";
import { hmacKey } from "./web-crypto.js";

/**
 * How the client authenticates (RFC 6749 section 2.3). `client_secret_basic_unencoded` is for servers that do not
 * decode the credentials as RFC 6749 section 2.3.1 requires. {@link clientSecretJwt}, {@link privateKeyJwt} and
 * {@link federatedToken} make the methods with a signed assertion.
 */
export type ClientAuthentication =
  | { readonly method: "none" }
  | {
      readonly method: "client_secret_basic" | "client_secret_post" | "client_secret_basic_unencoded";
      readonly clientSecret: string;
    }
  | AssertionAuthentication;

/** Authentication by a signed assertion, made by {@link clientSecretJwt} or {@link privateKeyJwt}. */
export interface AssertionAuthentication {
  /** The method's name (OpenID Connect Core section 9); `id-token-bearer` is EIAM's. */
  readonly method: "client_secret_jwt" | "private_key_jwt" | "id-token-bearer";
  /** Makes an assertion for one request. @internal */
  assertion(client: AssertingClient): Promise<string>;
  /** Adds an assertion to a request. @internal */
  asserted(client: AssertingClient, request: HttpRequest): Promise<HttpRequest>;
}

/** The client that asserts its identity, and the server to which it does so. @internal */
export interface AssertingClient {
  readonly clientId: string;
  readonly server: { readonly issuer?: string | undefined; readonly tokenEndpoint?: string | undefined };
}

/** The options of an assertion. */
export interface AssertionOptions {
  /** The audience (`aud`). Default: the server's issuer, or its token endpoint if the issuer is unknown. */
  readonly audience?: string | undefined;
}

/**
 * Authenticates by `client_secret_jwt` (OpenID Connect Core section 9): the client proves that it knows the secret
 * by an HMAC with SHA-256, and never sends the secret itself.
 *
 * @throws {InvalidArgumentError} if the secret is empty
 * @example
 * ```js
 * import { Client, clientSecretJwt } from "eiam-token";
 *
 * const client = new Client({ server, clientId, authentication: clientSecretJwt(clientSecret) });
 * ```
 */
export function clientSecretJwt(clientSecret: string, options: AssertionOptions = {}): AssertionAuthentication {
  if (!clientSecret) throw invalid("clientSecret", "empty");
  let key: Promise<CryptoKey> | undefined;
  return authentication("client_secret_jwt", async (client) => {
    key ??= hmacKey(clientSecret, "sign");
    return sign(client, "HS256", "HMAC", await key, options);
  });
}

/** The host's `CryptoKey`, where its types are known. */
export type SigningKey = typeof globalThis extends { CryptoKey: { prototype: infer T } } ? T : object;

/** The key with which a client signs its assertions. */
export interface PrivateKeyOptions extends AssertionOptions {
  /** A private key for RS256, PS256, ES256, the same with 384 or 512, or EdDSA (Ed25519), preferably not extractable. */
  readonly key: SigningKey;
  /** The `kid` of the key, if the server knows several keys of this client. */
  readonly keyId?: string | undefined;
}

/**
 * Authenticates by `private_key_jwt` (OpenID Connect Core section 9, RFC 7523 section 2.2): the client signs with its
 * private key, and the server knows the public key. The private key never leaves WebCrypto.
 *
 * @throws {InvalidArgumentError} if the key cannot sign by any of these algorithms
 * @example
 * ```js
 * import { Client, privateKeyJwt } from "eiam-token";
 *
 * const authentication = privateKeyJwt({ key: privateKey, keyId: "key-1" });
 * const client = new Client({ server, clientId, authentication });
 * ```
 */
export function privateKeyJwt(options: PrivateKeyOptions): AssertionAuthentication {
  const { key } = options ?? {};
  const algorithm = key?.algorithm && algorithmOf(key);
  if (!algorithm || !key.usages?.includes("sign")) {
    throw invalid("key", "not a private key for RS, PS or ES 256 to 512, or EdDSA");
  }
  return authentication("private_key_jwt", (client) => sign(client, algorithm, parametersOf(algorithm)!, key, options));
}

/** Makes a method of authentication. Consoles and JSON do not show its functions. */
function authentication(
  method: AssertionAuthentication["method"],
  assertion: AssertionAuthentication["assertion"],
): AssertionAuthentication {
  const asserted = async (client: AssertingClient, { url, headers, body }: HttpRequest) => {
    const form = new URLSearchParams({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await assertion(client),
    });
    return httpRequest(url, headers, `${body}&${form}`);
  };
  const hidden = { assertion: { value: assertion }, asserted: { value: asserted } };
  return Object.freeze(Object.defineProperties({ method }, hidden)) as AssertionAuthentication;
}

/**
 * Makes and signs an assertion.
 *
 * @throws {InvalidArgumentError} if the host cannot sign with the key
 */
async function sign(
  { clientId, server }: AssertingClient,
  algorithm: string,
  parameters: AlgorithmIdentifier,
  key: CryptoKey,
  { keyId, audience = server.issuer ?? server.tokenEndpoint }: AssertionOptions & { keyId?: string | undefined },
): Promise<string> {
  const parts = { clientId, algorithm, keyId, audience, now: unixSeconds() };
  return signed(
    withRandom(16, (random) => assertionInput({ ...parts, random })),
    parameters,
    key,
  );
}
