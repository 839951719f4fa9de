import { EiamTokenError } from "../errors.js";
import { withJson } from "../json.js";
import type { issuerWasm } from "../wasm/issuer.js";
import type { ApplicationConfig, IssuerConfig, UserConfig } from "./config.js";
import type { HostDisposable, HostResponse, RequestLike, SigningKeyPair } from "./host-types.js";
import { type PlainReply, type PlainRequest, type RequestOptions, bodyParts, flatHead, plainReply } from "./plain.js";
import { call, callAsync } from "./raw.js";
import { keyHost } from "./signer.js";
import { type IssuerStorage, Saver, load } from "./storage.js";

/** Where an issuer gets what it does not have in itself. */
export interface IssuerOptions {
  /** Where its state is kept. Default: in memory only. */
  readonly storage?: IssuerStorage | undefined;
  /** The time in Unix seconds. Default: the host's. */
  readonly clock?: (() => number | bigint) | undefined;
  /** Fills an array with random bytes. Default: `crypto.getRandomValues`. Called once. */
  readonly random?: ((bytes: Uint8Array) => void) | undefined;
  /**
   * Where login sessions live: in a cookie, or with the host, where only one person uses it and
   * cookies do not work, as in a service worker. Default: `cookie`.
   */
  readonly sessions?: "cookie" | "host" | undefined;
  /**
   * The pair that signs, of the algorithm that `signing` says. Default: the first of the
   * configuration's `keys`, else the storage's, else one that is made at the first request that
   * needs it.
   */
  readonly key?: SigningKeyPair | undefined;
  /**
   * 32 random bytes that seal codes and tokens. Issuers that share them open each other's, so what
   * one has given another can check ({@link Issuer.inspectAccessToken}) and hand on
   * ({@link Issuer.locate}). Default: the storage's, else some of its own.
   */
  readonly sealingKey?: Uint8Array | undefined;
  /**
   * Appended to the names of cookies: ASCII letters, digits, `-`, `_` and `.`. For an issuer that
   * shares its host with another, be it on another port. Default: nothing.
   */
  readonly cookieSuffix?: string | undefined;
}

/** What an access token says that works. */
export interface AccessTokenInfo {
  /** The issuer's URL (`iss`). */
  readonly issuer: string;
  /** The client that it was given to. */
  readonly clientId: string;
  /** The user; `undefined` for a token that a client has for itself. */
  readonly subject: string | undefined;
  /** Scopes, separated by spaces. */
  readonly scope: string;
  /** In Unix seconds. */
  readonly issuedAt: bigint;
  /** In Unix seconds. */
  readonly expiresAt: bigint;
  /**
   * The thumbprint of the key that it works with alone (RFC 9449 section 6.1): whoever takes the
   * token has to check the proof.
   */
  readonly jkt: string | undefined;
}

/** Where a request belongs. */
export interface Location {
  /** The endpoint; `undefined` where there is none of this path. */
  readonly endpoint: EndpointName | undefined;
  /** Whether it is one of the instance's own server, which every application is a client of. */
  readonly instance: boolean;
  /**
   * The application that the request is about. That says, in this order, what is sealed in it by an
   * issuer with the same `sealingKey` (its code, token, device code or form), its path, the client
   * that it says it is of, an `id_token_hint`. At introspection and revocation the token, which may be
   * another client's, comes last. `undefined` where the request is about none, as a user code says
   * nothing of its client, and where it cannot be read. There may be no application of this id.
   */
  readonly applicationId: string | undefined;
  /**
   * The user code that a form brings to the page for it, as the device shows it. `undefined` where
   * what was typed is no code, and where it cannot be read.
   */
  readonly userCode: string | undefined;
  /**
   * Whether the answer follows from the configuration and the keys alone, so that every issuer that
   * has the same gives the same: metadata, keys, preflights, the instance's empty form for a user code,
   * the index of an issuer on loopback, and the refusals of paths and methods that are not there.
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
  | "jwks"
  | "discovery";

type RawIssuer = ReturnType<typeof issuerWasm>["RawIssuer"]["prototype"];

/** Freed at the end of its block by `using`, where the language has that. */
export interface Issuer extends HostDisposable {}

/**
 * An authorization server in memory: sign-in pages, tokens, keys.
 *
 * It has two doors to the same step. Each request is decided at once and in one piece, whatever
 * else is under way: a code works once however many ask for it at the same time.
 *
 * ```js
 * const issuer = await Issuer.create(exampleConfig("https://localhost:8443"));
 * addEventListener("fetch", (event) => event.respondWith(issuer.fetch(event.request)));
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: hosts without Symbol.dispose have an interface without members
export class Issuer {
  #raw: RawIssuer | undefined;
  readonly #clock: () => bigint;
  readonly #save: (changed: boolean) => Promise<void> | undefined;

  private constructor(
    raw: RawIssuer,
    { clock = now, storage }: IssuerOptions,
    stale: readonly string[],
    isKeyStored: boolean,
  ) {
    this.#raw = raw;
    this.#clock = () => BigInt(clock());
    const source = { changes: () => call(() => this.#open().changes()), key: () => this.key };
    const saver = storage && new Saver(storage, source, stale, isKeyStored ? this.key : undefined);
    this.#save = (changed) => (saver && (changed || saver.unsaved) ? saver.save() : undefined);

    // Not every host that runs this has `Symbol.dispose`.
    if (Symbol.dispose) {
      Object.defineProperty(this, Symbol.dispose, { value: () => this.free() });
    }
  }

  /**
   * Starts an issuer, where the storage's state left off if it has one.
   *
   * @throws {IssuerConfigError} if the configuration is refused; `path` says which key
   * @throws {IssuerStorageError} if the storage fails
   * @throws {IssuerSnapshotError} if what it holds cannot be read
   */
  static create(config: IssuerConfig, options: IssuerOptions = {}): Promise<Issuer> {
    return Issuer.#start(config, options);
  }

  /**
   * Starts an issuer where a snapshot left off. Give it the {@link Issuer.key} of then as well, or
   * it signs with another; the one of then stays published until what it signed has expired. What a
   * storage has goes, for what the snapshot has.
   *
   * @throws {IssuerConfigError} if the configuration is refused; `path` says which key
   * @throws {IssuerStorageError} if the storage fails
   * @throws {IssuerSnapshotError} if the snapshot cannot be read
   */
  static restore(config: IssuerConfig, snapshot: Uint8Array, options: IssuerOptions = {}): Promise<Issuer> {
    return Issuer.#start(config, options, snapshot);
  }

  static async #start(config: IssuerConfig, options: IssuerOptions, snapshot?: Uint8Array): Promise<Issuer> {
    const { storage, random = randomBytes, sessions = "cookie", key } = options;
    const stored = storage && (await load(storage));
    const storedKey = snapshot ? undefined : stored?.key;
    const seed = new Uint8Array(32);
    random(seed);
    const raw = await callAsync(({ RawIssuer }) =>
      RawIssuer.start(config, {
        seed,
        hostSessions: sessions === "host",
        cookieSuffix: options.cookieSuffix,
        sealingKey: options.sealingKey,
        snapshot,
        records: stored?.records,
        key,
        storedKey,
        ...keyHost(storage !== undefined && !storage.structuredClone),
      }),
    );
    const stale = (snapshot && stored?.keys) ?? [];
    const isKeyStored = storedKey !== undefined && !key && !config.keys?.length;
    const issuer = new Issuer(raw, options, stale, isKeyStored);
    // What it seals from now on must be opened after a restart.
    await issuer.#save(true);
    return issuer;
  }

  /**
   * Answers a web request, in a service worker, a Cloudflare Worker, Deno or Bun.
   *
   * ```js
   * // Cloudflare's own header; whoever comes to the Worker comes through it.
   * issuer.fetch(request, { source: request.headers.get("CF-Connecting-IP") ?? undefined });
   * ```
   */
  fetch(request: RequestLike, { source }: RequestOptions = {}): Promise<HostResponse> {
    return callAsync(() => this.#open().fetch(request as Request, source, this.#clock, this.#save));
  }

  /**
   * Answers a request of plain values, in a Node server or a test.
   *
   * ```js
   * issuer.handle({ method, url, headers, body }, { source: incoming.socket.remoteAddress });
   * ```
   */
  async handle(request: PlainRequest, options?: RequestOptions): Promise<PlainReply> {
    const raw = this.#open();
    const head = flatHead(request, options);
    const [text, bytes] = bodyParts(request.body);
    const reply = call(() => raw.handle(head, text, bytes, this.#clock, this.#save));
    return plainReply(reply instanceof Promise ? await callAsync(() => reply) : reply);
  }

  /** Grants, sessions and the sealing key: all that must outlive the process, but {@link key}. */
  snapshot(): Uint8Array {
    return call(() => this.#open().snapshot());
  }

  /**
   * The pair that signs; `undefined` until the first request that needs one, unless it was given.
   * Its private key cannot be exported, but structured clones can hold it; only for a storage that
   * holds nothing but bytes one is made that can be.
   */
  get key(): SigningKeyPair | undefined {
    return this.#open().key as SigningKeyPair | undefined;
  }

  /**
   * Signs with another pair from now on. The key set goes on publishing the former one until
   * everything that it may have signed has expired, so nobody is signed out. A rotated key is kept
   * by the storage; but the first of the configuration's `keys`, if there are any, signs again after
   * a restart.
   *
   * @param key of the algorithm that `signing` says. Default: a new one
   * @throws {IssuerStorageError} if the storage fails
   */
  async rotateKey(key?: SigningKeyPair): Promise<void> {
    const raw = this.#open();
    await callAsync(() => raw.rotateKey(key as CryptoKeyPair | undefined, this.#save));
  }

  /**
   * Adds a user, or changes the one of the same id, also after a restart. A user who is `disabled` by
   * it is signed out, and every code and token of theirs ends for ever. Other changes end nothing, a
   * new password included.
   *
   * @throws {IssuerConfigError} if it is refused; `path` says which key, such as `user.username`
   * @throws {IssuerStorageError} if the storage fails
   */
  async setUser(user: UserConfig): Promise<void> {
    call(() => this.#open().set(true, user));
    await this.#save(true);
  }

  /**
   * Removes a user, who is signed out; every code and token of theirs ends for ever.
   *
   * @returns `false` if there is none of this id
   * @throws {IssuerStorageError} if the storage fails
   */
  async removeUser(userId: string): Promise<boolean> {
    const removed = call(() => this.#open().remove(true, userId));
    await this.#save(removed);
    return removed;
  }

  /**
   * Adds an application, or changes the one of the same id, also after a restart. If it is
   * `disabled` by it, every code and token of its client ends for ever. Other changes end nothing.
   *
   * @throws {IssuerConfigError} if it is refused; `path` says which key, such as
   *   `application.redirectUris[0]`
   * @throws {IssuerStorageError} if the storage fails
   */
  async setApplication(application: ApplicationConfig): Promise<void> {
    call(() => this.#open().set(false, application));
    await this.#save(true);
  }

  /**
   * Removes an application; every code and token of its client ends for ever.
   *
   * @returns `false` if there is none of this id
   * @throws {IssuerStorageError} if the storage fails
   */
  async removeApplication(applicationId: string): Promise<boolean> {
    const removed = call(() => this.#open().remove(false, applicationId));
    await this.#save(removed);
    return removed;
  }

  /**
   * Drops everything that has expired, from the storage as well. Requests do so by and by; this is
   * for hosts that have none for long, such as an object with an alarm.
   *
   * @returns the time in Unix seconds before which nothing more expires; `undefined` if nothing does
   * @throws {IssuerStorageError} if the storage fails
   */
  async sweep(): Promise<bigint | undefined> {
    const next = call(() => this.#open().sweep(this.#clock));
    await this.#save(true);
    return next;
  }

  /**
   * What a sealed access token says, if it works: made by this issuer or by one with the same
   * `sealingKey`, neither expired nor revoked, client and user there. Revoked elsewhere it works here
   * until it expires. JWT access tokens are not for this: whoever takes them verifies them by the
   * published keys (RFC 9068 section 4).
   */
  inspectAccessToken(token: string): AccessTokenInfo | undefined {
    const values = call(() => this.#open().inspect(token, this.#clock));
    if (!values) return undefined;
    const [issuer, clientId, subject, scope, issuedAt, expiresAt, jkt] = values;
    return withJson({ issuer, clientId, subject, scope, issuedAt, expiresAt, jkt });
  }

  /**
   * Where a request belongs, for hosts that spread the applications over several issuers. It is read
   * by the code that answers it; nothing is checked.
   */
  locate(request: PlainRequest): Location {
    const [text, bytes] = bodyParts(request.body);
    const values = call(() => this.#open().locate(flatHead(request), text, bytes));
    const [endpoint, instance, applicationId, userCode, stateless] = values;
    return { endpoint, instance, applicationId, userCode, stateless };
  }

  /** The application of {@link Issuer.locate}. */
  applicationOf(request: PlainRequest): string | undefined {
    return this.locate(request).applicationId;
  }

  /** Gives its memory back; it cannot be used afterwards. Replies under way are still given. */
  free(): void {
    this.#raw?.free();
    this.#raw = undefined;
  }

  #open(): RawIssuer {
    if (!this.#raw) throw new EiamTokenError("invalid_argument", "this issuer was freed");
    return this.#raw;
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function randomBytes(bytes: Uint8Array): void {
  crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
}
