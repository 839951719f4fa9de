import { type Stats, constants, fstatSync, lstatSync } from "node:fs";
import { codeOf } from "./errors.js";

/**
 * How a file is opened that was looked at: a link that somebody puts there meanwhile is not followed,
 * and a pipe is not waited for. Windows has no such flags.
 */
export const CAREFULLY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What is at a path, links not followed; `undefined` for nothing. */
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
 * A file that is open. While it is, no other file has its number; of which a JavaScript number has not
 * all bits, as file systems of Windows, networks and virtual machines use all 64.
 */
export class Identity {
  readonly #device: bigint;
  readonly #number: bigint;

  constructor(descriptor: number) {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    this.#device = dev;
    this.#number = ino;
  }

  /** Whether a path is that of this file. */
  isAt(path: string): boolean {
    const found = orNothing(() => lstatSync(path, { bigint: true }));
    return found !== undefined && found.dev === this.#device && found.ino === this.#number;
  }
}
