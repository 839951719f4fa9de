/**
 * Opens a database with one object store, and creates it if it does not exist. Close it after use, because an open
 * connection blocks the deletion of the database.
 *
 * @throws the host's error if the database cannot be opened
 *
 * @internal
 */
export function openDatabase(name: string, objectStore: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(objectStore);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
