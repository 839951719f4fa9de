import { openDatabase } from "../../indexed-db.js";

/**
 * Where a {@link TokenSession} keeps its tokens. The text contains tokens: keep it where only this client can read
 * it.
 *
 * A store of your own must be atomic: nothing may change the text while `update` replaces it. Otherwise two tabs
 * could refresh at the same time, and with rotating refresh tokens that would sign the user out.
 *
 * @example
 * ```js
 * import { TokenSession } from "eiam-token";
 *
 * let kept;
 * const store = { update: (change) => (kept = change(kept)) };
 * const session = new TokenSession(client, { store });
 * ```
 */
export interface TokenStore {
  /**
   * Replaces the stored text by what `change` returns for it, in one atomic step. `undefined` means that nothing is
   * stored.
   *
   * @returns the text that is stored afterwards
   */
  update(change: (stored: string | undefined) => string | undefined): Promise<string | undefined> | string | undefined;
}

/** The part of `localStorage` and `sessionStorage` that a store uses. */
export interface WebStorage {
  /** Returns the value of a key; `null` if there is none. */
  getItem(key: string): string | null;
  /** Stores a value under a key. */
  setItem(key: string, value: string): void;
  /** Removes a key and its value. */
  removeItem(key: string): void;
}

/** Keeps tokens in memory. They are lost when the page or the process ends. */
export function memoryStore(): TokenStore {
  let stored: string | undefined;
  return { update: (change) => (stored = change(stored)) };
}

/**
 * Keeps tokens in `sessionStorage`, for one tab, or in `localStorage`, for all tabs of the origin and across
 * restarts of the browser. Every script of the page can read both.
 *
 * @param storage `sessionStorage` or `localStorage`
 * @param key where the tokens are stored; give each client its own. Default: `eiam-token`
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
 * Keeps tokens in IndexedDB, for all tabs and workers of the origin. Its transactions make changes atomic.
 *
 * @param name the name of the database; give each client its own. Default: `eiam-token`
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
