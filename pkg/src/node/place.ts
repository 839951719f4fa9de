import { lstat, open, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { codeOf, FileStorageError } from "./errors.js";

/** Where a store is. */
export interface Place {
  /** With every link followed: two names of one file are one place. */
  readonly path: string;
  readonly exists: boolean;
}

/**
 * Finds out where a store is, or will be.
 *
 * @throws {FileStorageError} if something else is there
 */
export async function placeOf(path: string): Promise<Place> {
  try {
    return await find(path);
  } catch (error) {
    throw error instanceof FileStorageError ? error : inaccessible(path, error);
  }
}

async function find(path: string): Promise<Place> {
  const full = resolve(path);
  const something = await lstat(full).catch((error) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (!something) {
    return { path: join(await realpath(dirname(full)), basename(full)), exists: false };
  }
  // A link to nothing would be replaced by the first file that takes its place: an error is better.
  const real = await realpath(full);
  // Not opened before this is known: opening a pipe waits for whoever writes to it.
  const found = await stat(real);
  if (found.isDirectory()) throw new FileStorageError("not_a_store", path, "is a folder");
  if (!found.isFile()) throw new FileStorageError("not_a_store", path, "is no regular file");
  return { path: real, exists: true };
}

/** @param error of the host */
export function inaccessible(path: string, error: unknown): FileStorageError {
  const code = codeOf(error) ?? "unknown error";
  return new FileStorageError("inaccessible", path, `cannot be used (${code})`, { cause: error });
}

/** Makes it safe that a folder has the files that it has. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no such thing: there a rename is safe by itself.
  if (process.platform === "win32") return;
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
