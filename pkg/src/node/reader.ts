import type { FileHandle } from "node:fs/promises";

const WINDOW = 1024 * 1024;

/** Reads a file mostly forwards, in large pieces even if the requested parts are small. */
export class Reader {
  /** How many bytes can be read. The file may be longer. */
  readonly size: number;
  readonly #handle: FileHandle;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  /** Returns bytes that are valid until the next call. There are fewer than requested at the end of the file. */
  async read(position: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - position));
    const offset = position - this.#start;
    if (offset < 0 || offset + wanted > this.#window.length) {
      await this.#fill(position, Math.min(Math.max(wanted, WINDOW), this.size - position));
      return this.#window.subarray(0, wanted);
    }
    return this.#window.subarray(offset, offset + wanted);
  }

  async #fill(position: number, length: number): Promise<void> {
    const window = Buffer.allocUnsafe(Math.max(0, length));
    let filled = 0;
    while (filled < window.length) {
      const rest = window.length - filled;
      const { bytesRead } = await this.#handle.read(window, filled, rest, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    this.#window = window.subarray(0, filled);
    this.#start = position;
  }
}
