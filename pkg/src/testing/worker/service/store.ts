import { openDatabase } from "../../../indexed-db.js";
import type { SigningKeyPair } from "../../../issuer/host-types.js";
import type { JournalEntry } from "../../journal.js";
import type { Automatic, ClockState } from "../messages.js";
import { scope } from "./scope.js";

/** What outlives the worker, which the browser stops when it likes. */
export interface Kept {
  /** What the issuer is made of, as JSON. */
  readonly beginning: string;
  /** What all its random numbers follow from. */
  readonly octets: Uint8Array<ArrayBuffer>;
  /** As it was after the last request; none if there was none. */
  readonly state?: State | undefined;
}

/** All that tests and requests change. */
export interface State {
  readonly snapshot: Uint8Array;
  /** The key that signs, if it is none that everybody knows. */
  readonly key: SigningKeyPair | undefined;
  readonly clock: ClockState;
  readonly automatic: Automatic;
  /** The faults that will still happen, as control takes them. */
  readonly faults: readonly object[];
  /** The hostile cases that are active, as control takes them. */
  readonly hostile: readonly object[];
  readonly journal: JournalState;
}

/** The requests so far. */
export interface JournalState {
  readonly entries: readonly JournalEntry[];
  /** The number of the last one, whether it is kept or not. */
  readonly latest: number;
  /** How many entries are kept, if a test has said so. */
  readonly limit: number | undefined;
}

/** Two folders of one origin have an issuer each. */
const NAME = `eiam-token issuer-worker ${new URL(scope.registration.scope).pathname}`;
const STORE = "kept";
const KEY = "issuer";

/** What is kept; `undefined` if there is no issuer. */
export function load(): Promise<Kept | undefined> {
  return transact("readonly", (store) => store.get(KEY));
}

/** Keeps an issuer in place of the former one. */
export async function keep(kept: Kept): Promise<void> {
  await transact("readwrite", (store) => store.put(kept, KEY));
}

/** Forgets the issuer. */
export async function forget(): Promise<void> {
  await transact("readwrite", (store) => store.delete(KEY));
}

// biome-ignore lint/suspicious/noExplicitAny: what the host's own type gives
async function transact(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<any>): Promise<any> {
  const database = await openDatabase(NAME, STORE);
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
