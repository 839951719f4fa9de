import { writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { damaged } from "./errors.js";
import { type Header, MARK, MARKS, decodeMark, encodeMark } from "./format.js";
import type { Reader } from "./reader.js";

/**
 * The two marks of an open file. They distinguish a write that was cut off before it was answered from one that was
 * answered and is damaged.
 */
export class Marks {
  readonly #salt: Uint8Array;
  /** The length in the newest mark. */
  #length: number;
  /** Which mark is the newest. */
  #newest: 0 | 1;
  /** Whether the other mark may have a greater length, from a write that failed. */
  #isUnsure = false;
  /** Whether the newest mark may not be on disk yet. */
  #isLoose = false;

  private constructor(salt: Uint8Array, length: number, newest: 0 | 1) {
    this.#salt = salt;
    this.#length = length;
    this.#newest = newest;
  }

  /** The marks of a file that has just taken its place. */
  static initial({ salt, base }: Header): Marks {
    return new Marks(salt, base, 0);
  }

  /**
   * Reads the marks of an existing file.
   *
   * @throws {FileStorageError} if none of them is complete, which cannot be caused by a power failure
   */
  static async read(path: string, reader: Reader, { salt }: Header): Promise<Marks> {
    const at = async (i: 0 | 1) => decodeMark(salt, MARKS[i], await reader.read(MARKS[i], MARK)) ?? -1;
    const [first, second] = [await at(0), await at(1)];
    if (first < 0 && second < 0) throw damaged(path, MARKS[0]);
    return first < second ? new Marks(salt, second, 1) : new Marks(salt, first, 0);
  }

  /** The length up to which every write was answered. */
  get length(): number {
    return this.#length;
  }

  /**
   * Notes that a longer part was answered. It writes the mark, but does not synchronise it: the next write or
   * {@link Marks.sync} does so. The mark survives the end of the process. A power failure leaves this mark or the
   * one before, and all bytes up to the greater length are already on disk.
   *
   * @param length the length of what is on disk
   */
  advance(handle: FileHandle, length: number): void {
    const next = this.#newest === 0 ? 1 : 0;
    this.#isUnsure = true;
    this.#put(handle, next, length);
    this.#isUnsure = false;
    this.#newest = next;
    this.#length = length;
    this.#isLoose = true;
  }

  /** Synchronises the newest mark. */
  async sync(handle: FileHandle): Promise<void> {
    if (!this.#isLoose) return;
    await handle.datasync();
    this.#isLoose = false;
  }

  /** Makes sure that no mark has a greater length, before the file is cut to this length. */
  async takeBack(handle: FileHandle): Promise<void> {
    if (!this.#isUnsure) return;
    this.#put(handle, this.#newest === 0 ? 1 : 0, this.#length);
    await handle.datasync();
    this.#isUnsure = false;
  }

  /** Writes synchronously, because a few bytes in memory take less time than waiting for them. */
  #put(handle: FileHandle, i: 0 | 1, length: number): void {
    const mark = encodeMark(this.#salt, MARKS[i], length);
    for (let written = 0; written < MARK; ) {
      written += writeSync(handle.fd, mark, written, MARK - written, MARKS[i] + written);
    }
  }
}
