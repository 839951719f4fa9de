import { openDatabase } from "../indexed-db.js";
import type { IssuerStorage, StoredValue } from "./storage.js";

const RECORDS = "records";

/** The key under which the database says which issuer writes to it. No record of an issuer has this key. */
const OWNER = "owner";

/** A storage in IndexedDB. */
export interface IndexedDbStorage extends IssuerStorage {
  /** Deletes the state, so that the next issuer on this storage starts from its configuration. */
  clear(): Promise<void>;
}

/**
 * Keeps an issuer's state in IndexedDB, for service workers and pages. The private key cannot be exported.
 *
 * Only the issuer that was started last can write, for example after a new version of a service worker took over.
 * The writes of an older one are refused, because it does not know what the newer one has changed.
 *
 * @param name the name of the database; give each issuer of an origin its own. Default: `eiam-token-issuer`
 * @example
 * ```js
 * import { Issuer, exampleConfig, indexedDbStorage } from "eiam-token/issuer";
 *
 * const issuer = Issuer.create(exampleConfig(`${location.origin}/issuer`), {
 *   storage: indexedDbStorage(),
 *   sessions: "host",
 * });
 * ```
 */
export function indexedDbStorage(name = "eiam-token-issuer"): IndexedDbStorage {
  let own: string | undefined;
  return {
    structuredClone: true,
    async load() {
      // Plain http pages have no `randomUUID`.
      own = crypto.getRandomValues(new Uint32Array(4)).join("-");
      const [keys, values] = await transact(name, "readwrite", (records) => {
        records.put(own, OWNER);
        const keys = records.getAllKeys() as IDBRequest<string[]>;
        const values: IDBRequest<StoredValue[]> = records.getAll();
        return [keys, values] as const;
      });
      // Keys and values come in the same order.
      const all = keys.result.map((key, place) => ({ key, value: values.result[place]! }));
      return all.filter(({ key }) => key !== OWNER);
    },
    write: (changes) =>
      transact(name, "readwrite", (records, fail) => {
        const owner = records.get(OWNER);
        owner.onsuccess = () => {
          if (owner.result !== own)
            return fail(new Error(`another issuer has taken over the database ${name}: close this one`));
          for (const { key, value } of changes) {
            if (value) records.put(value, key);
            else records.delete(key);
          }
        };
      }),
    clear: () => transact(name, "readwrite", (records) => void records.clear()),
  };
}

/**
 * Resolves with the result of `work` once all of its requests are done; `fail` undoes them. The database is opened
 * each time, because an open connection would block the upgrade to another version.
 */
async function transact<T>(
  name: string,
  mode: IDBTransactionMode,
  work: (records: IDBObjectStore, fail: (reason: Error) => void) => T,
): Promise<T> {
  const database = await openDatabase(name, RECORDS);
  try {
    return await new Promise((resolve, reject) => {
      // The change must be on disk before the reply is sent, because a worker can be stopped right after that.
      const transaction = database.transaction(RECORDS, mode, { durability: "strict" });
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error);
      const result = work(transaction.objectStore(RECORDS), (reason) => {
        reject(reason);
        transaction.abort();
      });
    });
  } finally {
    database.close();
  }
}
