import { InvalidArgumentError } from "../errors.js";
import { callForOne } from "./call.js";
import { unixSeconds } from "./clock.js";
import * as Operation from "./operation.js";
import { withRandom } from "./random.js";
import { algorithmOf, base64url, parametersOf, subtle } from "./web-crypto.js";

/**
 * How the client authenticates (RFC 6749 section 2.3). `client_secret_basic_unencoded` is for servers
 * that do not decode what RFC 6749 section 2.3.1 encodes. {@link clientSecretJwt} and
 * {@link privateKeyJwt} make the others.
 */
export type ClientAuthentication =
  | { readonly method: "none" }
  | {
      readonly method: "client_secret_basic" | "client_secret_post" | "client_secret_basic_unencoded";
      readonly clientSecret: string;
    }
  | AssertionAuthentication;

/** Authentication by a signed assertion; {@link clientSecretJwt} and {@link privateKeyJwt} make it. */
export interface AssertionAuthentication {
  /** The method's name (OpenID Connect Core section 9). */
  readonly method: "client_secret_jwt" | "private_key_jwt";
  /** Makes an assertion for one request. @internal */
  assertion(client: AssertingClient): Promise<string>;
}

/** Who asserts, and to whom. @internal */
export interface AssertingClient {
  readonly clientId: string;
  readonly server: { readonly issuer?: string | undefined; readonly tokenEndpoint?: string | undefined };
}

/** What an assertion may have. */
export interface AssertionOptions {
  /** For whom it is: the server's issuer by default, or its token endpoint if that is not known. */
  readonly audience?: string | undefined;
}

/**
 * `client_secret_jwt`: the client shows that it knows the secret, by HMAC with SHA-256, and keeps it
 * (OpenID Connect Core section 9).
 *
 * @throws {InvalidArgumentError} for an empty secret
 * @example
 * ```js
 * const client = new Client({ server, clientId, authentication: clientSecretJwt(clientSecret) });
 * ```
 */
export function clientSecretJwt(clientSecret: string, options: AssertionOptions = {}): AssertionAuthentication {
  if (!clientSecret) throw new InvalidArgumentError("clientSecret: empty", "clientSecret");
  const hmac = { name: "HMAC", hash: "SHA-256" };
  let key: Promise<CryptoKey> | undefined;
  return authentication("client_secret_jwt", async (client) => {
    const secret = new TextEncoder().encode(clientSecret);
    key ??= subtle().importKey("raw", secret, hmac, false, ["sign"]);
    return sign(client, "HS256", hmac, await key, options);
  });
}

/** The host's `CryptoKey`, where its types are known. */
export type SigningKey = typeof globalThis extends { CryptoKey: { prototype: infer T } } ? T : object;

/** Which key a client signs with. */
export interface PrivateKeyOptions extends AssertionOptions {
  /** For signing, and better not extractable: RSA (RS256, PS256), P-256 (ES256) or Ed25519 (EdDSA). */
  readonly key: SigningKey;
  /** The key's `kid` at the server, if it has several. */
  readonly keyId?: string | undefined;
}

/**
 * `private_key_jwt`: the client signs with its key, whose public half the server knows (OpenID Connect
 * Core section 9, RFC 7523 section 2.2). The key never leaves WebCrypto.
 *
 * @throws {InvalidArgumentError} for a key that makes none of the signatures above
 * @example
 * ```js
 * const authentication = privateKeyJwt({ key: privateKey, keyId: "key-1" });
 * const client = new Client({ server, clientId, authentication });
 * ```
 */
export function privateKeyJwt(options: PrivateKeyOptions): AssertionAuthentication {
  const { key } = options;
  const algorithm = key?.algorithm && algorithmOf(key);
  if (!algorithm || !key.usages.includes("sign")) {
    throw new InvalidArgumentError("key: not a key that signs RS256, PS256, ES256 or EdDSA", "key");
  }
  return authentication("private_key_jwt", (client) => sign(client, algorithm, parametersOf(algorithm)!, key, options));
}

function authentication(
  method: AssertionAuthentication["method"],
  assertion: AssertionAuthentication["assertion"],
): AssertionAuthentication {
  const made = Object.defineProperty({ method }, "assertion", { value: assertion });
  return Object.freeze(made) as AssertionAuthentication;
}

async function sign(
  { clientId, server }: AssertingClient,
  algorithm: string,
  parameters: Algorithm,
  key: CryptoKey,
  { keyId, audience = server.issuer ?? server.tokenEndpoint }: AssertionOptions & { keyId?: string | undefined },
): Promise<string> {
  const fields = { clientId, algorithm, keyId, audience, now: unixSeconds() };
  const input = withRandom(16, (random) => callForOne(Operation.ClientAssertion, fields, random));
  const signature = await subtle().sign(parameters, key, new TextEncoder().encode(input));
  return `${input}.${base64url(new Uint8Array(signature))}`;
}
