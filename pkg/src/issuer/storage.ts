import { IssuerSnapshotError, IssuerStorageError } from "./errors.js";
import type { SigningKeyPair } from "./host-types.js";

/** The value of a record. It is a pair of keys only if the storage sets `structuredClone`. */
export type StoredValue = Uint8Array | SigningKeyPair;

/** A stored record. */
export interface StoredRecord {
  /** The key of the record: ASCII letters and digits, at most 64 characters. */
  readonly key: string;
  /** The value. Some records contain unencrypted secrets, so keep them in a safe place. */
  readonly value: StoredValue;
}

/** A record that was added, changed or removed. */
export interface RecordChange {
  /** The key of the record. */
  readonly key: string;
  /** The new value; `undefined` if the record was removed. */
  readonly value: StoredValue | undefined;
  /**
   * When the record expires, in Unix seconds. From then on the storage may remove it. `undefined` if it never
   * expires.
   */
  readonly expires: bigint | undefined;
}

/**
 * Where an issuer's state is kept, as records. A request writes only the records it changed, whatever the total size.
 *
 * @example
 * ```js
 * import { Issuer, exampleConfig } from "eiam-token/issuer";
 *
 * const records = new Map();
 * const storage = {
 *   load: async () => Array.from(records, ([key, value]) => ({ key, value })),
 *   write: async (changes) => {
 *     for (const { key, value } of changes) {
 *       if (value) records.set(key, value);
 *       else records.delete(key);
 *     }
 *   },
 * };
 * const issuer = await Issuer.create(exampleConfig("http://127.0.0.1:9400"), { storage });
 * ```
 */
export interface IssuerStorage {
  /**
   * Whether the storage can hold CryptoKeys, as IndexedDB can (structured clones). If so, the private signing key
   * cannot be exported. Otherwise all values are bytes, and the issuer makes a private key that can be exported.
   * Default: `false`.
   */
  readonly structuredClone?: boolean | undefined;
  /**
   * Returns every record that was written and not removed since, in any order. If it rejects, the issuer does not
   * start, and fails with an {@link IssuerStorageError}.
   */
  load(): Promise<Iterable<StoredRecord>>;
  /**
   * Makes either all of these changes or none, and resolves once they are durable, because the issuer waits for it
   * before it answers. The issuer does not call it again before it has ended. If it rejects, the request fails with
   * an {@link IssuerStorageError}, and the same changes come again together with the next ones.
   */
  write(changes: readonly RecordChange[]): Promise<void>;
}

/** What the saver asks of its issuer. */
interface Source {
  /** Returns the records that changed since the last call: key, value and expiry of each, one after another. */
  changes(): unknown[];
  /** Returns the key pair that signs. */
  key(): SigningKeyPair | undefined;
}

/** The key of the record with the signing key. The keys of other records are a letter and digits. */
const SIGNING_KEY = "signing";

/**
 * Writes one batch of changes after another. Changes that happen during a write go into the next batch.
 *
 * @internal
 */
export class Saver {
  readonly #storage: IssuerStorage;
  readonly #source: Source;
  /** Changes that may not be durable yet, by key. */
  readonly #pending = new Map<string, RecordChange>();
  /** The key pair that was written last. */
  #key: SigningKeyPair | undefined;
  /** The write in progress, which takes no more changes. */
  #running: Promise<void> = Promise.resolve();
  /** The next write, which still takes changes. */
  #waiting: Promise<void> | undefined;
  #unsaved = false;

  /**
   * @param stale the keys of records to remove, unless the issuer writes them
   * @param key the key pair that is in the storage
   */
  constructor(storage: IssuerStorage, source: Source, stale: readonly string[], key: SigningKeyPair | undefined) {
    this.#storage = storage;
    this.#source = source;
    this.#key = key;
    for (const key of stale) this.#add({ key, value: undefined, expires: undefined });
  }

  /** Whether there are changes that are not durable, because they are being written or the write failed. */
  get unsaved(): boolean {
    return this.#unsaved;
  }

  /** Resolves when every change up to now is durable. */
  save(): Promise<void> {
    this.#unsaved = true;
    this.#waiting ??= this.#afterRunning();
    return this.#waiting;
  }

  async #afterRunning(): Promise<void> {
    // Those who wait for that write get its error; this write tries again.
    await this.#running.catch(() => undefined);
    this.#running = this.#write();
    this.#waiting = undefined;
    return this.#running;
  }

  async #write(): Promise<void> {
    const changes = this.#source.changes();
    for (let i = 0; i < changes.length; i += 3) {
      const [key, value, expires] = changes.slice(i, i + 3);
      this.#add({ key, value, expires } as RecordChange);
    }
    try {
      await this.#addKey();
      if (this.#pending.size > 0) await this.#storage.write([...this.#pending.values()]);
    } catch (cause) {
      throw new IssuerStorageError("the storage could not save the issuer's state; the cause says why", { cause });
    }
    this.#pending.clear();
    this.#unsaved = this.#waiting !== undefined;
  }

  #add(change: RecordChange): void {
    this.#pending.set(change.key, change);
  }

  async #addKey(): Promise<void> {
    const key = this.#source.key();
    if (key === this.#key) return;
    const value = key && (this.#storage.structuredClone ? key : await exported(key));
    this.#add({ key: SIGNING_KEY, value, expires: undefined });
    this.#key = key;
  }
}

/** The content of a storage, with which an issuer starts. */
export interface Stored {
  /** The keys of all records. */
  readonly keys: readonly string[];
  /** The keys and values of the issuer's own records, one after another. */
  readonly records: readonly (string | Uint8Array)[];
  /** The signing key pair, or its private key as a JWK. */
  readonly key: SigningKeyPair | object | undefined;
}

/** @internal */
export async function load(storage: IssuerStorage): Promise<Stored> {
  try {
    const keys: string[] = [];
    const records: (string | Uint8Array)[] = [];
    let signing: object | undefined;
    for (const { key, value } of await storage.load()) {
      keys.push(key);
      if (key !== SIGNING_KEY) records.push(key, value as Uint8Array);
      else signing = value instanceof Uint8Array ? readJwk(value) : value;
    }
    return { keys, records, key: signing };
  } catch (cause) {
    if (cause instanceof IssuerSnapshotError) throw cause;
    throw new IssuerStorageError("the storage could not load the issuer's state; the cause says why", { cause });
  }
}

function readJwk(bytes: Uint8Array): object {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // The parser's error could repeat a part of the key.
    throw new IssuerSnapshotError("the record of the signing key is damaged");
  }
}

/** The private key as a JWK (RFC 7517); `undefined` if the application's key cannot be exported. */
async function exported({ privateKey }: SigningKeyPair): Promise<Uint8Array | undefined> {
  const key = privateKey as CryptoKey;
  if (!key.extractable) return undefined;
  return new TextEncoder().encode(JSON.stringify(await crypto.subtle.exportKey("jwk", key)));
}
