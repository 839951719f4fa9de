import { EiamTokenError } from "../errors.js";
import { issuerWasm } from "../wasm/issuer.js";
import type { ApplicationConfig, IssuerConfig, UserConfig } from "./config.js";
import type { HostDisposable, HostResponse, RequestLike, SigningKeyPair } from "./host-types.js";
import { type PlainReply, type PlainRequest, bodyParts, flatHead, plainReply } from "./plain.js";
import { call, callAsync } from "./raw.js";
import { signerOf } from "./signer.js";
import { type IssuerStorage, Saver, type StoredState, load } from "./storage.js";

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
}

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
export class Issuer {
  #raw: RawIssuer | undefined;
  readonly #clock: () => bigint;
  readonly #save: (changed: boolean) => Promise<void> | undefined;

  private constructor(raw: RawIssuer, { clock = now, storage }: IssuerOptions) {
    this.#raw = raw;
    this.#clock = () => BigInt(clock());
    const saver = storage && new Saver(storage, () => this.#state());
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
  static async create(config: IssuerConfig, options: IssuerOptions = {}): Promise<Issuer> {
    const stored = options.storage && (await load(options.storage));
    return Issuer.#start(config, stored, options);
  }

  /**
   * Starts an issuer where a snapshot left off. Give it the {@link Issuer.key} of then as well, or
   * it signs with another; the one of then stays published until what it signed has expired.
   *
   * @throws {IssuerConfigError} if the configuration is refused; `path` says which key
   * @throws {IssuerSnapshotError} if the snapshot cannot be read
   */
  static restore(
    config: IssuerConfig,
    snapshot: Uint8Array,
    options: IssuerOptions = {},
  ): Promise<Issuer> {
    return Issuer.#start(config, { snapshot, key: undefined }, options);
  }

  static async #start(
    config: IssuerConfig,
    stored: { snapshot: Uint8Array; key: SigningKeyPair | undefined } | undefined,
    options: IssuerOptions,
  ): Promise<Issuer> {
    const { random = randomBytes, sessions = "cookie", key } = options;
    const seed = new Uint8Array(32);
    random(seed);
    const raw = await callAsync(({ RawIssuer }) =>
      RawIssuer.start(
        config,
        sessions === "host",
        seed,
        stored?.snapshot,
        key as CryptoKeyPair | undefined,
        stored?.key as CryptoKeyPair | undefined,
        signerOf,
      ),
    );
    const issuer = new Issuer(raw, options);
    // What it seals from now on must be opened after a restart.
    await issuer.#save(true);
    return issuer;
  }

  /** Answers a web request, in a service worker, a Cloudflare Worker, Deno or Bun. */
  fetch(request: RequestLike): Promise<HostResponse> {
    return callAsync(() => this.#open().fetch(request as Request, this.#clock, this.#save));
  }

  /** Answers a request of plain values, in a Node server or a test. */
  async handle(request: PlainRequest): Promise<PlainReply> {
    const { method, url, headers, body } = request;
    const raw = this.#open();
    const head = flatHead(method, url, headers);
    const [text, bytes] = bodyParts(body);
    const reply = call(() => raw.handle(head, text, bytes, this.#clock, this.#save));
    return plainReply(reply instanceof Promise ? await callAsync(() => reply) : reply);
  }

  /** Grants, sessions and the sealing key: all that must outlive the process, but {@link key}. */
  snapshot(): Uint8Array {
    return call(() => this.#open().snapshot());
  }

  /**
   * The pair that signs; `undefined` until the first request that needs one, unless it was given.
   * Its private key cannot be exported, but structured clones can hold it.
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
    call(() => this.#open().setUser(user));
    await this.#save(true);
  }

  /**
   * Removes a user, who is signed out; every code and token of theirs ends for ever.
   *
   * @returns `false` if there is none of this id
   * @throws {IssuerStorageError} if the storage fails
   */
  async removeUser(userId: string): Promise<boolean> {
    const removed = call(() => this.#open().removeUser(userId));
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
    call(() => this.#open().setApplication(application));
    await this.#save(true);
  }

  /**
   * Removes an application; every code and token of its client ends for ever.
   *
   * @returns `false` if there is none of this id
   * @throws {IssuerStorageError} if the storage fails
   */
  async removeApplication(applicationId: string): Promise<boolean> {
    const removed = call(() => this.#open().removeApplication(applicationId));
    await this.#save(removed);
    return removed;
  }

  /** Gives its memory back; it cannot be used afterwards. Replies under way are still given. */
  free(): void {
    this.#raw?.free();
    this.#raw = undefined;
  }

  #state(): StoredState {
    return { snapshot: this.snapshot(), key: this.key };
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
