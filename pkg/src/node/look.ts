import { constants, fstatSync, lstatSync, type Stats } from "node:fs";
import { codeOf } from "./errors.js";

/**
 * How a file is opened that was looked at: a link that somebody puts there meanwhile is not followed,
 * and a pipe is not waited for. Windows has no such flags.
 */
export const CAREFULLY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What is at a path, links not followed; `undefined` for nothing. */
export function look(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether a path is that of a file which is open. While it is open, no other file has its number. */
export function isAt(path: string, descriptor: number): boolean {
  const found = look(path);
  const { dev, ino } = fstatSync(descriptor);
  return found !== undefined && found.dev === dev && found.ino === ino;
}
