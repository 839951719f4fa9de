import { IssuerStorageError } from "./errors.js";
import type { IssuerStorage, RecordChange, StoredRecord } from "./storage.js";

/** The part of a Durable Object's storage (`ctx.storage`) that the package uses, SQLite-backed or not. */
export interface DurableObjectStorageLike {
  /** The database of a SQLite-backed object. */
  readonly sql?: unknown;
  /** Returns records in the order of their keys. */
  list(options: { prefix?: string; startAfter?: string; limit?: number }): Promise<ReadonlyMap<string, unknown>>;
  /** Writes up to 128 records. */
  put(entries: Record<string, Uint8Array>): Promise<void>;
  /** Removes up to 128 records. */
  delete(keys: string[]): Promise<number>;
  /** Returns when the alarm goes off, in Unix milliseconds; `null` if no alarm is set. */
  getAlarm(): Promise<number | null>;
  /** Sets the object's only alarm, in Unix milliseconds. */
  setAlarm(time: number): Promise<void>;
}

/** How the issuer shares the storage and the alarm of its object. */
export interface DurableObjectStorageOptions {
  /**
   * The beginning of the keys of all records, so that the object can also store other things. Default: `issuer:`.
   */
  readonly prefix?: string | undefined;
  /**
   * Whether the storage sets the object's alarm to remove what has expired. If so, the object's class must have a
   * method `alarm()` that calls {@link DurableObjectIssuerStorage.onAlarm}. Default: `true`.
   */
  readonly alarm?: boolean | undefined;
}

/** A storage in a Durable Object, whose alarm removes what has expired. */
export interface DurableObjectIssuerStorage extends IssuerStorage {
  /**
   * Removes what has expired, and sets the alarm for what expires next. Call it in the object's `alarm()`.
   *
   * @throws {IssuerStorageError} if the storage fails; the platform then runs the alarm again
   */
  onAlarm(issuer: { sweep(): Promise<bigint | undefined> }): Promise<void>;
}

/**
 * Keeps an issuer's state in the storage of a Cloudflare Durable Object.
 *
 * The storage has every change before anybody can see the reply, if the object is called by `fetch` or RPC: the
 * platform holds back all output of an object until its writes are on disk, and resets the object if they fail
 * ("output gates").
 *
 * @param storage the object's `ctx.storage`
 * @example
 * ```js
 * import { DurableObject } from "cloudflare:workers";
 * import { Issuer, durableObjectStorage, exampleConfig } from "eiam-token/issuer";
 *
 * export class Application extends DurableObject {
 *   constructor(ctx, env) {
 *     super(ctx, env);
 *     this.storage = durableObjectStorage(ctx.storage);
 *     ctx.blockConcurrencyWhile(async () => {
 *       this.issuer = await Issuer.create(exampleConfig(env.BASE_URL), { storage: this.storage });
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
 */
export function durableObjectStorage(
  storage: DurableObjectStorageLike,
  { prefix = "issuer:", alarm = true }: DurableObjectStorageOptions = {},
): DurableObjectIssuerStorage {
  /** When the alarm goes off, in Unix milliseconds; a time in the past means that it is unknown. */
  let known = 0;

  /** Returns the time to which the alarm has to be set; `undefined` if it is set early enough. */
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
        // The platform refuses `startAfter: undefined`.
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
      // This is atomic: "If you invoke put() (or delete()) multiple times without performing any await
      // in the meantime, the operations will automatically be combined and submitted atomically."
      // (Cloudflare, Durable Object Storage; alarms follow the same rules.)
      const writes: Promise<unknown>[] = [];
      for (const some of chunks(puts)) writes.push(storage.put(Object.fromEntries(some)));
      for (const some of chunks(gone)) writes.push(storage.delete(some));
      if (due !== undefined) writes.push(storage.setAlarm(due));
      await Promise.all(writes);
    },

    async onAlarm(issuer) {
      // The alarm has gone off, so it is no longer set.
      known = 0;
      const due = await alarmFor(await issuer.sweep());
      if (due !== undefined) await storage.setAlarm(due);
    },
  };
}

/** Refuses values that the platform would refuse only after other changes were written. */
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
        `record ${key} has ${length} bytes, but a value in this Durable Object can have at most ${limit}`,
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

/** How many records `put` and `delete` accept in one call (Cloudflare, Durable Object Storage). */
const CHUNK = 128;

/** How many records are loaded at a time. Each has a few hundred bytes, and an isolate has 128 MB. */
const PAGE = 1000;

/** The largest value in bytes (Cloudflare, Durable Objects limits): 128 KiB, whatever its key. */
const KEY_VALUE_LIMIT = 131_072;

/** The same with SQLite: 2 MB, including the key and the overhead of storing it. */
const SQLITE_LIMIT = 2_000_000 - 1_000;

/** The shortest time between two alarms, in milliseconds. */
const PAUSE = 60_000;

/** The last Unix second that a `Date` can represent. */
const LAST_SECOND = 8_640_000_000_000n;
