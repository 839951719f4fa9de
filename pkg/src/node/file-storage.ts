import type { IssuerStorage, RecordChange, StoredRecord } from "../issuer/storage.js";
import { FileStorageError } from "./errors.js";
import { HEADER } from "./format.js";
import { Lock } from "./lock.js";
import { Log } from "./log.js";
import { inaccessible, placeOf } from "./place.js";
import type { Successor } from "./successor.js";

const MEBIBYTE = 1024 * 1024;

/** The options of {@link fileStorage}. */
export interface FileStorageOptions {
  /**
   * By how many bytes the file may exceed twice its size after the last compaction, before it is compacted again:
   * rewritten with only the live records. Default: 1 MiB.
   */
  readonly slack?: number | undefined;
  /** Returns the time in Unix seconds. Pass the issuer's own clock, if it has one. Default: the host's clock. */
  readonly clock?: (() => number | bigint) | undefined;
  /**
   * Whether to take the file over from a process of another machine or another container, although it cannot be
   * seen whether that process still runs. Use this only if something else guarantees that there is only one process
   * at a time. If that process does run, its next write rejects with `changed`; until then, it answers requests that
   * need no write from its old state. Default: `false`.
   */
  readonly takeOver?: boolean | undefined;
}

/** A storage in a file, which only one process at a time can have open. */
export interface FileStorage extends IssuerStorage {
  /**
   * Opens the file, or creates it if it does not exist, and returns every record.
   *
   * @throws {FileStorageError} if the file cannot be used; `problem` says why
   */
  load(): Promise<StoredRecord[]>;
  /**
   * Finishes the writes in progress, closes the file and releases its lock. Until then, or until the process ends,
   * no other process can open the file.
   */
  close(): Promise<void>;
}

/**
 * Keeps an issuer's state in a file, for Node, Deno and Bun.
 *
 * Changes are appended and synchronised to disk. Everything that was answered is still in the file after a crash or
 * a power failure, and an unfinished write is discarded. The file contains secrets, including the private key; only
 * its owner can read it.
 *
 * The methods reject with a {@link FileStorageError}, whose `problem` says why, if the file is in use, damaged, not a
 * store, or not exclusively this user's. In this case the storage changes nothing in it. If something else changes or
 * replaces the file while it is open, every method except `close` rejects from then on, and nothing is overwritten.
 *
 * While the file is open, there is a lock file beside it (`.lock`) and, during a compaction, a new file (`.new`). The
 * lock of a process that no longer runs is taken over; that of another machine or another container is not: see
 * {@link FileStorageOptions.takeOver}. Deno needs `--allow-all` to see which processes run and who owns a file: without
 * it, no lock is taken over, and owners are not compared.
 *
 * @param path the path of the file, in an existing folder
 * @example
 * ```js
 * import { Issuer, exampleConfig } from "eiam-token/issuer";
 * import { fileStorage } from "eiam-token/file-storage";
 *
 * const storage = fileStorage("example.store");
 * const issuer = await Issuer.create(exampleConfig("http://127.0.0.1:9400"), { storage });
 * // … and at the end
 * await storage.close();
 * ```
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
  /** The length at which the next compaction is due. */
  #limit = 0;
  /** The copy that a compaction is making. */
  #copying: Promise<Successor | undefined> | undefined;
  readonly #takeOver: boolean;
  /** Set once something else has changed the file: from then on, the storage does nothing with it. */
  #lost: FileStorageError | undefined;
  /** The last step. Each step begins when the one before it has ended. */
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
      // Otherwise the file of somebody who always opens it briefly would grow for ever.
      if (this.#copying && !isLost) await this.#replace(open.log, this.#copying).catch(() => undefined);
      await close(open);
    });
  }

  /** Runs a step once the earlier steps have ended. */
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
      // Checked again, because the former holder of the lock may have created the file meanwhile.
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
    // The header does not grow, so it counts only once.
    return base + (base - HEADER) + this.#slack;
  }

  /** Starts a compaction if it is due. Writes go on while it copies, and wait only when the copy takes its place. */
  #compactIfDue(): void {
    const log = this.#open?.log;
    if (!log || this.#lost || this.#copying || log.length <= this.#limit) return;
    const copying = this.#copy(log);
    this.#copying = copying;
    void copying.then(() => this.#next(() => this.#replace(log, copying)).catch(() => undefined));
  }

  /** @returns `undefined` if it failed */
  async #copy(log: Log): Promise<Successor | undefined> {
    try {
      return await log.copyLive(this.#clock());
    } catch {
      return undefined;
    }
  }

  async #replace(log: Log, copying: Promise<Successor | undefined>): Promise<void> {
    // `close` has already done this.
    if (this.#copying !== copying) return;
    this.#copying = undefined;
    // If this fails, the log is still complete, only longer than necessary.
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
