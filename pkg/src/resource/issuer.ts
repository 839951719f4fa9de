import { parametersOf } from "../client/algorithms.js";
import type { Fetch } from "../client/http.js";
import { invalid } from "../client/invalid.js";
import { type FetchedKeys, type HeldKeys, keySet } from "../client/key-set.js";
import { selectKey } from "../client/select-key.js";
import { unlessAborted } from "../client/unless-aborted.js";
import { hashOf } from "../client/web-crypto.js";
import { ConnectionError, MalformedResponseError, ResponseError } from "../errors.js";
import { Bounded } from "./bounded.js";
import { signedParts } from "./signed-parts.js";
import { strictObject } from "./strict-json.js";

/** What a resource server is at an issuer, to ask it about tokens (RFC 7662 section 2.1). */
export interface IntrospectionOptions {
  /** The client id that the resource server has at the issuer. */
  readonly clientId: string;
  /** Its secret, which is sent by `client_secret_basic`. */
  readonly clientSecret: string;
  /** The endpoint. Default: that of the issuer's metadata. */
  readonly endpoint?: string | undefined;
  /**
   * For how many seconds an answer counts, and so how long a revocation may stay unnoticed. No answer outlives its token.
   * 0 asks each time. Default: 30.
   */
  readonly cacheSeconds?: number | undefined;
  /** Whether JWTs are asked about as well, so that their revocation is noticed. Default: `false`. */
  readonly always?: boolean | undefined;
}

/** An issuer whose tokens count. */
export interface TrustedIssuerOptions {
  /** Its identifier (`iss`): an https URL, or http on loopback. */
  readonly issuer: string;
  /** Its keys: the URL of a JWK Set, or the members `keys` of one. Default: the `jwks_uri` of its metadata. */
  readonly jwks?: string | readonly object[] | undefined;
  /** How its opaque tokens are checked. Default: they do not count. */
  readonly introspection?: IntrospectionOptions | undefined;
  /**
   * Whether its JWTs must be as RFC 9068 has them: `typ` `at+jwt`, and all members that it requires. Set it to `false` for
   * an issuer whose access tokens are other JWTs, such as the instance of IDaaS EIAM: then `typ`, `sub`, `client_id`, `iat`
   * and `jti` may be missing, and `scp` and `azp` count as `scope` and `client_id`. Its id_tokens are refused in any case.
   * Default: `true`.
   */
  readonly rfc9068?: boolean | undefined;
  /** The algorithms that count, of those with public keys. Default: all of them. */
  readonly algorithms?: readonly string[] | undefined;
  /** The most seconds for which keys and metadata are believed. Default: 600. */
  readonly maxAge?: number | undefined;
  /** How many milliseconds an answer of the issuer may take. Default: 10000. */
  readonly timeout?: number | undefined;
  /** Allows http URLs beyond loopback, for tests in containers. Default: `false`. */
  readonly allowInsecureRequests?: boolean | undefined;
  /** Sends requests. Default: the host's `fetch`. */
  readonly fetch?: Fetch | undefined;
}

/** The most bytes of an answer that are read. */
const LONGEST = 256 * 1024;

/** The most seconds for which keys and metadata are believed. */
const MAX_AGE = 600;

/** How many milliseconds an answer of the issuer may take. */
const TIMEOUT = 10_000;

/** How many answers about tokens are kept. */
const MOST_ANSWERS = 1000;

/**
 * An issuer with its keys, which are fetched when they are needed and kept. Make one for each issuer and keep it.
 *
 * @example
 * ```js
 * import { TrustedIssuer } from "eiam-token/resource";
 *
 * const issuer = new TrustedIssuer({
 *   issuer: "https://as.example.com",
 *   introspection: { clientId: "app_api", clientSecret: process.env.CLIENT_SECRET ?? "CS…" },
 * });
 * ```
 */
export class TrustedIssuer {
  /** Its identifier. */
  readonly issuer: string;
  /** @internal */
  readonly options: TrustedIssuerOptions;
  #keys: ReturnType<typeof keySet>;
  /** The keys of an answer that have verified a token, by `alg` and `kid`. */
  #proven: { readonly held: HeldKeys; readonly keys: Map<string, CryptoKey> } | undefined;
  readonly #answers = new Bounded<{ readonly answer: Readonly<Record<string, unknown>>; readonly at: number }>(
    MOST_ANSWERS,
  );
  #metadata: { readonly at: number; readonly document: Promise<Readonly<Record<string, unknown>>> } | undefined;

  /** @throws {InvalidArgumentError} if an option is wrong; `argument` names it */
  constructor(options: TrustedIssuerOptions) {
    const { issuer, introspection, jwks, maxAge = MAX_AGE } = options;
    this.options = options;
    this.issuer = issuer;
    this.#checkUrl("issuer", issuer);
    if (typeof jwks === "string") this.#checkUrl("jwks", jwks);
    if (!(Number(maxAge) >= 0)) throw invalid("maxAge", "expected seconds");
    if (introspection) {
      const { clientId, clientSecret, endpoint, cacheSeconds = 0 } = introspection;
      if (!clientId || !clientSecret) {
        throw invalid("introspection", "expected clientId and clientSecret");
      }
      if (endpoint !== undefined) this.#checkUrl("introspection.endpoint", endpoint);
      if (!(Number(cacheSeconds) >= 0)) {
        throw invalid("introspection.cacheSeconds", "expected seconds");
      }
    }
    this.#keys = this.#newKeys();
  }

  /**
   * Whether a key of the issuer made the signature of a JWT (RFC 7515 section 5.2).
   *
   * @internal
   */
  async isGenuine(jwt: string, header: Readonly<Record<string, unknown>>, alg: string): Promise<boolean> {
    const parameters = parametersOf(alg)!;
    const { kid } = header;
    if (kid !== undefined && typeof kid !== "string") return false;
    const name = kid === undefined ? alg : `${alg} ${kid}`;
    const known = this.#provenNow()?.get(name);
    if (known) {
      const { signed, signature } = signedParts(jwt);
      if (await crypto.subtle.verify(parameters, known, signature, signed)) return true;
    }
    try {
      await this.#patiently(async (options) => {
        const keys = this.#keys;
        await keys.verify(jwt, header, {}, "", options, await keys.ready(options));
        await this.#remember(name, alg, kid, (await keys.ready(options))!);
      });
    } catch (error) {
      // Of the token. What is wrong with an answer has another path.
      if (error instanceof MalformedResponseError && error.path.startsWith("id_token.")) return false;
      throw error;
    }
    return true;
  }

  /**
   * Waits for what several calls wait for. If it does not come, it is forgotten, so that the next call asks again: who has
   * asked for it may be gone, and its timer with it, because a Worker stops all that belongs to a request whose sender has
   * left.
   *
   * @throws {ConnectionError} if it does not come
   */
  async #patiently<T>(work: (options: { readonly signal: AbortSignal }) => Promise<T>): Promise<T> {
    // The metadata, in one place and then in another, and then the keys.
    const signal = AbortSignal.timeout(3 * Number(this.options.timeout ?? TIMEOUT));
    try {
      return await work({ signal });
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      this.#metadata = undefined;
      this.#keys = this.#newKeys();
      throw new ConnectionError("timeout", `no answer from ${this.issuer} in time`, { cause: error });
    }
  }

  #newKeys(): ReturnType<typeof keySet> {
    return keySet(() => this.#fetchKeys(), this.options.maxAge ?? MAX_AGE);
  }

  /** The keys that have verified a token, as long as their answer is believed. */
  #provenNow(): Map<string, CryptoKey> | undefined {
    const { held, keys } = this.#proven ?? {};
    const age = Date.now() - (held?.at ?? 0);
    return held && age >= 0 && age < held.lifetime ? keys : undefined;
  }

  /** Remembers the key that has just verified a token, so that it is not looked for again. */
  async #remember(name: string, alg: string, kid: string | undefined, held: HeldKeys): Promise<void> {
    const jwk = selectKey(await held.keys, alg, parametersOf(alg)!, kid);
    const key = jwk && (await held.imported[alg + jwk]);
    if (!key) return;
    if (this.#proven?.held !== held) this.#proven = { held, keys: new Map() };
    this.#proven?.keys.set(name, key);
  }

  /**
   * What the issuer says about a token: the members of its answer, of a token that works; `undefined` for any other
   * (RFC 7662 section 2.2).
   *
   * @internal
   */
  async introspect(token: string, now: number): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { clientId, clientSecret, endpoint, cacheSeconds = 30 } = this.options.introspection!;
    // A cache is a place where tokens must not be.
    const name = await hashOf(token);
    const known = this.#answers.get(name, now);
    // An answer from the future is from before somebody has set the clock back.
    if (known && known.at <= now) return known.answer;
    const url = endpoint ?? this.#endpointOf(await this.metadata(), "introspection_endpoint");
    const form = (text: string) => new URLSearchParams([["", text]]).toString().slice(1);
    const answer = await this.#ask(url, {
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
        // RFC 6749 section 2.3.1.
        authorization: `Basic ${btoa(`${form(clientId)}:${form(clientSecret)}`)}`,
      },
      body: new URLSearchParams({ token }).toString(),
    });
    if (answer["active"] !== true) return undefined;
    const { exp } = answer;
    const until = Math.min(now + Number(cacheSeconds), typeof exp === "number" ? exp : Infinity);
    // Others get it as well, and nobody may change what they get.
    if (until > now) this.#answers.set(name, { answer: frozen(answer), at: now }, until);
    return answer;
  }

  /** Its metadata (RFC 8414 section 3, OpenID Connect Discovery section 4). @internal */
  async metadata(): Promise<Readonly<Record<string, unknown>>> {
    const { maxAge = MAX_AGE } = this.options;
    const age = Date.now() - (this.#metadata?.at ?? 0);
    if (!this.#metadata || age < 0 || age >= Number(maxAge) * 1000) {
      const own = { at: Date.now(), document: this.#discover() };
      this.#metadata = own;
      own.document.catch(() => {
        if (this.#metadata === own) this.#metadata = undefined;
      });
    }
    const { document } = this.#metadata;
    return this.#patiently((options) => unlessAborted(document, options));
  }

  async #discover(): Promise<Readonly<Record<string, unknown>>> {
    const [, origin = "", path = ""] = /^([^/]*\/\/[^/?]*)(.*?)\/?$/.exec(this.issuer) ?? [];
    let document: Readonly<Record<string, unknown>>;
    try {
      document = await this.#ask(`${origin}${path}/.well-known/openid-configuration`, {});
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
      document = await this.#ask(`${origin}/.well-known/oauth-authorization-server${path}`, {});
    }
    // RFC 8414 section 3.3.
    if (document["issuer"] !== this.issuer) throw malformed("issuer", "another issuer");
    return document;
  }

  async #fetchKeys(): Promise<FetchedKeys> {
    const { jwks } = this.options;
    if (typeof jwks === "object") return { keys: JSON.stringify(jwks) };
    const url = jwks ?? this.#endpointOf(await this.metadata(), "jwks_uri");
    const headers = new Headers();
    const { keys } = await this.#ask(url, {}, headers);
    if (!Array.isArray(keys)) throw malformed("keys", "not an array");
    return { keys: JSON.stringify(keys), headers };
  }

  #endpointOf(metadata: Readonly<Record<string, unknown>>, name: string): string {
    const url = metadata[name];
    if (typeof url !== "string" || !this.#isUrl(url)) throw malformed(name, "not an https URL");
    return url;
  }

  /** The JSON object of an answer. What the answer says of caches goes into `headers`. */
  async #ask(url: string, init: RequestInit, headers?: Headers): Promise<Readonly<Record<string, unknown>>> {
    const { timeout = TIMEOUT } = this.options;
    const fetch: Fetch = this.options.fetch ?? globalThis.fetch;
    const signal = AbortSignal.timeout(timeout);
    const answered = async () => {
      // Credentials follow nobody elsewhere, so a redirect is no success. Workers have no `redirect: "error"`.
      const response = await fetch(url, { ...init, redirect: "manual", signal });
      return { response, text: await limited(response) };
    };
    let response: Response;
    let text: string;
    try {
      // A `fetch` of the application may ignore its signal.
      ({ response, text } = await unlessAborted(answered(), { signal }));
    } catch (cause) {
      if (cause instanceof MalformedResponseError) throw cause;
      const isLate = signal.aborted;
      const problem = isLate ? `no answer from ${url} in time` : `no answer from ${url}`;
      throw new ConnectionError(isLate ? "timeout" : "network_error", problem, { cause });
    }
    if (!response.ok) throw new ResponseError("http_error", `${url} answered ${response.status}`, response.status);
    for (const name of ["cache-control", "age"]) {
      const value = response.headers.get(name);
      if (value !== null) headers?.set(name, value);
    }
    try {
      return strictObject(text);
    } catch (error) {
      throw malformed("$", (error as Error).message);
    }
  }

  #checkUrl(argument: string, url: unknown): void {
    if (typeof url === "string" && this.#isUrl(url)) return;
    throw invalid(argument, "expected an https URL without fragment");
  }

  #isUrl(text: string): boolean {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname, username, password, hash } = new URL(text);
    const isLocal =
      ["localhost", "127.0.0.1", "[::1]"].includes(hostname) || this.options.allowInsecureRequests === true;
    return (protocol === "https:" || (protocol === "http:" && isLocal)) && !username && !password && !hash;
  }
}

/** An object, and all that is in it, as nobody can change it. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/** The text of an answer, if it is not too long. */
async function limited(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > LONGEST) {
      await reader.cancel();
      throw malformed("$", "too long");
    }
    text += decoded(() => decoder.decode(value, { stream: true }));
  }
  return text + decoded(() => decoder.decode());
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw malformed("$", "not UTF-8");
  }
}

function malformed(path: string, reason: string): MalformedResponseError {
  return new MalformedResponseError(`malformed answer of the issuer: ${path}: ${reason}`, path, reason, 200);
}
