/**
 * The navigations that the worker answered. The page that asked is gone while they happen, and
 * the worker may be stopped before it is back: they wait in IndexedDB.
 */
import { CHANNEL } from "../shared/channel.js";

const NAME = `eiam-token-demo journal ${new URL(self.registration.scope).pathname}`;
const STORE = "navigations";

/** The most that wait. */
const CAPACITY = 100;

const channel = new BroadcastChannel(CHANNEL);

/**
 * Keeps an exchange, and tells the pages that are there.
 *
 * @param {import("../shared/exchange.js").Exchange} exchange
 */
export async function report(exchange) {
  const position = await transact("readwrite", (store) => store.add(exchange));
  channel.postMessage({ type: "navigation", exchange: { ...exchange, position } });
  await transact("readwrite", (store) => store.delete(IDBKeyRange.upperBound(position - CAPACITY)));
}

/**
 * What was kept after a position, in order; each knows its own position.
 *
 * @param {number} position
 */
export function since(position) {
  return transact("readonly", (store) => store.getAll(IDBKeyRange.lowerBound(position, true)));
}

/** Forgets all navigations; positions go on. */
export async function forgetNavigations() {
  await transact("readwrite", (store) => store.clear());
}

async function transact(mode, ask) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "position", autoIncrement: true });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
