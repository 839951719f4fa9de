import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { RecordChange, StoredRecord } from "../issuer/storage.js";
import { damaged, FileStorageError } from "./errors.js";
import {
  decodeHeader,
  encodeChange,
  encodeFrame,
  FRAME,
  HEADER,
  type Header,
  MAX_PAYLOAD,
} from "./format.js";
import { readFrames, type Visit } from "./frames.js";
import { syncFolder } from "./place.js";
import { Reader } from "./reader.js";
import { Successor } from "./successor.js";
import { writeAll } from "./write-all.js";

/** Not through a link that somebody put there since the place was looked at. Windows has no such flag. */
const NO_LINK = constants.O_NOFOLLOW ?? 0;

/**
 * A log of changes in a file that is open. But for {@link Log.copyLive}, nothing in here runs at the
 * same time as something else of the same log.
 */
export class Log {
  readonly #path: string;
  #handle: FileHandle;
  #header: Header;
  /** Where the last whole frame ends. */
  #length = HEADER;
  /** Something may stand behind the last whole frame. */
  #hasTail = false;
  /** It is not certain that the folder has the file which is open. */
  #isLoose = false;
  /** Where the latest change of each live record stands. */
  #index = new Map<string, number>();

  private constructor(path: string, handle: FileHandle, header: Header) {
    this.#path = path;
    this.#handle = handle;
    this.#header = header;
  }

  /** Opens the log in a file, which is there. */
  static async open(path: string): Promise<Log> {
    await Successor.removeRest(path);
    const handle = await open(path, constants.O_RDWR | NO_LINK);
    try {
      const header = await readHeader(path, handle);
      // The file may have been copied, by a program that does not care who reads it.
      if (((await handle.stat()).mode & 0o077) !== 0) await handle.chmod(0o600);
      const log = new Log(path, handle, header);
      // Whoever put it there may have been killed before that was certain.
      log.#isLoose = true;
      return log;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Makes a file with an empty log, where none is. */
  static async create(path: string): Promise<Log> {
    const next = await Successor.create(path);
    const { header, isLoose } = await next.takePlace();
    const log = new Log(path, next.handle, header);
    log.#isLoose = isLoose;
    return log;
  }

  /** The length after the last compaction. */
  get base(): number {
    return this.#header.base;
  }

  /** The length now. */
  get length(): number {
    return this.#length;
  }

  /**
   * Every record. What was cut off by the end of the process that wrote it is removed.
   *
   * @throws {FileStorageError} for damage, and the file stays as it is
   */
  async records(): Promise<StoredRecord[]> {
    // A write that was rejected must not come back.
    await this.#cutTail();
    const found = new Map<string, { value: Uint8Array; position: number }>();
    const { size } = await this.#handle.stat();
    const reader = new Reader(this.#handle, size);
    const end = await readFrames(this.#path, reader, this.#header, ({ key, value }, position) => {
      if (value) found.set(key, { value: new Uint8Array(value), position });
      else found.delete(key);
    });
    this.#length = end;
    this.#hasTail = end < size;
    await this.#cutTail();
    // Its last write may have been read from the host's memory alone.
    await this.#handle.datasync();
    this.#index = new Map(Array.from(found, ([key, { position }]) => [key, position]));
    return Array.from(found, ([key, { value }]) => ({ key, value }));
  }

  /** Appends changes in one frame. If that fails, the log is as it was. */
  async append(changes: readonly RecordChange[]): Promise<void> {
    if (changes.length === 0) return;
    const parts = changes.map(encodeChange);
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    if (size > MAX_PAYLOAD) throw new RangeError("too much for one write");
    if (this.#isLoose) await syncFolder(this.#path);
    this.#isLoose = false;
    await this.#cutTail();
    const frame = encodeFrame(this.#header.salt, this.#length, parts);
    this.#hasTail = true;
    try {
      await writeAll(this.#handle, frame, this.#length);
      await this.#handle.datasync();
    } catch (error) {
      // If this fails as well, the next one tries again before it writes.
      await this.#cutTail().catch(() => undefined);
      throw error;
    }
    this.#hasTail = false;
    let position = this.#length + FRAME;
    for (const [i, { key, value }] of changes.entries()) {
      if (value === undefined) this.#index.delete(key);
      else this.#index.set(key, position);
      position += parts[i]?.length ?? 0;
    }
    this.#length = position;
  }

  /**
   * Copies the live records of now into a file that may take this one's place. It may run while
   * changes are appended.
   *
   * @param now in Unix seconds: what has expired is left out
   */
  async copyLive(now: bigint): Promise<Successor> {
    const end = this.#length;
    const next = await Successor.create(this.#path);
    try {
      await this.#show(HEADER, end, (change, position) => {
        const { key, expires } = change;
        // Of what changes from now on, the rest of the log tells.
        if (this.#index.get(key) !== position) return undefined;
        return expires !== undefined && expires <= now ? undefined : next.add(change);
      });
      next.copied = end;
      // The most by far: what takes its place then has little to wait for.
      await next.sync();
      return next;
    } catch (error) {
      await next.discard();
      throw error;
    }
  }

  /**
   * Puts a copy in this file's place, with what was appended since it was begun. If that fails, the
   * log is as it was.
   */
  async replaceBy(next: Successor): Promise<void> {
    let taken: { header: Header; isLoose: boolean };
    try {
      await this.#show(next.copied, this.#length, (change) => next.add(change));
      taken = await next.takePlace();
    } catch (error) {
      await next.discard();
      throw error;
    }
    const former = this.#handle;
    this.#handle = next.handle;
    this.#header = taken.header;
    this.#length = taken.header.base;
    this.#hasTail = false;
    this.#isLoose = taken.isLoose;
    this.#index = next.index;
    await former.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Shows what stands between two frames' beginnings. */
  async #show(start: number, end: number, visit: Visit): Promise<void> {
    await readFrames(this.#path, new Reader(this.#handle, end), this.#header, visit, start);
  }

  async #cutTail(): Promise<void> {
    if (!this.#hasTail) return;
    await this.#handle.truncate(this.#length);
    await this.#handle.datasync();
    this.#hasTail = false;
  }
}

async function readHeader(path: string, handle: FileHandle): Promise<Header> {
  const { size } = await handle.stat();
  if (size === 0) throw new FileStorageError("not_a_store", path, "is empty, which no store is");
  const header = decodeHeader(await new Reader(handle, size).read(0, HEADER));
  if (header === "not_a_store") {
    throw new FileStorageError("not_a_store", path, "is no store of an issuer");
  }
  if (header === "damaged") throw damaged(path, 0);
  if ("version" in header) {
    const sentence = `is a store of version ${header.version}, which is not known here`;
    throw new FileStorageError("unknown_version", path, sentence);
  }
  return header;
}
