import { type Stats, constants, fstatSync, lstatSync } from "node:fs";
import { codeOf } from "./errors.js";

/**
 * The flags with which a file is opened after it was checked: a link that was put there meanwhile is not followed, and
 * a pipe does not block. Windows has no such flags.
 */
export const CAREFULLY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Looks at a path without following links; `undefined` if there is nothing. */
export function look(path: string): Stats | undefined {
  return orNothing(() => lstatSync(path));
}

function orNothing<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * The identity of an open file. While it is open, no other file has its inode number. The number is a `bigint`, because
 * file systems of Windows, networks and virtual machines use all 64 bits.
 */
export class Identity {
  readonly #device: bigint;
  readonly #number: bigint;

  constructor(descriptor: number) {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    this.#device = dev;
    this.#number = ino;
  }

  /** Whether this file is at a path. */
  isAt(path: string): boolean {
    const found = orNothing(() => lstatSync(path, { bigint: true }));
    return found !== undefined && found.dev === this.#device && found.ino === this.#number;
  }
}
