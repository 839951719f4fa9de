import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { FileStorageError } from "./errors.js";
import { FRAME, HEADER, type Header, type WrittenChange, encodeChange, encodeFrame, encodeHeader } from "./format.js";
import { Identity, look } from "./look.js";
import { foreignOwner } from "./owner.js";
import { checkStore, makePrivate, syncFolder } from "./place.js";
import { writeAll } from "./write-all.js";

/** How many bytes are written at a time. */
const PIECE = 256 * 1024;

/**
 * A new file beside another one, whose place it takes once it is complete. Whenever the process ends, one of the two
 * files is in that place, and it is complete.
 */
export class Successor {
  readonly handle: FileHandle;
  /** The position of each record that was added. */
  readonly index = new Map<string, number>();
  /** The position up to which the other file was copied. */
  copied = HEADER;
  readonly #path: string;
  readonly #salt = randomBytes(16);
  #end = HEADER;
  #parts: Buffer[] = [];
  #size = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.handle = handle;
  }

  /** @param path the path of the other file */
  static async create(path: string): Promise<Successor> {
    return new Successor(path, await openNew(path));
  }

  /**
   * Removes the file of an unfinished compaction.
   *
   * @throws {FileStorageError} if something else has that name
   */
  static async removeRest(path: string): Promise<void> {
    const next = nextOf(path);
    const found = look(next);
    if (!found) return;
    const reason = found.isFile() ? foreignOwner(found) : "is not a regular file";
    if (reason !== undefined) {
      const sentence = `cannot be written anew: ${next} ${reason}; remove it`;
      throw new FileStorageError("unsafe", path, sentence);
    }
    await rm(next, { force: true });
  }

  /** Appends a change. */
  async add(change: WrittenChange): Promise<void> {
    const { key, value } = change;
    if (value === undefined && !this.index.delete(key)) return;
    if (value !== undefined) this.index.set(key, this.#end + FRAME + this.#size);
    const part = encodeChange(change);
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#size >= PIECE) await this.#flush();
  }

  /** Synchronises what was added. */
  async sync(): Promise<void> {
    await this.#flush();
    await this.handle.sync();
  }

  /**
   * @param check called right before the other file is replaced; it throws if that must not happen
   * @returns `isLoose`: whether the folder's new entry may not be on disk yet
   */
  async takePlace(check: () => void): Promise<{ header: Header; isLoose: boolean }> {
    await this.#flush();
    const header = { salt: this.#salt, base: this.#end };
    await writeAll(this.handle, encodeHeader(header), 0);
    await this.handle.sync();
    check();
    // Another process that also believes to own the store may have begun its own new file.
    if (!new Identity(this.handle.fd).isAt(nextOf(this.#path))) throw new Error("another file is in its place by now");
    await rename(nextOf(this.#path), this.#path);
    const isLoose = await syncFolder(this.#path).then(
      () => false,
      () => true,
    );
    return { header, isLoose };
  }

  /** Removes this file. The other one keeps its place. */
  async discard(): Promise<void> {
    try {
      if (new Identity(this.handle.fd).isAt(nextOf(this.#path))) await Successor.removeRest(this.#path);
    } catch {
      // The next compaction removes it.
    } finally {
      await this.handle.close().catch(() => undefined);
    }
  }

  async #flush(): Promise<void> {
    if (this.#parts.length === 0) return;
    const frame = encodeFrame(this.#salt, this.#end, this.#parts);
    await writeAll(this.handle, frame, this.#end);
    this.#end += frame.length;
    this.#parts = [];
    this.#size = 0;
  }
}

/** The path of the file that will take another one's place. */
function nextOf(path: string): string {
  return `${path}.new`;
}

/** Creates a file that nobody else has open, after removing what was left there. */
async function openNew(path: string): Promise<FileHandle> {
  await Successor.removeRest(path);
  const handle = await open(nextOf(path), "wx+", 0o600);
  try {
    await makePrivate(path, handle);
    checkStore(path, await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    await Successor.removeRest(path).catch(() => undefined);
    throw error;
  }
}
