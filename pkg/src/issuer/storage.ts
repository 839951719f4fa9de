import { IssuerSnapshotError, IssuerStorageError } from "./errors.js";
import type { SigningKeyPair } from "./host-types.js";

/** What a record holds. A pair of keys only if the storage says `structuredClone`. */
export type StoredValue = Uint8Array | SigningKeyPair;

/** A record as it is now. */
export interface StoredRecord {
  /** Names the record: ASCII letters and digits, at most 64 characters. */
  readonly key: string;
  /** What it holds. Some records hold secrets, sealed in no way: keep them where those may be. */
  readonly value: StoredValue;
}

/** A record that was made, changed or removed. */
export interface RecordChange {
  /** Names the record. */
  readonly key: string;
  /** What it holds; `undefined` if the record is gone. */
  readonly value: StoredValue | undefined;
  /**
   * In Unix seconds: from then on the record means nothing, and the storage may drop it by itself.
   * `undefined` if that time never comes.
   */
  readonly expires: bigint | undefined;
}

/**
 * Where an issuer's state is kept, record by record. What is written after a request is what that
 * request changed, however much there is.
 *
 * ```js
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
 * const issuer = await Issuer.create(exampleConfig("https://localhost:8443"), { storage });
 * ```
 */
export interface IssuerStorage {
  /**
   * Whether a value may be anything that structured clones can hold, as in IndexedDB: then the pair
   * that signs is kept as it is, its private key one that cannot be exported. Otherwise all values
   * are bytes, and the pair is made one that can be exported.
   */
  readonly structuredClone?: boolean | undefined;
  /** Every record that was written and not removed since, in any order. */
  load(): Promise<Iterable<StoredRecord>>;
  /**
   * Makes these changes, all or none. Resolves once they are safe: the reply waits for it. The next
   * call comes when this one has ended. What was rejected comes again, with what changed since.
   */
  write(changes: readonly RecordChange[]): Promise<void>;
}

/** What an issuer tells its saver. */
interface Source {
  /** The key, value and expiry of each record that changed since the last call, in turns. */
  changes(): unknown[];
  /** The pair that signs. */
  key(): SigningKeyPair | undefined;
}

/** The record of the pair that signs; those of the issuer itself are a letter and digits. */
const SIGNING_KEY = "signing";

/**
 * Writes one batch of changes after another. What changes while a write is under way goes into the
 * next one.
 *
 * @internal
 */
export class Saver {
  readonly #storage: IssuerStorage;
  readonly #source: Source;
  /** What may not be safe, by key. */
  readonly #pending = new Map<string, RecordChange>();
  /** The pair that was told last. */
  #key: SigningKeyPair | undefined;
  /** The write that has taken its changes already. */
  #running: Promise<void> = Promise.resolve();
  /** The write that has not. */
  #waiting: Promise<void> | undefined;
  #unsaved = false;

  /**
   * @param stale keys of records to remove, unless they are written anew
   * @param key the pair that the storage has
   */
  constructor(storage: IssuerStorage, source: Source, stale: readonly string[], key: SigningKeyPair | undefined) {
    this.#storage = storage;
    this.#source = source;
    this.#key = key;
    for (const key of stale) this.#add({ key, value: undefined, expires: undefined });
  }

  /** Whether a change is not safe: it is being written, or writing it failed. */
  get unsaved(): boolean {
    return this.#unsaved;
  }

  /** Resolves when every change up to now is safe. */
  save(): Promise<void> {
    this.#unsaved = true;
    this.#waiting ??= this.#afterRunning();
    return this.#waiting;
  }

  async #afterRunning(): Promise<void> {
    // Whoever waits for that one is told of its failure; this one tries anew.
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
      throw new IssuerStorageError("the issuer's state could not be saved", { cause });
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

/** What a storage holds, as the issuer starts from it. */
export interface Stored {
  /** The keys of all records. */
  readonly keys: readonly string[];
  /** Keys and values of the issuer's own records, in turns. */
  readonly records: readonly (string | Uint8Array)[];
  /** The pair that signed, or its private key as a JWK. */
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
    throw new IssuerStorageError("the issuer's state could not be loaded", { cause });
  }
}

function readJwk(bytes: Uint8Array): object {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // What it says of the text could show some of the key.
    throw new IssuerSnapshotError("the record of the signing key is damaged");
  }
}

/** The private key as a JWK (RFC 7517); nothing if it was given as one that cannot be exported. */
async function exported({ privateKey }: SigningKeyPair): Promise<Uint8Array | undefined> {
  const key = privateKey as CryptoKey;
  if (!key.extractable) return undefined;
  return new TextEncoder().encode(JSON.stringify(await crypto.subtle.exportKey("jwk", key)));
}
