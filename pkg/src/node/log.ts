import { type Stats, constants, fstatSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { RecordChange, StoredRecord } from "../issuer/storage.js";
import { FileStorageError, damaged } from "./errors.js";
import { FRAME, HEADER, type Header, MAX_PAYLOAD, decodeHeader, encodeChange, encodeFrame } from "./format.js";
import { type Visit, readFrames } from "./frames.js";
import type { Lock } from "./lock.js";
import { CAREFULLY, Identity, look } from "./look.js";
import { Marks } from "./marks.js";
import { checkStore, makePrivate, syncFolder } from "./place.js";
import { Reader } from "./reader.js";
import { Successor } from "./successor.js";
import { writeAll } from "./write-all.js";

/**
 * A log of changes in an open file. Only {@link Log.copyLive} may run at the same time as another method of the same
 * log.
 */
export class Log {
  readonly #path: string;
  readonly #lock: Lock;
  #handle: FileHandle;
  #identity: Identity;
  #header: Header;
  #marks: Marks;
  /** Where the last complete frame ends; `undefined` before the file was read. */
  #end: number | undefined;
  /** How many bytes of a failed write may follow the last complete frame. */
  #tail = 0;
  /** Whether the folder's entry for the open file may not be on disk yet. */
  #isLoose = false;
  /** The position of the latest change of each live record. */
  #index = new Map<string, number>();

  private constructor(path: string, lock: Lock, handle: FileHandle, header: Header, marks: Marks) {
    this.#path = path;
    this.#lock = lock;
    this.#handle = handle;
    this.#identity = new Identity(handle.fd);
    this.#header = header;
    this.#marks = marks;
  }

  /**
   * Opens the log in an existing file.
   *
   * @param lock the lock of the file
   */
  static async open(path: string, lock: Lock): Promise<Log> {
    const handle = await open(path, constants.O_RDWR | CAREFULLY);
    try {
      const found = await handle.stat();
      checkStore(path, found);
      const header = await readHeader(path, handle, found);
      const marks = await Marks.read(path, new Reader(handle, found.size), header);
      await makePrivate(path, handle);
      await Successor.removeRest(path);
      const log = new Log(path, lock, handle, header, marks);
      // The process that put it there may have been killed before the folder was synchronised.
      log.#isLoose = true;
      return log;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Creates a file with an empty log.
   *
   * @param lock the lock of the file
   */
  static async create(path: string, lock: Lock): Promise<Log> {
    const next = await Successor.create(path);
    try {
      const { header, isLoose } = await next.takePlace(() => lock.check());
      const log = new Log(path, lock, next.handle, header, Marks.initial(header));
      log.#isLoose = isLoose;
      return log;
    } catch (error) {
      await next.discard();
      throw error;
    }
  }

  /** The length of the file after the last compaction, in bytes. */
  get base(): number {
    return this.#header.base;
  }

  /** The current length of the file, in bytes. */
  get length(): number {
    return this.#end ?? this.#header.base;
  }

  /**
   * Reads every record, and removes a write that was cut off by the end of its process.
   *
   * @throws {FileStorageError} if the file is damaged; it is then left as it is
   */
  async records(): Promise<StoredRecord[]> {
    this.#check();
    // A write that was rejected must not come back.
    await this.#cutTail();
    const found = new Map<string, { value: Uint8Array; position: number }>();
    const { size } = await this.#handle.stat();
    const reader = new Reader(this.#handle, size);
    const part = { start: HEADER, answered: Math.max(this.#header.base, this.#marks.length) };
    const visit: Visit = ({ key, value }, position) => {
      if (value) found.set(key, { value: new Uint8Array(value), position });
      else found.delete(key);
    };
    const end = await readFrames(this.#path, reader, this.#header, part, visit);
    this.#end = end;
    this.#tail = size - end;
    await this.#cutTail();
    if (end > this.#marks.length) {
      // Its process was killed between the write and the answer. From now on, answers depend on that write.
      await this.#handle.datasync();
      this.#marks.advance(this.#handle, end);
    }
    this.#index = new Map(Array.from(found, ([key, { position }]) => [key, position]));
    return Array.from(found, ([key, { value }]) => ({ key, value }));
  }

  /** Appends changes in one frame. If that fails, the log is unchanged. */
  async append(changes: readonly RecordChange[]): Promise<void> {
    if (changes.length === 0) return;
    const parts = changes.map(encodeChange);
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    if (size > MAX_PAYLOAD) throw new RangeError("the changes are too large for one write");
    if (this.#isLoose) await syncFolder(this.#path);
    this.#isLoose = false;
    await this.#cutTail();
    this.#check();
    const start = this.length;
    const frame = encodeFrame(this.#header.salt, start, parts);
    this.#tail = frame.length;
    try {
      await writeAll(this.#handle, frame, start);
      await this.#handle.datasync();
      // Another process may have taken the file over meanwhile, and read it before this write was complete.
      this.#check(start + frame.length);
      this.#marks.advance(this.#handle, start + frame.length);
    } catch (error) {
      // If this fails as well, the next write tries it again first.
      await this.#cutTail().catch(() => undefined);
      throw error;
    }
    this.#tail = 0;
    let position = start + FRAME;
    for (const [i, { key, value }] of changes.entries()) {
      if (value === undefined) this.#index.delete(key);
      else this.#index.set(key, position);
      position += parts[i]?.length ?? 0;
    }
    this.#end = position;
  }

  /**
   * Copies the current live records into a file that may take this one's place. It may run while changes are appended.
   *
   * @param now the time in Unix seconds; records that have expired are left out
   */
  async copyLive(now: bigint): Promise<Successor> {
    this.#check();
    const end = this.length;
    const next = await Successor.create(this.#path);
    try {
      await this.#show(HEADER, end, (change, position) => {
        const { key, expires } = change;
        // Later changes are in the rest of the log.
        if (this.#index.get(key) !== position) return undefined;
        return expires !== undefined && expires <= now ? undefined : next.add(change);
      });
      next.copied = end;
      // This is by far the largest part, so that taking the place takes little time later.
      await next.sync();
      return next;
    } catch (error) {
      await next.discard();
      throw error;
    }
  }

  /**
   * Puts a copy in this file's place, after adding what was appended meanwhile. If that fails, the log is unchanged.
   */
  async replaceBy(next: Successor): Promise<void> {
    let taken: { header: Header; isLoose: boolean };
    try {
      await this.#show(next.copied, this.length, (change) => next.add(change));
      taken = await next.takePlace(() => this.#check());
    } catch (error) {
      await next.discard();
      throw error;
    }
    const former = this.#handle;
    this.#handle = next.handle;
    this.#identity = new Identity(next.handle.fd);
    this.#header = taken.header;
    this.#marks = Marks.initial(taken.header);
    this.#end = taken.header.base;
    this.#tail = 0;
    this.#isLoose = taken.isLoose;
    this.#index = next.index;
    await former.close().catch(() => undefined);
  }

  /** Closes the file. The log cannot be used afterwards. */
  async close(): Promise<void> {
    try {
      // This may fail, because nothing is lost without it.
      await this.#marks.sync(this.#handle).catch(() => undefined);
    } finally {
      await this.#handle.close();
    }
  }

  /** Calls `visit` with every change between two positions at which frames begin. */
  async #show(start: number, end: number, visit: Visit): Promise<void> {
    const part = { start, answered: end };
    await readFrames(this.#path, new Reader(this.#handle, end), this.#header, part, visit);
  }

  async #cutTail(): Promise<void> {
    if (this.#tail === 0) return;
    this.#check();
    await this.#marks.takeBack(this.#handle);
    await this.#handle.truncate(this.length);
    await this.#handle.datasync();
    this.#tail = 0;
  }

  /**
   * Checks that the file is as this process left it. It is synchronous, so that this process does nothing else between
   * the check and what depends on it, and takes only some microseconds.
   *
   * @param least how many bytes the file must have; it may also have those of a failed write
   * @throws {FileStorageError} if something else has changed the file
   */
  #check(least = this.#end): void {
    this.#lock.check();
    if (!this.#identity.isAt(this.#path)) {
      throw changed(this.#path, look(this.#path) ? "another file took its place" : "it was removed");
    }
    if (this.#end === undefined || least === undefined) return;
    const { size } = fstatSync(this.#handle.fd);
    if (size < least || size > this.#end + this.#tail) {
      throw changed(this.#path, `it has ${size} bytes, but ${least} were written`);
    }
  }
}

function changed(path: string, how: string): FileStorageError {
  return new FileStorageError("changed", path, `was changed while this process had it open: ${how}`);
}

async function readHeader(path: string, handle: FileHandle, { size }: Stats): Promise<Header> {
  if (size === 0) throw new FileStorageError("not_a_store", path, "is empty, so it is not a store of an issuer");
  const header = decodeHeader(await new Reader(handle, size).read(0, HEADER));
  if (header === "not_a_store") {
    throw new FileStorageError("not_a_store", path, "is not a store of an issuer");
  }
  if (header === "damaged") throw damaged(path, 0);
  if ("version" in header) {
    const sentence = `is a store of version ${header.version}, which this version of eiam-token does not know`;
    throw new FileStorageError("unknown_version", path, sentence);
  }
  return header;
}
