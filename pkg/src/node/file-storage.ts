import type { IssuerStorage, RecordChange, StoredRecord } from "../issuer/storage.js";
import { FileStorageError } from "./errors.js";
import { HEADER } from "./format.js";
import { Lock } from "./lock.js";
import { Log } from "./log.js";
import { inaccessible, placeOf } from "./place.js";
import type { Successor } from "./successor.js";

const MEBIBYTE = 1024 * 1024;

/** How a file is kept. */
export interface FileStorageOptions {
  /**
   * How many bytes the file may grow beyond twice its size, before it is written anew with what is
   * still live. Default: 1 MiB.
   */
  readonly slack?: number | undefined;
  /** The time in Unix seconds: the issuer's, if it has one of its own. Default: the host's. */
  readonly clock?: (() => number | bigint) | undefined;
  /**
   * Take the file also from a process of which it cannot be seen whether it still runs: one of another
   * machine or another container. For those who see to it themselves that there is one at a time. If
   * that process does run, its next write rejects with `changed`; until then, what it is asked without
   * a write it answers by what it knew. Default: `false`.
   */
  readonly takeOver?: boolean | undefined;
}

/** A storage in a file, which one process at a time has open. */
export interface FileStorage extends IssuerStorage {
  /** Every record. Opens the file, and makes it if it is not there. */
  load(): Promise<StoredRecord[]>;
  /**
   * Ends what is under way and lets others have the file. Before this, or the end of the process,
   * nobody else can.
   */
  close(): Promise<void>;
}

/**
 * Keeps an issuer's state in a file, for Node, Deno and Bun.
 *
 * ```js
 * import { Issuer } from "eiam-token/issuer";
 * import { fileStorage } from "eiam-token/file-storage";
 *
 * const issuer = await Issuer.create(config, { storage: fileStorage("issuer.store") });
 * ```
 *
 * Changes are appended, and are safe once they are on the disk: whatever was answered is still true
 * after a crash or a power cut, and what a write did not bring to its end is as if it had not
 * begun. The file holds secrets, the private key among them; nobody but its owner can read it.
 *
 * The operations reject with a {@link FileStorageError}, whose `problem` says why, if the file is
 * in use, damaged, no store, or not this user's alone; then nothing in it is changed. Once something
 * else has changed or taken the file while it was open, every operation but `close` rejects, and
 * nothing is overwritten.
 *
 * Beside the file there are `.lock` while it is open, and `.new` for moments. A lock whose process is
 * gone is taken over. One of another machine or another container is not: see
 * {@link FileStorageOptions.takeOver}. Deno needs `--allow-all` to find out who runs, and whose a file
 * is: without it no lock is taken over, and owners are not compared.
 *
 * @param path the file, in a folder that is there
 */
export function fileStorage(path: string, options: FileStorageOptions = {}): FileStorage {
  return new Storage(path, options);
}

class Storage implements FileStorage {
  readonly structuredClone = false;
  readonly #path: string;
  readonly #slack: number;
  readonly #clock: () => bigint;
  #open: { log: Log; lock: Lock } | undefined;
  #isClosed = false;
  /** Where the next compaction is due. */
  #limit = 0;
  /** The copy that a compaction makes. */
  #copying: Promise<Successor | undefined> | undefined;
  readonly #takeOver: boolean;
  /** Somebody else had the file in hand: nothing is done with it any more. */
  #lost: FileStorageError | undefined;
  /** The last step; each begins when the one before it has ended. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string, { slack = MEBIBYTE, clock = now, takeOver = false }: FileStorageOptions) {
    this.#path = path;
    this.#slack = slack;
    this.#clock = () => BigInt(clock());
    this.#takeOver = takeOver;
  }

  load(): Promise<StoredRecord[]> {
    return this.#next(async () => {
      this.#isClosed = false;
      if (!this.#open) return this.#start();
      if (this.#lost) throw this.#lost;
      return this.#open.log.records();
    });
  }

  write(changes: readonly RecordChange[]): Promise<void> {
    const written = this.#next(async () => {
      if (this.#isClosed) throw new FileStorageError("closed", this.#path, "was closed");
      if (this.#lost) throw this.#lost;
      if (!this.#open) await this.#start();
      await this.#open?.log.append(changes);
    });
    void written.then(
      () => this.#compactIfDue(),
      () => undefined,
    );
    return written;
  }

  close(): Promise<void> {
    return this.#next(async () => {
      this.#isClosed = true;
      const open = this.#open;
      this.#open = undefined;
      const isLost = this.#lost !== undefined;
      this.#lost = undefined;
      if (!open) return;
      // Who opens a file for a moment each time would have it grow for ever.
      if (this.#copying && !isLost) await this.#replace(open.log, this.#copying).catch(() => undefined);
      await close(open);
    });
  }

  /** Runs a step when those before it have ended. */
  #next<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step).catch((error) => {
      const isLost = error instanceof FileStorageError && error.problem === "changed";
      if (isLost && this.#open) this.#lost = error;
      throw error;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #start(): Promise<StoredRecord[]> {
    const { path } = await placeOf(this.#path);
    const lock = await Lock.take(path, this.#takeOver).catch((error) => this.#refuse(error));
    let log: Log | undefined;
    try {
      // Looked at again: whoever had the lock may have made it.
      const { exists } = await placeOf(path);
      log = exists ? await Log.open(path, lock) : await Log.create(path, lock);
      const records = await log.records();
      this.#open = { log, lock };
      this.#limit = this.#limitOf(log);
      return records;
    } catch (error) {
      await close({ log, lock });
      return this.#refuse(error);
    }
  }

  #refuse(error: unknown): never {
    throw error instanceof FileStorageError ? error : inaccessible(this.#path, error);
  }

  #limitOf({ base }: Log): number {
    // What comes before the first write is never more than once there.
    return base + (base - HEADER) + this.#slack;
  }

  /** Copies while writes go on; they wait for the end of it alone. */
  #compactIfDue(): void {
    const log = this.#open?.log;
    if (!log || this.#lost || this.#copying || log.length <= this.#limit) return;
    const copying = this.#copy(log);
    this.#copying = copying;
    void copying.then(() => this.#next(() => this.#replace(log, copying)).catch(() => undefined));
  }

  /** @returns nothing if it failed */
  async #copy(log: Log): Promise<Successor | undefined> {
    try {
      return await log.copyLive(this.#clock());
    } catch {
      return undefined;
    }
  }

  async #replace(log: Log, copying: Promise<Successor | undefined>): Promise<void> {
    // It was done at the end of the file's use.
    if (this.#copying !== copying) return;
    this.#copying = undefined;
    // If it fails, the log is whole and has all that it should; it is only longer than it need be.
    this.#limit = log.length + this.#slack;
    const next = await copying;
    if (!next) return;
    await log.replaceBy(next);
    this.#limit = this.#limitOf(log);
  }
}

async function close({ log, lock }: { log: Log | undefined; lock: Lock }): Promise<void> {
  try {
    await log?.close();
  } finally {
    lock.release();
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
