import { EiamTokenError, StorageError } from "../../errors.js";
import { openDatabase } from "../../indexed-db.js";
import { exclusively } from "../lock.js";

/**
 * Where a {@link TokenSession} keeps its tokens. The text contains tokens: keep it where only this client can read
 * it.
 *
 * `update` is a compare-and-set: the session decides by the text that is stored whether to replace it, and nothing
 * may change the text in between. Otherwise two tabs could send the same refresh token, which signs the user out, or
 * a refresh that ends late could overwrite the tokens of whoever has signed in meanwhile.
 *
 * A store that throws or rejects does no harm: the session goes on in memory, and reports a {@link StorageError} to
 * {@link SessionOptions.onError}.
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
   * stored. If the text has been changed by somebody else before it could be replaced, call `change` again with the
   * new text. If `change` throws, leave the text as it is, and throw the same error.
   *
   * @returns the text that is stored afterwards
   */
  update(change: (stored: string | undefined) => string | undefined): Promise<string | undefined> | string | undefined;

  /**
   * Whether exactly the pages and workers of an origin share the text, as they share Web Locks. Then a lock tells at once
   * that a tab is gone which was refreshing; otherwise the others wait until its time is over. A store of which several
   * processes, origins or devices have the text must not say so. Default: `false`.
   */
  readonly isOfOrigin?: boolean | undefined;
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
 * `update` is atomic across tabs only by the Web Locks API, and browsers may show one tab what another has written to
 * `localStorage` only after a moment: prefer {@link indexedDbStore} for several tabs. It throws a {@link StorageError}
 * if the storage fails, such as for lack of space.
 *
 * @param storage `sessionStorage` or `localStorage`
 * @param key where the tokens are stored; give each client its own. Default: `eiam-token`
 */
export function webStorageStore(storage: WebStorage, key = "eiam-token"): TokenStore {
  return {
    isOfOrigin: true,
    update: (change) =>
      exclusively(`eiam-token store ${key}`, () => {
        try {
          const before = storage.getItem(key) ?? undefined;
          const after = change(before);
          if (after === undefined) storage.removeItem(key);
          else if (after !== before) storage.setItem(key, after);
          return after;
        } catch (error) {
          throw storageError("the web storage", error);
        }
      }),
  };
}

/**
 * Keeps tokens in IndexedDB, for all tabs and workers of the origin. Its transactions make changes atomic. `update`
 * rejects with a {@link StorageError} if the database fails, such as in the private mode of some browsers.
 *
 * @param name the name of the database; give each client its own. Default: `eiam-token`
 */
export function indexedDbStore(name = "eiam-token"): TokenStore {
  return {
    isOfOrigin: true,
    async update(change) {
      let database;
      try {
        database = await openDatabase(name, OBJECTS);
        return await replace(database, change);
      } catch (error) {
        throw storageError("IndexedDB", error);
      } finally {
        database?.close();
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
        if (after === undefined) objects.delete(KEY);
        else if (after !== reading.result) objects.put(after, KEY);
      } catch (error) {
        thrown = { error };
        transaction.abort();
      }
    };
    transaction.oncomplete = () => resolve(after);
    transaction.onabort = () => reject(thrown ? thrown.error : transaction.error);
  });
}

/** The host's error as one of this package. What `change` throws is one already. */
function storageError(what: string, cause: unknown): EiamTokenError {
  return cause instanceof EiamTokenError ? cause : new StorageError(`${what} failed`, { cause });
}
