import { openDatabase } from "../indexed-db.js";
import type { IssuerStorage, StoredValue } from "./storage.js";

const RECORDS = "records";

/** Where the database says which issuer writes to it; the issuer's own records are named otherwise. */
const OWNER = "owner";

/** A storage that can be emptied. */
export interface IndexedDbStorage extends IssuerStorage {
  /** Forgets the state: the next issuer on this storage starts anew. */
  clear(): Promise<void>;
}

/**
 * Keeps an issuer's state in IndexedDB, for service workers and pages. The private key stays one
 * that cannot be exported.
 *
 * One issuer at a time writes: the one that started last, as when a new version of a service worker
 * takes over. What another one, which does not know what this one has done since, wants to write is
 * refused.
 *
 * @param name the name of the database; give each issuer of an origin its own
 */
export function indexedDbStorage(name = "eiam-token-issuer"): IndexedDbStorage {
  let own: string | undefined;
  return {
    structuredClone: true,
    async load() {
      // `randomUUID` is not there on plain-http pages.
      own = crypto.getRandomValues(new Uint32Array(4)).join("-");
      const [keys, values] = await transact(name, "readwrite", (records) => {
        records.put(own, OWNER);
        const keys = records.getAllKeys() as IDBRequest<string[]>;
        const values: IDBRequest<StoredValue[]> = records.getAll();
        return [keys, values] as const;
      });
      // Both come in the order of the keys.
      const all = keys.result.map((key, place) => ({ key, value: values.result[place]! }));
      return all.filter(({ key }) => key !== OWNER);
    },
    write: (changes) =>
      transact(name, "readwrite", (records, fail) => {
        const owner = records.get(OWNER);
        owner.onsuccess = () => {
          if (owner.result !== own) return fail(new Error(`another issuer has the database ${name}`));
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
 * Resolves with what `work` gave when all that it asked for is done; `fail` undoes it. Opened anew each
 * time: a connection that is kept would block another version's upgrade.
 */
async function transact<T>(
  name: string,
  mode: IDBTransactionMode,
  work: (records: IDBObjectStore, fail: (reason: Error) => void) => T,
): Promise<T> {
  const database = await openDatabase(name, RECORDS);
  try {
    return await new Promise((resolve, reject) => {
      // The reply must not leave before the change is on disk: a worker can be ended right after it.
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
