import { IssuerStorageError } from "./errors.js";
import type { SigningKeyPair } from "./host-types.js";

/** What outlives the process. Structured clones can hold it: IndexedDB, `postMessage`. */
export interface StoredState {
  /** Grants, sessions and keys, sealed in no way: store it where the issuer's secrets may be. */
  readonly snapshot: Uint8Array;
  /** The pair that signs, if one was needed. Its private key cannot be exported. */
  readonly key: SigningKeyPair | undefined;
}

/** Where an issuer's state is kept. Saves never overlap; the last one counts. */
export interface IssuerStorage {
  /** The state saved last; `undefined` if there is none. */
  load(): Promise<StoredState | undefined>;
  /** Keeps this state in place of the former. Resolves once it is safe. */
  save(state: StoredState): Promise<void>;
}

/**
 * Saves one state after another. Changes that come while a save is under way share the next one.
 *
 * @internal
 */
export class Saver {
  readonly #storage: IssuerStorage;
  readonly #state: () => StoredState;
  /** The save that has taken its snapshot already. */
  #running: Promise<void> = Promise.resolve();
  /** The save that has not. */
  #waiting: Promise<void> | undefined;
  #unsaved = false;

  constructor(storage: IssuerStorage, state: () => StoredState) {
    this.#storage = storage;
    this.#state = state;
  }

  /** Whether a change is not safe: it is being saved, or saving it failed. */
  get unsaved(): boolean {
    return this.#unsaved;
  }

  /** Resolves when every change up to now is safe. */
  save(): Promise<void> {
    this.#unsaved = true;
    this.#waiting ??= this.#afterRunning();
    return this.#waiting;
  }

  async #afterRunning(): Promise<void> {
    // Whoever waits for that one is told of its failure; this one tries anew.
    await this.#running.catch(() => undefined);
    this.#running = this.#write();
    this.#waiting = undefined;
    return this.#running;
  }

  async #write(): Promise<void> {
    try {
      await this.#storage.save(this.#state());
    } catch (cause) {
      throw new IssuerStorageError("the issuer's state could not be saved", { cause });
    }
    this.#unsaved = this.#waiting !== undefined;
  }
}

/** @internal */
export async function load(storage: IssuerStorage): Promise<StoredState | undefined> {
  try {
    return await storage.load();
  } catch (cause) {
    throw new IssuerStorageError("the issuer's state could not be loaded", { cause });
  }
}
