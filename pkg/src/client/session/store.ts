import { openDatabase } from "../../indexed-db.js";

/**
 * Where a {@link TokenSession} keeps its tokens. The text holds tokens: keep it where only this client
 * can read it.
 *
 * A store of your own has one duty: nobody may come between `change` and what it replaces, or two
 * tabs may refresh at once, and with rotating refresh tokens one of them signs the user out.
 */
export interface TokenStore {
  /**
   * Replaces what is stored by what `change` makes of it, in one step; `undefined` is nothing.
   *
   * @returns what is stored afterwards
   */
  update(change: (stored: string | undefined) => string | undefined): Promise<string | undefined> | string | undefined;
}

/** The part of `localStorage` and `sessionStorage` that a store needs. */
export interface WebStorage {
  /** What is stored by this key; `null` for nothing. */
  getItem(key: string): string | null;
  /** Stores a value by this key. */
  setItem(key: string, value: string): void;
  /** Removes what is stored by this key. */
  removeItem(key: string): void;
}

/** Keeps tokens in memory: gone with the page or the process. */
export function memoryStore(): TokenStore {
  let stored: string | undefined;
  return { update: (change) => (stored = change(stored)) };
}

/**
 * Keeps tokens in `sessionStorage` (one tab) or `localStorage` (all tabs of the origin, also after
 * the browser was closed). Every script of the page can read both.
 *
 * @param key one for each client
 */
export function webStorageStore(storage: WebStorage, key = "eiam-token"): TokenStore {
  return {
    update(change) {
      const before = storage.getItem(key) ?? undefined;
      const after = change(before);
      if (after === undefined) storage.removeItem(key);
      else if (after !== before) storage.setItem(key, after);
      return after;
    },
  };
}

/**
 * Keeps tokens in IndexedDB, which workers can read too; its transactions keep tabs apart.
 *
 * @param name the name of the database, one for each client
 */
export function indexedDbStore(name = "eiam-token"): TokenStore {
  return {
    async update(change) {
      const database = await openDatabase(name, OBJECTS);
      try {
        return await replace(database, change);
      } finally {
        database.close();
      }
    },
  };
}

const OBJECTS = "tokens";
const KEY = "session";

function replace(
  database: IDBDatabase,
  change: (stored: string | undefined) => string | undefined,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(OBJECTS, "readwrite");
    const objects = transaction.objectStore(OBJECTS);
    const reading = objects.get(KEY);
    let after: string | undefined;
    let thrown: { error: unknown } | undefined;
    reading.onsuccess = () => {
      try {
        after = change(reading.result as string | undefined);
      } catch (error) {
        thrown = { error };
        transaction.abort();
        return;
      }
      if (after === undefined) objects.delete(KEY);
      else if (after !== reading.result) objects.put(after, KEY);
    };
    transaction.oncomplete = () => resolve(after);
    transaction.onabort = () => reject(thrown ? thrown.error : transaction.error);
  });
}
