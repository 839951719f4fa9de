import { type Stats, readFileSync } from "node:fs";
import { type FileHandle, lstat, open, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { FileStorageError, codeOf } from "./errors.js";
import { distrust, foreignOwner, isPrivate } from "./owner.js";

/** The location of a store. */
export interface Place {
  /** The path with every link followed, so that two names of a file are the same place. */
  readonly path: string;
  readonly exists: boolean;
}

/**
 * Finds out where a store is, or will be.
 *
 * @throws {FileStorageError} if there is something that cannot be a store
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
  if (something.isSymbolicLink() && something.uid !== 0) {
    const foreign = foreignOwner(something);
    if (foreign !== undefined) throw new FileStorageError("unsafe", path, `is a link that ${foreign}`);
  }
  // The first compaction would replace a link that leads to nothing, so it is an error.
  const real = await realpath(full);
  // It is checked before it is opened, because opening a pipe waits for its writer.
  checkStore(path, await stat(real));
  if (isMountedAlone(real)) {
    const sentence =
      "is mounted by itself, so that other processes cannot see the lock beside it, and a compacted file cannot " +
      "take its place; mount its folder instead";
    throw new FileStorageError("unsafe", path, sentence);
  }
  return { path: real, exists: true };
}

/**
 * Whether a file was mounted, such as that of a host in a container, and not the folder that it is in
 * (proc_pid_mountinfo(5), field 5).
 *
 * @param path with every link followed
 */
function isMountedAlone(path: string): boolean {
  let mounts: string;
  try {
    mounts = readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    // Only Linux has it, and Deno keeps it to itself without permission.
    return false;
  }
  // The characters that it would break a line or a field with are written by their numbers.
  const escaped = path.replace(/[\t\n \\]/g, (found) => `\\${found.charCodeAt(0).toString(8).padStart(3, "0")}`);
  return mounts.split("\n").some((line) => line.split(" ", 5)[4] === escaped);
}

/**
 * Checks that something is a file, and that only this user can have written it.
 *
 * @throws {FileStorageError} if not
 */
export function checkStore(path: string, found: Stats): void {
  const reason = distrust(found);
  if (reason === undefined) return;
  throw new FileStorageError(found.isFile() ? "unsafe" : "not_a_store", path, reason);
}

/**
 * Makes sure that only the owner can read a store, because it may have been copied by a program that did not care.
 *
 * @throws {FileStorageError} if its file system does not support permissions
 */
export async function makePrivate(path: string, handle: FileHandle): Promise<void> {
  if (isPrivate(await handle.stat())) return;
  await handle.chmod(0o600);
  if (isPrivate(await handle.stat())) return;
  const sentence =
    "can be read by other users, and its file system does not support permissions; choose another folder";
  throw new FileStorageError("unsafe", path, sentence);
}

/** @param error the host's error */
export function inaccessible(path: string, error: unknown): FileStorageError {
  const code = codeOf(error) ?? "unknown error";
  return new FileStorageError("inaccessible", path, `cannot be used (${code})`, { cause: error });
}

/** Synchronises a folder, so that its entries are on disk. */
export async function syncFolder(path: string): Promise<void> {
  // Windows does not support this; there, a rename is durable by itself.
  if (process.platform === "win32") return;
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
