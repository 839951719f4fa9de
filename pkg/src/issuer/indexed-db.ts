import { openDatabase } from "../indexed-db.js";
import type { IssuerStorage, StoredValue } from "./storage.js";

const RECORDS = "records";

/** A storage that can be emptied. */
export interface IndexedDbStorage extends IssuerStorage {
  /** Forgets the state: the next issuer on this storage starts anew. */
  clear(): Promise<void>;
}

/**
 * Keeps an issuer's state in IndexedDB, for service workers and pages. The private key stays one
 * that cannot be exported.
 *
 * @param name the name of the database; give each issuer of an origin its own
 */
export function indexedDbStorage(name = "eiam-token-issuer"): IndexedDbStorage {
  return {
    structuredClone: true,
    load: async () => {
      const [keys, values] = await transact(name, "readonly", (records) => {
        const keys = records.getAllKeys() as IDBRequest<string[]>;
        const values: IDBRequest<StoredValue[]> = records.getAll();
        return [keys, values] as const;
      });
      // Both come in the order of the keys.
      return keys.result.map((key, place) => ({ key, value: values.result[place]! }));
    },
    write: (changes) =>
      transact(name, "readwrite", (records) => {
        for (const { key, value } of changes) {
          if (value) records.put(value, key);
          else records.delete(key);
        }
      }),
    clear: () => transact(name, "readwrite", (records) => void records.clear()),
  };
}

/**
 * Resolves with what `work` gave when all that it asked for is done. Opened anew each time: a
 * connection that is kept would block another version's upgrade.
 */
async function transact<T>(
  name: string,
  mode: IDBTransactionMode,
  work: (records: IDBObjectStore) => T,
): Promise<T> {
  const database = await openDatabase(name, RECORDS);
  try {
    return await new Promise((resolve, reject) => {
      // The reply must not leave before the change is on disk: a worker can be ended right after it.
      const transaction = database.transaction(RECORDS, mode, { durability: "strict" });
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
      const result = work(transaction.objectStore(RECORDS));
    });
  } finally {
    database.close();
  }
}
