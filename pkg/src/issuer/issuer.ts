import { EiamTokenError } from "../errors.js";
import { withJson } from "../json.js";
import type { issuerWasm } from "../wasm/issuer.js";
import { type BackchannelLogoutOptions, LogoutSender, type RawNotices, type WaitUntil } from "./backchannel-logout.js";
import { type ClaimsSource, claimsSource } from "./claims.js";
import type { ApplicationConfig, IssuerConfig, UserConfig } from "./config.js";
import { defined } from "./defined.js";
import { type DocumentFetch, documentFetcher } from "./documents.js";
import type { HostDisposable, HostResponse, RequestLike, SigningKeyPair } from "./host-types.js";
import {
  type PlainReply,
  type PlainRequest,
  type RequestOptions,
  SNAPSHOT_LIMIT,
  bodyParts,
  checkPlain,
  checkRequest,
  flatHead,
  plainReply,
} from "./plain.js";
import { call, callAsync } from "./raw.js";
import { keyHost } from "./signer.js";
import { type IssuerStorage, Saver, load } from "./storage.js";

/** The options of an {@link Issuer}: its storage, clock, randomness and keys. */
export interface IssuerOptions {
  /** Where the state is kept. Default: in memory only. */
  readonly storage?: IssuerStorage | undefined;
  /** Returns the time in Unix seconds. Default: the host's clock. */
  readonly clock?: (() => number | bigint) | undefined;
  /** Fills an array with random bytes. It is called once. Default: `crypto.getRandomValues`. */
  readonly random?: ((bytes: Uint8Array) => void) | undefined;
  /**
   * Where login sessions are kept: in a cookie for each browser, or as a single session for the whole issuer
   * (`host`). Use `host` if only one person uses the issuer and cookies do not work, as in a service worker.
   * Default: `cookie`.
   */
  readonly sessions?: "cookie" | "host" | undefined;
  /**
   * The key pair that signs, for the algorithm that the configuration's `signing` names. Default: the first of the
   * configuration's `keys`, else the one in the storage, else a new one, which is made at the first request that
   * needs it.
   */
  readonly key?: SigningKeyPair | undefined;
  /**
   * 32 random bytes that encrypt and authenticate ("seal") codes and tokens. Issuers that share them can check each
   * other's access tokens ({@link Issuer.inspectAccessToken}) and find out to which application a code or a token
   * belongs ({@link Issuer.locate}). Default: those in the storage, else new ones.
   */
  readonly sealingKey?: Uint8Array | undefined;
  /**
   * Fetches what describes clients whose id is a URL, if the configuration has `clientIdMetadata`; see
   * {@link DocumentFetch} for what it has to refuse. Default: nothing is fetched, so such clients are refused.
   */
  readonly fetch?: DocumentFetch | undefined;
  /**
   * Text that is appended to the names of cookies: ASCII letters, digits, `-`, `_` and `.`. An issuer needs it if
   * another issuer has the same host name, even on another port. Default: the empty string.
   */
  readonly cookieSuffix?: string | undefined;
  /**
   * Says which claims are told in a context, beside those of the configuration and before them; it may be
   * asynchronous. It is asked before a request is decided, once for each place (`id_token`, `access_token`,
   * `userinfo`), and other requests are answered meanwhile. A claim that is `null` is left out, even if the
   * configuration has it. If the function throws, takes too long, gives no object, or gives a claim that the issuer
   * makes itself (such as `sub`), the request is refused with `server_error` and has changed nothing: a code still
   * works. Default: nothing is asked.
   */
  readonly claims?: ClaimsSource | undefined;
  /** How many milliseconds {@link IssuerOptions.claims} may take. Default: 10000. */
  readonly claimsTimeout?: number | undefined;
  /** How clients are told that a login session ended, if they have a `backchannelLogoutUri`. */
  readonly backchannelLogout?: BackchannelLogoutOptions | undefined;
  /** How a test issuer is steered. @internal */
  readonly control?: TestControl | undefined;
}

interface TestControl {
  /** What requests below `/_control` have to bring. */
  readonly token: string;
  /** Whether others are told that there is something to control. */
  readonly isExposed: boolean;
  /** Where the clock stands still at the start, in Unix seconds; without it the clock goes with the host's. */
  readonly frozenAt?: bigint | undefined;
}

/** What a valid access token grants. */
export interface AccessTokenInfo {
  /** The issuer's URL (`iss`). */
  readonly issuer: string;
  /** The client to which the token was issued. */
  readonly clientId: string;
  /** The user's id; `undefined` for a token that a client has for itself. */
  readonly subject: string | undefined;
  /**
   * The scopes, separated by spaces. If the token is for one resource alone, its scopes are without its identifier
   * (`read` instead of `api://api.example.com|read`).
   */
  readonly scope: string;
  /** For whom the token is: the identifiers of resources (RFC 8707), or the issuer's URL if it names none. */
  readonly audience: readonly string[];
  /** When the token was issued, in Unix seconds. */
  readonly issuedAt: bigint;
  /** When the token expires, in Unix seconds. */
  readonly expiresAt: bigint;
  /**
   * The thumbprint of the key to which the token is bound (RFC 9449 section 6.1); `undefined` for a bearer token.
   * A resource server that accepts a bound token has to check the DPoP proof.
   */
  readonly jkt: string | undefined;
  /** What the token allows in detail (RFC 9396); empty if its request named no `authorization_details`. */
  readonly authorizationDetails: readonly AuthorizationDetail[];
}

/** What an access token allows in detail: an object of a type that its application is configured for (RFC 9396). */
export interface AuthorizationDetail {
  /** What kind of detail it is. */
  readonly type: string;
  /** Whatever details of this type say. */
  readonly [name: string]: unknown;
}

/** To which endpoint and application a request belongs. */
export interface Location {
  /** The endpoint; `undefined` if the path belongs to none. */
  readonly endpoint: EndpointName | undefined;
  /** Whether it is an endpoint of the instance's own server, of which every application is a client. */
  readonly instance: boolean;
  /**
   * The application that the request concerns. The following say so, in this order: a value in it that an issuer
   * with the same `sealingKey` has sealed (a code, a token, a device code or a form), the path, the client that
   * the request names, and an `id_token_hint`. At introspection and revocation the token comes last, because it
   * may belong to another client. `undefined` if the request concerns no application, or one that it does not
   * show, as a user code does not, and if the request cannot be read. An application of this id need not exist.
   */
  readonly applicationId: string | undefined;
  /**
   * The user code that was submitted to the device page, in the form in which the device shows it. `undefined` if
   * the typed text cannot be a code, and if the request cannot be read.
   */
  readonly userCode: string | undefined;
  /**
   * Whether the response depends on nothing but the configuration and the keys, so that every issuer with the same
   * configuration and keys gives the same response: metadata, keys, preflights, the instance's empty form for a
   * user code, the index page of an issuer on loopback, and refusals of unknown paths and methods.
   */
  readonly stateless: boolean;
}

/** An endpoint or a page of an issuer. */
export type EndpointName =
  | "authorize"
  | "login"
  | "decision"
  | "logout"
  | "signout"
  | "device"
  | "par"
  | "token"
  | "device_authorization"
  | "userinfo"
  | "revoke"
  | "introspect"
  | "register"
  | "client_configuration"
  | "jwks"
  | "discovery";

type RawIssuer = ReturnType<typeof issuerWasm>["RawIssuer"]["prototype"];

/** An issuer that is declared by `using` is freed at the end of its block. */
export interface Issuer extends HostDisposable {}

/**
 * An authorization server in memory, with sign-in pages, tokens and keys. {@link Issuer.fetch} and
 * {@link Issuer.handle} answer requests.
 *
 * The issuer decides each request in one synchronous step, so a code can be redeemed only once, even if several
 * requests present it at the same time.
 *
 * After {@link Issuer.free}, every method throws an {@link EiamTokenError} with the code `invalid_argument`.
 *
 * @example
 * ```js
 * import { Issuer, exampleConfig } from "eiam-token/issuer";
 *
 * const issuer = await Issuer.create(exampleConfig("http://127.0.0.1:9400"));
 * const url = "http://127.0.0.1:9400/v2/idaas_example/app_spa/oidc/.well-known/openid-configuration";
 * const response = await issuer.fetch(new Request(url));
 * response.status; // 200
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: hosts without Symbol.dispose have an interface without members
export class Issuer {
  #raw: RawIssuer | undefined;
  readonly #clock: () => bigint;
  /** What comes after each step: saving what changed, and telling clients of sessions that ended. */
  readonly #after: AfterStep;
  /** `undefined` for that of every issuer. */
  readonly #bodyLimit: number | undefined;

  private constructor(
    raw: RawIssuer,
    { clock = now, storage, backchannelLogout, control }: IssuerOptions,
    stale: readonly string[],
    isKeyStored: boolean,
  ) {
    this.#raw = raw;
    this.#clock = () => BigInt(clock());
    this.#bodyLimit = control && SNAPSHOT_LIMIT;
    const source = { changes: () => call(() => this.#open().changes()), key: () => this.key };
    const saver = storage && new Saver(storage, source, stale, isKeyStored ? this.key : undefined);
    const sender = new LogoutSender(backchannelLogout);
    this.#after = (changed, logouts, waitUntil) => {
      if (logouts) sender.send(logouts, waitUntil);
      return saver && (changed || saver.unsaved) ? saver.save() : undefined;
    };

    // Not every host has `Symbol.dispose`.
    if (Symbol.dispose) {
      Object.defineProperty(this, Symbol.dispose, { value: () => this.free() });
    }
  }

  /**
   * Starts an issuer. If it has a storage with a state, the issuer continues from there.
   *
   * @throws {IssuerConfigError} if the configuration is not valid; `path` names the key
   * @throws {IssuerStorageError} if the storage fails
   * @throws {IssuerSnapshotError} if the stored state is damaged or was written by another version
   * @example
   * ```js
   * import { Issuer, exampleConfig } from "eiam-token/issuer";
   * import { fileStorage } from "eiam-token/file-storage";
   *
   * const storage = fileStorage("issuer.store");
   * const issuer = await Issuer.create(exampleConfig("http://127.0.0.1:9400"), { storage });
   * ```
   */
  static create(config: IssuerConfig, options: IssuerOptions = {}): Promise<Issuer> {
    return Issuer.#start(config, options);
  }

  /**
   * Starts an issuer that continues from a snapshot. To go on with the same signing key, pass the
   * {@link Issuer.key} of that time as well; otherwise the issuer signs with another one, and still publishes the
   * former one until everything that it signed has expired. If there is a storage, the snapshot replaces its state.
   *
   * @param snapshot what {@link Issuer.snapshot} returned
   * @throws {IssuerConfigError} if the configuration is not valid; `path` names the key
   * @throws {IssuerStorageError} if the storage fails
   * @throws {IssuerSnapshotError} if the snapshot is damaged or was written by another version
   * @example
   * ```js
   * import { Issuer } from "eiam-token/issuer";
   *
   * const next = await Issuer.restore(config, issuer.snapshot(), { key: issuer.key });
   * ```
   */
  static restore(config: IssuerConfig, snapshot: Uint8Array, options: IssuerOptions = {}): Promise<Issuer> {
    return Issuer.#start(config, options, snapshot);
  }

  static async #start(config: IssuerConfig, options: IssuerOptions, snapshot?: Uint8Array): Promise<Issuer> {
    const { storage, random = randomBytes, sessions = "cookie", key, fetch, claims, claimsTimeout = 10_000 } = options;
    if (claims !== undefined && typeof claims !== "function") {
      throw new EiamTokenError("invalid_argument", "the option claims is not a function");
    }
    if (typeof claimsTimeout !== "number" || !(claimsTimeout > 0 && claimsTimeout <= MAX_TIMEOUT)) {
      throw new EiamTokenError("invalid_argument", "the option claimsTimeout is not a number of 1 to 2147483647");
    }
    if (fetch !== undefined && typeof fetch !== "function") {
      throw new EiamTokenError("invalid_argument", "the option fetch must be a function");
    }
    const stored = storage && (await load(storage));
    const storedKey = snapshot ? undefined : stored?.key;
    const seed = new Uint8Array(32);
    random(seed);
    const raw = await callAsync(({ RawIssuer }) =>
      RawIssuer.start(defined(config), {
        seed,
        hostSessions: sessions === "host",
        cookieSuffix: options.cookieSuffix,
        sealingKey: options.sealingKey,
        snapshot,
        records: stored?.records,
        key,
        storedKey,
        claims: claims && claimsSource(claims, String(config.baseUrl), claimsTimeout),
        fetchDocument: fetch && documentFetcher(fetch),
        controlToken: options.control?.token,
        controlExposed: options.control?.isExposed,
        frozenAt: options.control?.frozenAt,
        ...keyHost(storage !== undefined && !storage.structuredClone),
      }),
    );
    const stale = (snapshot && stored?.keys) ?? [];
    const isKeyStored = storedKey !== undefined && !key && !config.keys?.length;
    const issuer = new Issuer(raw, options, stale, isKeyStored);
    // The sealing key must be stored before anything is sealed with it.
    await issuer.#after(true);
    return issuer;
  }

  /**
   * Answers a web request, in a service worker, a Cloudflare Worker, Deno or Bun. Its path counts, and whatever scheme,
   * host and port its URL has: behind a proxy they are often others than those of the `baseUrl`. Which of them requests
   * may name is the host's concern, unless the `baseUrl` is `request`.
   *
   * @param options `source`: where the request came from; see {@link RequestOptions.source}
   * @throws {IssuerStorageError} if the storage fails
   * @throws {EiamTokenError} `invalid_argument` if it is no request
   * @example
   * ```js
   * // Cloudflare sets this header field itself, so senders cannot choose its value.
   * const source = request.headers.get("CF-Connecting-IP") ?? undefined;
   * const response = await issuer.fetch(request, { source });
   * ```
   */
  async fetch(request: RequestLike, { source, waitUntil }: RequestOptions = {}): Promise<HostResponse> {
    checkRequest(request, source);
    const after = this.#afterStep(waitUntil);
    return callAsync(() => this.#open().fetch(request as Request, source, this.#clock, after));
  }

  /**
   * Answers a request that consists of plain values, in a Node server or a test.
   *
   * @param options `source`: where the request came from; see {@link RequestOptions.source}
   * @throws {IssuerStorageError} if the storage fails
   * @throws {EiamTokenError} `invalid_argument` if a part of the request is wrong; the message says which
   * @example
   * ```js
   * const { method, url, headers, socket } = request;
   * const reply = await issuer.handle({ method, url, headers, body }, { source: socket.remoteAddress });
   * response.writeHead(reply.status, reply.headers.flat()).end(reply.body);
   * ```
   */
  async handle(request: PlainRequest, options?: RequestOptions): Promise<PlainReply> {
    const raw = this.#open();
    checkPlain(request, options);
    const head = flatHead(request, options);
    const [text, bytes] = bodyParts(request.body, this.#bodyLimit);
    const after = this.#afterStep(options?.waitUntil);
    const reply = call(() => raw.handle(head, text, bytes, this.#clock, after));
    return plainReply(reply instanceof Promise ? await callAsync(() => reply) : reply);
  }

  /**
   * Returns the state as bytes, for {@link Issuer.restore}: grants, sessions and the sealing key, but not the signing
   * {@link Issuer.key}. Keep the bytes secret.
   *
   * @throws {EiamTokenError} `invalid_argument` if the issuer was freed
   */
  snapshot(): Uint8Array {
    return call(() => this.#open().snapshot());
  }

  /**
   * The key pair that signs; `undefined` until the first request that needs one, unless it was given. The private
   * key cannot be exported, but it can be cloned (`structuredClone`). Only if the storage holds nothing but bytes,
   * the issuer makes a private key that can be exported.
   *
   * @throws {EiamTokenError} `invalid_argument` if the issuer was freed
   */
  get key(): SigningKeyPair | undefined {
    return this.#open().key as SigningKeyPair | undefined;
  }

  /**
   * Signs with another key pair from now on. The issuer publishes the former key until everything that it may have
   * signed has expired, so nobody is signed out. A storage keeps the new key; but if the configuration has `keys`,
   * the first of them signs again after a restart.
   *
   * @param key a key pair for the algorithm that the configuration's `signing` names. Default: a new one
   * @throws {EiamTokenError} `invalid_argument` if the key cannot be used for that algorithm
   * @throws {IssuerStorageError} if the storage fails
   */
  async rotateKey(key?: SigningKeyPair): Promise<void> {
    const raw = this.#open();
    await callAsync(() => raw.rotateKey(key as CryptoKeyPair | undefined, this.#after));
  }

  /**
   * Adds a user, or replaces the user of the same id. A storage keeps this change. Disabling a user permanently
   * invalidates all of their sessions, codes and tokens. Other changes, including a new password, invalidate nothing.
   *
   * @throws {IssuerConfigError} if the user is not valid; `path` names the key, such as `user.username`
   * @throws {IssuerStorageError} if the storage fails
   */
  async setUser(user: UserConfig): Promise<void> {
    call(() => this.#open().set(true, defined(user)));
    await this.#after(true, this.#logouts());
  }

  /**
   * Removes a user, and permanently invalidates all of their sessions, codes and tokens.
   *
   * @returns `false` if there is no user of this id
   * @throws {IssuerStorageError} if the storage fails
   */
  async removeUser(userId: string): Promise<boolean> {
    const removed = call(() => this.#open().remove(true, userId));
    await this.#after(removed, this.#logouts());
    return removed;
  }

  /**
   * Adds an application, or replaces the application of the same id. A storage keeps this change. Disabling an
   * application permanently invalidates all of its client's codes and tokens. Other changes invalidate nothing.
   *
   * @throws {IssuerConfigError} if the application is not valid; `path` names the key, such as
   *   `application.redirectUris[0]`
   * @throws {IssuerStorageError} if the storage fails
   */
  async setApplication(application: ApplicationConfig): Promise<void> {
    call(() => this.#open().set(false, defined(application)));
    await this.#after(true);
  }

  /**
   * Removes an application, and permanently invalidates all of its client's codes and tokens.
   *
   * @returns `false` if there is no application of this id
   * @throws {IssuerStorageError} if the storage fails
   */
  async removeApplication(applicationId: string): Promise<boolean> {
    const removed = call(() => this.#open().remove(false, applicationId));
    await this.#after(removed);
    return removed;
  }

  /**
   * Removes everything that has expired, from the storage as well. Requests do so gradually, so only a host without
   * requests for a long time needs this, such as a Durable Object with an alarm.
   *
   * @returns when the next record expires, in Unix seconds; `undefined` if none does
   * @throws {IssuerStorageError} if the storage fails
   */
  async sweep(): Promise<bigint | undefined> {
    const next = call(() => this.#open().sweep(this.#clock));
    await this.#after(true);
    return next;
  }

  /**
   * Checks an opaque access token without a request. The token is valid if this issuer, or one with the same
   * `sealingKey`, has issued it, it has neither expired nor been revoked, and its client and its user exist. A
   * token that another issuer has revoked is valid here until it expires. For JWTs as well, use
   * {@link Issuer.inspectAnyAccessToken}: their signatures cannot be verified at once.
   *
   * @returns what the token grants; `undefined` if it is not valid
   * @throws {EiamTokenError} `invalid_argument` if the issuer was freed
   * @example
   * ```js
   * const info = issuer.inspectAccessToken(token);
   * info?.clientId; // "app_machine"
   * issuer.inspectAccessToken("AT that nobody issued"); // undefined
   * ```
   */
  inspectAccessToken(token: string): AccessTokenInfo | undefined {
    return accessTokenInfo(call(() => this.#open().inspect(token, this.#clock)));
  }

  /**
   * Does the same as {@link Issuer.inspectAccessToken} for an access token of either format, opaque or a JWT
   * (RFC 9068). Unlike a resource server that verifies a JWT with the published keys, it knows of revocations.
   *
   * @returns what the token grants; `undefined` if it is not valid
   * @throws {EiamTokenError} `invalid_argument` if the issuer was freed
   * @example
   * ```js
   * const info = await issuer.inspectAnyAccessToken(token);
   * info?.clientId; // "app_machine"
   * ```
   */
  async inspectAnyAccessToken(token: string): Promise<AccessTokenInfo | undefined> {
    const raw = this.#open();
    return accessTokenInfo(await callAsync(() => raw.inspectAny(token, this.#clock)));
  }

  /**
   * Finds out to which endpoint and application a request belongs, for hosts that distribute applications over
   * several issuers. It reads the request with the code that would answer it, but does not check it.
   *
   * @throws {EiamTokenError} `invalid_argument` if a part of the request is wrong; the message says which
   */
  locate(request: PlainRequest): Location {
    checkPlain(request, undefined);
    const [text, bytes] = bodyParts(request.body);
    const values = call(() => this.#open().locate(flatHead(request), text, bytes));
    const [endpoint, instance, applicationId, userCode, stateless] = values;
    return { endpoint, instance, applicationId, userCode, stateless };
  }

  /**
   * Returns the `applicationId` of {@link Issuer.locate}.
   *
   * @throws {EiamTokenError} `invalid_argument` if a part of the request is wrong; the message says which
   */
  applicationOf(request: PlainRequest): string | undefined {
    return this.locate(request).applicationId;
  }

  /**
   * A test issuer of the same state and keys, which goes its own way. Only the module of test issuers has this.
   *
   * @param options those of them that do not belong to the state
   * @internal
   */
  fork(options: Pick<IssuerOptions, "backchannelLogout">): Issuer {
    const raw = call(() => this.#steered().fork());
    return new Issuer(raw, options, [], false);
  }

  /**
   * What a test's clock shows while the host's shows `host`, in Unix seconds. Only the module of test issuers has this.
   *
   * @internal
   */
  time(host: bigint): bigint {
    return call(() => this.#steered().time(host));
  }

  /**
   * Sets a test's clock to `at` while the host's shows `host`. From there it stands or goes on, as `isFrozen` says, or as
   * it did before. Only the module of test issuers has this.
   *
   * @internal
   */
  setTime(at: bigint, isFrozen: boolean | undefined, host: bigint): void {
    call(() => this.#steered().setTime(at, isFrozen, host));
  }

  /** Releases the issuer's memory. It cannot be used afterwards, but requests in progress are still answered. */
  free(): void {
    this.#raw?.free();
    this.#raw = undefined;
  }

  #afterStep(waitUntil: WaitUntil | undefined): AfterStep {
    if (!waitUntil) return this.#after;
    return (changed, logouts) => this.#after(changed, logouts, waitUntil);
  }

  /** What clients are to be told after an edit; `undefined` if nothing. */
  #logouts(): Promise<RawNotices> | undefined {
    return call(() => this.#open().logouts(this.#clock)) as Promise<RawNotices> | undefined;
  }

  #steered(): SteeredIssuer {
    return this.#open() as SteeredIssuer;
  }

  #open(): RawIssuer {
    if (!this.#raw) throw new EiamTokenError("invalid_argument", "this issuer was freed: create another one");
    return this.#raw;
  }
}

/** What the module of test issuers has more. */
interface SteeredIssuer extends RawIssuer {
  fork(): RawIssuer;
  time(host: bigint): bigint;
  setTime(at: bigint, isFrozen: boolean | undefined, host: bigint): void;
}

/** What the WebAssembly module says about an access token. */
// biome-ignore lint/suspicious/noExplicitAny: values of different kinds in their order
function accessTokenInfo(values: any): AccessTokenInfo | undefined {
  if (!values) return undefined;
  const [issuer, clientId, subject, scope, audience, issuedAt, expiresAt, jkt, details] = values;
  const authorizationDetails = JSON.parse(details, (_, value) => Object.freeze(value));
  Object.freeze(audience);
  return withJson({ issuer, clientId, subject, scope, audience, issuedAt, expiresAt, jkt, authorizationDetails });
}

/** The longest time that timers have. */
const MAX_TIMEOUT = 2 ** 31 - 1;
/** Saves what a step changed, and tells clients of sessions that ended. */
type AfterStep = (changed: boolean, logouts?: Promise<RawNotices>, waitUntil?: WaitUntil) => Promise<void> | undefined;

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function randomBytes(bytes: Uint8Array): void {
  crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
}
