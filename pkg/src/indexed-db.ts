/**
 * Opens a database of one object store, making it if it is not there. Close it after use: one that is
 * kept open would block its deletion.
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
