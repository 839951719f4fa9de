import { MalformedResponseError } from "../errors.js";
import { callForOne, read } from "./call.js";
import { type CallOptions, type HttpRequest, send } from "./http.js";
import * as Operation from "./operation.js";
import { base64url, fromBase64url, parametersOf, subtle } from "./web-crypto.js";

/** A key that is not known makes the keys be fetched again, but not more often, in milliseconds. */
const COOL_DOWN = 60_000;

/** A server's public keys, fetched when they are needed and kept. */
export class KeySet {
  readonly #request: HttpRequest;
  /** The keys as they are written. */
  #keys: Promise<string> | undefined;
  #askedAt = -Infinity;
  readonly #imported = new Map<string, Promise<CryptoKey>>();

  constructor(request: HttpRequest) {
    this.#request = request;
  }

  /**
   * Has keys at hand. Called before a code or a refresh token is spent, so that neither is lost where the
   * keys cannot be had.
   */
  async ready(options: CallOptions): Promise<void> {
    subtle();
    await unlessAborted(this.#load(options), options);
  }

  /**
   * Verifies the signature of an id_token (RFC 7515 section 5.2), and with it the `at_hash` that is not
   * by SHA-256.
   *
   * @param header and `claims` of the id_token, which were checked before
   * @throws {MalformedResponseError} if no key of the server made the signature
   */
  async verify(
    idToken: string,
    header: Readonly<Record<string, unknown>>,
    claims: Readonly<Record<string, unknown>>,
    accessToken: string,
    options: CallOptions,
  ): Promise<void> {
    const crypto = subtle();
    const alg = String(header["alg"]);
    const parameters = parametersOf(alg)!;
    const kid = header["kid"];
    if (kid !== undefined && (typeof kid !== "string" || kid.includes("\0"))) {
      throw wrong("kid", "not a text that names a key");
    }
    const jwk = await this.#find(alg, kid, options);
    const end = idToken.lastIndexOf(".");
    const signed = new TextEncoder().encode(idToken.slice(0, end));
    const signature = fromBase64url(idToken.slice(end + 1));
    let isGenuine;
    try {
      const key = await this.#import(jwk, parameters);
      isGenuine = await crypto.verify(parameters, key, signature, signed);
    } catch {
      throw wrong("kid", "names a key that cannot be used");
    }
    if (!isGenuine) throw wrong("signature", "not made by the server's key");
    // What Ed25519 itself hashes with; the others are checked with the claims.
    if (parameters.name === "Ed25519" && claims["at_hash"] !== undefined) {
      const hash = await crypto.digest("SHA-512", new TextEncoder().encode(accessToken));
      if (base64url(new Uint8Array(hash, 0, 32)) !== claims["at_hash"]) {
        throw wrong("at_hash", "belongs to another access token");
      }
    }
  }

  async #find(algorithm: string, keyId: string | undefined, options: CallOptions): Promise<string> {
    const select = async (keys: Promise<string>) =>
      callForOne(Operation.SelectKey, { algorithm, keyId, keys: await unlessAborted(keys, options) });
    const keys = this.#load(options);
    const known = await select(keys);
    if (known) return known;
    // The server may have new keys; a stranger must not make us ask for them without end.
    if (this.#keys === keys && Math.abs(Date.now() - this.#askedAt) >= COOL_DOWN) this.#keys = undefined;
    if (this.#keys !== keys) {
      const fresh = await select(this.#load(options, keys));
      if (fresh) return fresh;
    }
    throw wrong("kid", "no such key at the server's jwks_uri");
  }

  /**
   * The fetch is for all who wait for it: the signal of one does not end it. If it fails, the keys are
   * those from `before`.
   */
  #load({ timeout, fetch }: CallOptions, before?: Promise<string>): Promise<string> {
    this.#keys ??= this.#fetch({ timeout, fetch }).catch((error: unknown) => {
      this.#keys = before;
      throw error;
    });
    return this.#keys;
  }

  async #fetch(options: CallOptions): Promise<string> {
    this.#askedAt = Date.now();
    const [, keys] = read(Operation.ParseKeySet, await send(this.#request, options));
    this.#imported.clear();
    return keys!;
  }

  #import(jwk: string, parameters: ReturnType<typeof parametersOf> & object): Promise<CryptoKey> {
    const known = `${parameters.name} ${jwk}`;
    let key = this.#imported.get(known);
    if (!key) {
      // Only what makes the key: other members may say what it must not be used for.
      const { kty, n, e, crv, x, y } = JSON.parse(jwk) as JsonWebKey;
      const bare = JSON.parse(JSON.stringify({ kty, n, e, crv, x, y })) as JsonWebKey;
      key = subtle().importKey("jwk", bare, parameters, false, ["verify"]);
      this.#imported.set(known, key);
    }
    return key;
  }
}

/** The result of work for several, of which each may give up alone. */
function unlessAborted<T>(work: Promise<T>, { signal }: CallOptions): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function wrong(what: string, reason: string): MalformedResponseError {
  const path = `id_token.${what}`;
  return new MalformedResponseError(`malformed answer: ${path}: ${reason}`, path, reason, 200);
}
