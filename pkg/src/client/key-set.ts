import type { MalformedResponseError } from "../errors.js";
import { type AlgorithmParameters, parametersOf } from "./algorithms.js";
import { type HeaderFields, fieldOf } from "./answer.js";
import type { CallOptions } from "./http.js";
import { wrong } from "./malformed.js";
import { selectKey } from "./select-key.js";
import { signedParts } from "./signed-parts.js";
import { unlessAborted } from "./unless-aborted.js";
import { base64url, subtle, utf8 } from "./web-crypto.js";

/** The least milliseconds between two fetches of keys because a signature was refused. */
const FLOOR = 60_000;

/** The most seconds for which keys are believed, unless the application sets another number. */
const MAX_AGE = 600;

/** An answer with a server's keys. */
export interface FetchedKeys {
  /** The JWK Set's member `keys` as JSON text: an array without a name that stands twice. */
  readonly keys: string;
  /** The header fields of the answer. */
  readonly headers?: HeaderFields | undefined;
}

/** What proves that an id_token is genuine, made by {@link secretSignature}. */
export interface SignatureVerifier {
  /** How id_tokens are signed. */
  readonly algorithm?: "HS256" | undefined;
  /**
   * Gets what is needed to verify. It is called before a code or a refresh token is spent, so that neither is lost if the
   * keys cannot be fetched.
   *
   * @returns what {@link SignatureVerifier.verify} takes as `held` in the same call
   * @internal
   */
  ready(options: CallOptions): Promise<HeldKeys | undefined>;
  /**
   * Verifies the signature of an id_token (RFC 7515 section 5.2), and with it an `at_hash` that is not by SHA-256.
   *
   * @param header the header of the id_token, which was checked before, as were its `claims`
   * @param held what {@link SignatureVerifier.ready} returned in the same call
   * @throws {MalformedResponseError} if the signature is not genuine
   * @internal
   */
  verify(
    idToken: string,
    header: Readonly<Record<string, unknown>>,
    claims: Readonly<Record<string, unknown>>,
    accessToken: string,
    options: CallOptions,
    held?: HeldKeys,
  ): Promise<void>;
}

/** The keys of one answer. @internal */
export interface HeldKeys {
  /** The elements of the JWK Set, once the answer has come. */
  readonly keys: Promise<readonly unknown[]>;
  /** When they were asked for, in milliseconds as from `Date.now()`. */
  readonly at: number;
  /** For how many milliseconds from then on they are believed. */
  lifetime: number;
  /** Keys for WebCrypto by their algorithm and their JWK. */
  readonly imported: Record<string, Promise<CryptoKey>>;
}

/**
 * A server's public keys, fetched when they are needed and kept for as long as `Cache-Control` of the answer says, and
 * never longer than `maxAge`. So a key that the server has withdrawn is believed no longer than that.
 *
 * @param fetchKeys fetches the keys
 * @param maxAge the most seconds for which keys are believed
 * @internal
 */
export function keySet(
  fetchKeys: (options: CallOptions) => Promise<FetchedKeys>,
  maxAge = MAX_AGE,
): SignatureVerifier & { ready(options: CallOptions): Promise<HeldKeys> } {
  let held: HeldKeys | undefined;
  /** When a signature was refused and the keys were therefore fetched again. */
  let refusedAt = -Infinity;

  /**
   * Fetches keys for all calls that wait for them, so that the signal of one call does not end the fetch. If it fails,
   * the keys are those from `before` again.
   */
  const fetched = ({ timeout, fetch }: CallOptions, before?: HeldKeys): HeldKeys => {
    const keys = fetchKeys({ timeout, fetch })
      .then((answer) => {
        own.lifetime = lifetimeOf(answer.headers, Number(maxAge) * 1000);
        return JSON.parse(answer.keys) as unknown[];
      })
      .catch((error: unknown) => {
        if (held === own) held = before;
        throw error;
      });
    // An answer that never comes is not waited for for ever.
    const own: HeldKeys = { keys, at: Date.now(), lifetime: FLOOR, imported: {} };
    held = own;
    return own;
  };

  /** The keys that are believed now, which it fetches if there are none. */
  const current = (options: CallOptions): HeldKeys => {
    const age = Date.now() - (held?.at ?? 0);
    // The age is negative after somebody has set the clock back.
    return held && age >= 0 && age < held.lifetime ? held : fetched(options);
  };

  /**
   * Keys that are newer than those that refused a signature; `undefined` if they must not be fetched yet, because a
   * stranger's id_tokens must not make the client ask without end.
   */
  const newer = (refusing: HeldKeys, options: CallOptions): HeldKeys | undefined => {
    if (held !== refusing) return current(options);
    const now = Date.now();
    if (Math.abs(now - refusedAt) < FLOOR) return undefined;
    refusedAt = now;
    return fetched(options, refusing);
  };

  return {
    async ready(options) {
      subtle();
      const keys = current(options);
      await unlessAborted(keys.keys, options);
      return keys;
    },

    async verify(idToken, header, claims, accessToken, options, ready) {
      const { alg, kid } = header;
      const parameters = parametersOf(alg);
      if (!parameters) throw wrong("alg", "not the signature of a private key that is accepted");
      if (kid !== undefined && typeof kid !== "string") throw wrong("kid", "no such key at the jwks_uri");
      const check = async ({ keys, imported }: HeldKeys) => {
        const jwk = selectKey(await unlessAborted(keys, options), alg as string, parameters, kid);
        return jwk
          ? faultOf(idToken, parameters, imported, alg as string, jwk)
          : wrong("kid", "no such key at the jwks_uri");
      };
      const known = ready ?? held;
      const first = ready ?? current(options);
      let fault = await check(first);
      // The server may have new keys, unless these are new.
      const others = fault && first === known && newer(first, options);
      if (others) fault = await check(others);
      fault ??= await hashFault(parameters, claims["at_hash"], accessToken);
      if (fault) throw fault;
    },
  };
}

/** What is wrong with the signature of an id_token by a key; `undefined` if the signature is genuine. */
async function faultOf(
  idToken: string,
  parameters: AlgorithmParameters,
  imported: HeldKeys["imported"],
  alg: string,
  jwk: string,
): Promise<MalformedResponseError | undefined> {
  const crypto = subtle();
  const { signed, signature } = signedParts(idToken);
  try {
    const bare = JSON.parse(jwk) as JsonWebKey;
    const usage = parameters as EcKeyImportParams;
    const key = await (imported[alg + jwk] ??= crypto.importKey("jwk", bare, usage, false, ["verify"]));
    const isGenuine = await crypto.verify(parameters, key, signature, signed);
    return isGenuine ? undefined : wrong("signature", "not made by the server's key");
  } catch {
    return wrong("kid", "names a key that cannot be used");
  }
}

/**
 * For how many milliseconds an answer may be kept (RFC 9111 sections 4.2 and 5.2.2). It is `longest` at most, and also if
 * the answer does not say. `s-maxage` does not count, because it is for shared caches.
 */
export function lifetimeOf(headers: HeaderFields | undefined, longest: number): number {
  // What is quoted is a value, whatever it looks like.
  const directives = fieldOf(headers, "cache-control").replace(/"(\d+)"|"(?:\\.|[^"\\])*"/g, "$1");
  if (/(^|,)\s*no-(cache|store)\s*(=|,|$)/i.test(directives)) return 0;
  const found = /(?:^|,)\s*max-age\s*(?:=\s*(\d+)\s*(?=,|$)|(?=[=,]|$))/i.exec(directives);
  if (!found) return longest;
  // An answer whose `max-age` is no number of seconds is stale, and of several ages the first one counts.
  const [, age = 0] = /^[\s,]*(\d+)\s*(?:,|$)/.exec(fieldOf(headers, "age")) ?? [];
  return Math.min(Math.max((Number(found[1] ?? 0) - Number(age)) * 1000, 0), longest);
}

/**
 * What is wrong with an `at_hash`; `undefined` if it belongs to the access token, or is missing. It is made with the hash
 * of the signature's algorithm (OpenID Connect Core section 3.1.3.6), which is SHA-512 for Ed25519.
 */
async function hashFault(
  { hash = "SHA-512" }: AlgorithmParameters,
  expected: unknown,
  accessToken: string,
): Promise<MalformedResponseError | undefined> {
  // The module has compared an `at_hash` by SHA-256 when it checked the claims.
  if (hash === "SHA-256" || expected === undefined || expected === null) return undefined;
  const digest = await subtle().digest(hash, utf8(accessToken));
  const own = base64url(new Uint8Array(digest, 0, digest.byteLength / 2));
  return own === expected ? undefined : wrong("at_hash", "belongs to another access token");
}
