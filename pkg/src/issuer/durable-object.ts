import { IssuerStorageError } from "./errors.js";
import type { IssuerStorage, RecordChange, StoredRecord } from "./storage.js";

/** What is used of a Durable Object's storage (`ctx.storage`), be it SQLite-backed or not. */
export interface DurableObjectStorageLike {
  /** The database; missing, or an error, where there is none. */
  readonly sql?: unknown;
  /** Some records, in the order of their keys. */
  list(options: { prefix?: string; startAfter?: string; limit?: number }): Promise<ReadonlyMap<string, unknown>>;
  /** Writes up to 128 records. */
  put(entries: Record<string, Uint8Array>): Promise<void>;
  /** Removes up to 128 records. */
  delete(keys: string[]): Promise<number>;
  /** When the alarm goes off, in milliseconds. */
  getAlarm(): Promise<number | null>;
  /** Sets the one alarm that an object has. */
  setAlarm(time: number): Promise<void>;
}

/** How an issuer shares the storage and the alarm of its object. */
export interface DurableObjectStorageOptions {
  /**
   * What the keys of all records begin with, so that the object can keep other things beside them.
   * Default: `issuer:`.
   */
  readonly prefix?: string | undefined;
  /**
   * Whether the object's alarm is set for what expires. Its class must then have an `alarm()` that
   * calls {@link DurableObjectIssuerStorage.onAlarm}. Default: `true`.
   */
  readonly alarm?: boolean | undefined;
}

/** A storage whose object cleans up when nobody asks anything of it. */
export interface DurableObjectIssuerStorage extends IssuerStorage {
  /** Drops what has expired, and sets the alarm for what comes next. For the object's `alarm()`. */
  onAlarm(issuer: { sweep(): Promise<bigint | undefined> }): Promise<void>;
}

/**
 * Keeps an issuer's state in the storage of a Cloudflare Durable Object.
 *
 * ```js
 * export class Application extends DurableObject {
 *   constructor(ctx, env) {
 *     super(ctx, env);
 *     this.storage = durableObjectStorage(ctx.storage);
 *     ctx.blockConcurrencyWhile(async () => {
 *       this.issuer = await Issuer.create(config, { storage: this.storage });
 *     });
 *   }
 *   fetch(request) {
 *     return this.issuer.fetch(request);
 *   }
 *   alarm() {
 *     return this.storage.onAlarm(this.issuer);
 *   }
 * }
 * ```
 *
 * A write is in the storage before anybody can see its reply, as long as the object is asked over
 * `fetch` or RPC: the platform holds back what leaves an object until its writes are on disk, and
 * resets the object if they fail ("output gates").
 *
 * @param storage the object's `ctx.storage`
 */
export function durableObjectStorage(
  storage: DurableObjectStorageLike,
  { prefix = "issuer:", alarm = true }: DurableObjectStorageOptions = {},
): DurableObjectIssuerStorage {
  /** When the alarm goes off, in milliseconds; unknown if that is past. */
  let known = 0;

  /** When the alarm has to be set for what expires then; `undefined` if it need not be. */
  async function alarmFor(expires: bigint | undefined): Promise<number | undefined> {
    if (!alarm || expires === undefined || expires > LAST_SECOND) return undefined;
    const now = Date.now();
    const due = Math.max(Number(expires) * 1000, now + PAUSE);
    if (now < known && known <= due) return undefined;
    const set = await storage.getAlarm();
    known = set !== null && set <= due ? set : due;
    return known === set ? undefined : due;
  }

  return {
    async load() {
      const records: StoredRecord[] = [];
      let page: ReadonlyMap<string, unknown>;
      let startAfter: string | undefined;
      do {
        // An object must not be shown `startAfter: undefined`.
        page = await storage.list({ prefix, limit: PAGE, ...(startAfter && { startAfter }) });
        for (const [key, value] of page) {
          records.push({ key: key.slice(prefix.length), value: value as Uint8Array });
          startAfter = key;
        }
      } while (page.size === PAGE);
      return records;
    },

    async write(changes) {
      const puts: [key: string, value: Uint8Array][] = [];
      const gone: string[] = [];
      for (const { key, value } of changes) {
        if (value) puts.push([prefix + key, value as Uint8Array]);
        else gone.push(prefix + key);
      }
      checkSizes(puts, storage);
      const due = await alarmFor(firstExpiry(changes));
      // All or none: "If you invoke put() (or delete()) multiple times without performing any await
      // in the meantime, the operations will automatically be combined and submitted atomically."
      // (Cloudflare, Durable Object Storage; alarms follow the same rules.)
      const writes: Promise<unknown>[] = [];
      for (const some of chunks(puts)) writes.push(storage.put(Object.fromEntries(some)));
      for (const some of chunks(gone)) writes.push(storage.delete(some));
      if (due !== undefined) writes.push(storage.setAlarm(due));
      await Promise.all(writes);
    },

    async onAlarm(issuer) {
      // It has gone off.
      known = 0;
      const due = await alarmFor(await issuer.sweep());
      if (due !== undefined) await storage.setAlarm(due);
    },
  };
}

/** Refuses what the platform would refuse when some of the changes are written already. */
function checkSizes(
  puts: readonly (readonly [key: string, value: Uint8Array])[],
  storage: DurableObjectStorageLike,
): void {
  const largest = puts.reduce((most, [, value]) => Math.max(most, value.length), 0);
  if (largest <= KEY_VALUE_LIMIT) return;
  const limit = isSqlite(storage) ? SQLITE_LIMIT : KEY_VALUE_LIMIT;
  for (const [key, { length }] of puts) {
    if (length > limit) {
      throw new IssuerStorageError(
        `record ${key} has ${length} bytes, and a value of this Durable Object at most ${limit}`,
      );
    }
  }
}

function isSqlite(storage: DurableObjectStorageLike): boolean {
  try {
    return Boolean(storage.sql);
  } catch {
    return false;
  }
}

function firstExpiry(changes: readonly RecordChange[]): bigint | undefined {
  let first: bigint | undefined;
  for (const { value, expires } of changes) {
    if (value && expires !== undefined && (first === undefined || expires < first)) first = expires;
  }
  return first;
}

function* chunks<T>(all: readonly T[]): Iterable<T[]> {
  for (let i = 0; i < all.length; i += CHUNK) yield all.slice(i, i + CHUNK);
}

/** How many records `put` and `delete` take (Cloudflare, Durable Object Storage). */
const CHUNK = 128;

/** How many records are loaded at a time: a few hundred bytes each, of the 128 MB of an isolate. */
const PAGE = 1000;

/** Bytes of a value (Cloudflare, Durable Objects limits): 128 KiB, of whatever key. */
const KEY_VALUE_LIMIT = 131_072;

/** The same with SQLite: 2 MB with its key, and with how it is stored. */
const SQLITE_LIMIT = 2_000_000 - 1_000;

/** The alarm does not go off more often than so many milliseconds apart. */
const PAUSE = 60_000;

/** The last one that a `Date` reaches. */
const LAST_SECOND = 8_640_000_000_000n;
