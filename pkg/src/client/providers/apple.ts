import type { SigningKey } from "../authentication.js";
import { unixSeconds } from "../clock.js";
import { invalid } from "../invalid.js";
import { part, signed } from "../jws.js";
import type { Preset } from "./preset.js";

const APPLE = "https://appleid.apple.com";

/** The longest lifetime that Apple accepts, in seconds. */
const LONGEST = 15_777_000;

/** 180 days in seconds, the default lifetime. */
const LIFETIME = 15_552_000;

/**
 * The preset for Sign in with Apple. The client secret is a JWT: see {@link appleClientSecret}. If you ask for `name` or
 * `email`, Apple sends the callback as a form: pass `responseMode: "form_post"` to the authorization request, and the body
 * of the form to `parseCallback`. The preset gives up no check.
 */
export function apple(): Preset {
  return {
    server: {
      issuer: APPLE,
      authorizationEndpoint: `${APPLE}/auth/authorize`,
      tokenEndpoint: `${APPLE}/auth/token`,
      revocationEndpoint: `${APPLE}/auth/revoke`,
      jwksUri: `${APPLE}/auth/keys`,
    },
  };
}

/** What Apple's client secret is made of. */
export interface AppleClientSecretOptions {
  /** The ten characters of the developer team. */
  readonly teamId: string;
  /** The id of the key, which Apple's developer pages name. */
  readonly keyId: string;
  /** The client's id: the Services ID or the App ID. */
  readonly clientId: string;
  /** The private key for ES256 from Apple's file `.p8`, imported as `pkcs8`. */
  readonly key: SigningKey;
  /** Seconds until the secret expires. Default: 180 days, a little less than Apple accepts. */
  readonly lifetime?: number | undefined;
}

/**
 * Makes the client secret of Sign in with Apple, a JWT signed by ES256. Use it with `client_secret_post`, and make a new
 * one before it expires.
 *
 * @throws {InvalidArgumentError} if the key does not sign ES256, an id is empty, or Apple would not accept the lifetime
 * @throws {NotSupportedError} if the host has no WebCrypto
 * @example
 * ```js
 * import { Client } from "eiam-token";
 * import { apple, appleClientSecret } from "eiam-token/providers";
 *
 * const clientSecret = await appleClientSecret({ teamId, keyId, clientId, key });
 * const authentication = { method: "client_secret_post", clientSecret };
 * const client = new Client({ ...apple(), clientId, authentication });
 * ```
 */
export async function appleClientSecret(options: AppleClientSecretOptions): Promise<string> {
  const { teamId, keyId, clientId, lifetime = LIFETIME } = options;
  const key = options.key as CryptoKey | undefined;
  for (const [name, value] of Object.entries({ teamId, keyId, clientId })) {
    if (!value || typeof value !== "string") throw invalid(name, "missing");
  }
  if ((key?.algorithm as EcKeyAlgorithm | undefined)?.namedCurve !== "P-256" || !key!.usages.includes("sign")) {
    throw invalid("key", "not a private key for ES256");
  }
  if (!(Number.isInteger(lifetime) && lifetime > 0 && lifetime <= LONGEST)) {
    throw invalid("lifetime", `not whole seconds up to ${LONGEST}`);
  }
  const now = unixSeconds();
  const claims = { iss: teamId, iat: now, exp: now + lifetime, aud: APPLE, sub: clientId };
  const by = { name: "ECDSA", hash: "SHA-256" };
  return signed(`${part({ alg: "ES256", kid: keyId })}.${part(claims)}`, by, key!);
}
