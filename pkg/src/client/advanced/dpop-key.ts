import { StorageError } from "../../errors.js";
import { openDatabase } from "../../indexed-db.js";
import { type KeyPair, newKey } from "./dpop.js";

/** The object store of the database, and the key in it. */
const OBJECTS = "keys";
const KEY = "dpop";

/**
 * Gets the keys for {@link dpopProofs} that IndexedDB keeps for all tabs and workers of the origin, and makes them if
 * there are none. They cannot be extracted: a script can use them while it runs in the page, and cannot take them away.
 *
 * @param name the name of the database; give each client its own. Default: `eiam-token dpop`
 * @throws {StorageError} if the database fails, such as in the private mode of some browsers
 * @throws {NotSupportedError} if the host has no WebCrypto
 * @example
 * ```js
 * import { Client, dpopProofs, indexedDbKey } from "eiam-token";
 *
 * const dpop = await dpopProofs(await indexedDbKey());
 * const client = new Client({ server, clientId, dpop });
 * ```
 */
export async function indexedDbKey(name = "eiam-token dpop"): Promise<KeyPair> {
  // They are made before the transaction, which ends as soon as something else is awaited.
  const made = await newKey();
  let database: IDBDatabase | undefined;
  try {
    database = await openDatabase(name, OBJECTS);
    return await kept(database, made);
  } catch (cause) {
    throw new StorageError("IndexedDB failed", { cause });
  } finally {
    database?.close();
  }
}

/** The keys of the database, or if it has none, these ones, which it keeps. */
function kept(database: IDBDatabase, made: CryptoKeyPair): Promise<KeyPair> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(OBJECTS, "readwrite");
    const objects = transaction.objectStore(OBJECTS);
    const reading = objects.get(KEY);
    let pair: KeyPair = made;
    reading.onsuccess = () => {
      if (reading.result) pair = reading.result as KeyPair;
      else objects.put(made, KEY);
    };
    transaction.oncomplete = () => resolve(pair);
    transaction.onabort = () => reject(transaction.error);
  });
}
