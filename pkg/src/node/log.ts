import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import type { RecordChange, StoredRecord } from "../issuer/storage.js";
import { codeOf, damaged, FileStorageError } from "./errors.js";
import {
  decodeHeader,
  encodeChange,
  encodeFrame,
  encodeHeader,
  FRAME,
  HEADER,
  type Header,
  MAX_PAYLOAD,
} from "./format.js";
import { readFrames } from "./frames.js";
import { syncFolder } from "./place.js";
import { Reader } from "./reader.js";

/** What a compaction writes at a time. */
const PIECE = 256 * 1024;

/** Not through a link that somebody put there since the place was looked at. Windows has no such flag. */
const NO_LINK = constants.O_NOFOLLOW ?? 0;

/**
 * A log of changes in a file that is open. Nothing in here runs at the same time as something else
 * of the same log.
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
    // What a compaction left that did not come to its end.
    await rm(nextOf(path), { force: true });
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
    const { handle, header, isLoose } = await replace(path, async () => HEADER);
    const log = new Log(path, handle, header);
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
   * Puts a file in this one's place that has the live records alone. If that fails, the log is as it
   * was.
   *
   * @param now in Unix seconds: what has expired is left out
   */
  async compact(now: bigint): Promise<void> {
    const index = new Map<string, number>();
    const { handle, header, isLoose } = await replace(this.#path, (next, salt) =>
      this.#copyLive(next, salt, now, index),
    );
    const former = this.#handle;
    this.#handle = handle;
    this.#header = header;
    this.#length = header.base;
    this.#hasTail = false;
    this.#isLoose = isLoose;
    this.#index = index;
    await former.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** @returns the length of the file then */
  async #copyLive(
    next: FileHandle,
    salt: Uint8Array,
    now: bigint,
    index: Map<string, number>,
  ): Promise<number> {
    let end = HEADER;
    let parts: Buffer[] = [];
    let size = 0;
    const flush = async () => {
      if (parts.length === 0) return;
      const frame = encodeFrame(salt, end, parts);
      await writeAll(next, frame, end);
      end += frame.length;
      parts = [];
      size = 0;
    };
    const reader = new Reader(this.#handle, this.#length);
    await readFrames(this.#path, reader, this.#header, (change, position) => {
      const { key, expires } = change;
      if (this.#index.get(key) !== position) return;
      if (expires !== undefined && expires <= now) return;
      const part = encodeChange(change);
      index.set(key, end + FRAME + size);
      parts.push(part);
      size += part.length;
      return size < PIECE ? undefined : flush();
    });
    await flush();
    return end;
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

/** The name of a file that will take another one's place. */
function nextOf(path: string): string {
  return `${path}.new`;
}

/**
 * Writes a file beside another one, and puts it in that one's place. Whenever this is stopped, there
 * is one of them, and it is whole.
 *
 * @param write writes what comes after the header, and gives the length of the file then
 */
async function replace(
  path: string,
  write: (handle: FileHandle, salt: Uint8Array) => Promise<number>,
): Promise<{ handle: FileHandle; header: Header; isLoose: boolean }> {
  const next = nextOf(path);
  const salt = randomBytes(16);
  const handle = await openNew(next);
  let header: Header;
  try {
    header = { salt, base: await write(handle, salt) };
    await writeAll(handle, encodeHeader(header), 0);
    await handle.sync();
    await rename(next, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(next, { force: true }).catch(() => undefined);
    throw error;
  }
  const isLoose = await syncFolder(path).then(
    () => false,
    () => true,
  );
  return { handle, header, isLoose };
}

/** A file that nobody else has open, whatever was left there. */
async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx+", 0o600);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  await rm(path, { force: true });
  return open(path, "wx+", 0o600);
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const rest = bytes.length - written;
    const { bytesWritten } = await handle.write(bytes, written, rest, position + written);
    written += bytesWritten;
  }
}
