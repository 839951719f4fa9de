import { openDatabase } from "../indexed-db.js";
import type { IssuerStorage, StoredState } from "./storage.js";

const STORE = "state";
const KEY = "issuer";

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
    load: () => transact<StoredState | undefined>(name, "readonly", (store) => store.get(KEY)),
    save: async (state) => {
      await transact(name, "readwrite", (store) => store.put(state, KEY));
    },
    clear: async () => {
      await transact(name, "readwrite", (store) => store.delete(KEY));
    },
  };
}

/** Opened anew each time: a connection that is kept would block another version's upgrade. */
async function transact<T>(
  name: string,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await openDatabase(name, STORE);
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      // Not when the request succeeds: a transaction can still fail to commit.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
