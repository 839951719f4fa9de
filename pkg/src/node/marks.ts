import { writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { damaged } from "./errors.js";
import { type Header, MARK, MARKS, decodeMark, encodeMark } from "./format.js";
import type { Reader } from "./reader.js";

/**
 * The two marks of a file that is open. They tell a write that was cut off, which nobody was told of,
 * from one that was answered and is damaged.
 */
export class Marks {
  readonly #salt: Uint8Array;
  /** The length that the newest mark says. */
  #length: number;
  /** Which of them is the newest. */
  #newest: 0 | 1;
  /** Whether the other one may say a greater length, of a write that failed. */
  #isUnsure = false;
  /** Whether the newest one may not be on the disk yet. */
  #isLoose = false;

  private constructor(salt: Uint8Array, length: number, newest: 0 | 1) {
    this.#salt = salt;
    this.#length = length;
    this.#newest = newest;
  }

  /** Those of a file that has just taken its place. */
  static initial({ salt, base }: Header): Marks {
    return new Marks(salt, base, 0);
  }

  /**
   * Those of a file that is there.
   *
   * @throws {FileStorageError} if none of them is whole, which no power cut leaves behind
   */
  static async read(path: string, reader: Reader, { salt }: Header): Promise<Marks> {
    const at = async (i: 0 | 1) => decodeMark(salt, MARKS[i], await reader.read(MARKS[i], MARK)) ?? -1;
    const [first, second] = [await at(0), await at(1)];
    if (first < 0 && second < 0) throw damaged(path, MARKS[0]);
    return first < second ? new Marks(salt, second, 1) : new Marks(salt, first, 0);
  }

  /** Up to where every write was answered. */
  get length(): number {
    return this.#length;
  }

  /**
   * Notes that a longer part was answered. The mark is written, not synchronised: the next write does that, or
   * {@link Marks.sync}. The end of the process does it no harm; a power cut leaves this mark or the one
   * before, and the bytes up to the longer one are on the disk already.
   *
   * @param length of what is on the disk
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

  /** Makes the newest one safe. */
  async sync(handle: FileHandle): Promise<void> {
    if (!this.#isLoose) return;
    await handle.datasync();
    this.#isLoose = false;
  }

  /** Makes sure, before a file is cut to this length, that no mark says more. */
  async takeBack(handle: FileHandle): Promise<void> {
    if (!this.#isUnsure) return;
    this.#put(handle, this.#newest === 0 ? 1 : 0, this.#length);
    await handle.datasync();
    this.#isUnsure = false;
  }

  /** Synchronously: some bytes of a page in memory cost less than it does to wait for them. */
  #put(handle: FileHandle, i: 0 | 1, length: number): void {
    const mark = encodeMark(this.#salt, MARKS[i], length);
    for (let written = 0; written < MARK; ) {
      written += writeSync(handle.fd, mark, written, MARK - written, MARKS[i] + written);
    }
  }
}
