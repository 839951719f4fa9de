import { type Stats, readFileSync } from "node:fs";
import { type FileHandle, lstat, open, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { FileStorageError, codeOf } from "./errors.js";
import { distrust, foreignOwner, isPrivate } from "./owner.js";

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
  if (something.isSymbolicLink() && something.uid !== 0) {
    const foreign = foreignOwner(something);
    if (foreign !== undefined) throw new FileStorageError("unsafe", path, `is a link that ${foreign}`);
  }
  // A link to nothing would be replaced by the first file that takes its place: an error is better.
  const real = await realpath(full);
  // Not opened before this is known: opening a pipe waits for whoever writes to it.
  checkStore(path, await stat(real));
  if (isMountedAlone(real)) {
    const sentence =
      "is mounted as a file of its own, so that others who have it see no lock beside it, and no other file " +
      "can take its place; mount its folder instead";
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
 * Checks that a file may be a store: that it is a file, and that nobody but this user can have
 * written it.
 *
 * @throws {FileStorageError} if not
 */
export function checkStore(path: string, found: Stats): void {
  const reason = distrust(found);
  if (reason === undefined) return;
  throw new FileStorageError(found.isFile() ? "unsafe" : "not_a_store", path, reason);
}

/**
 * Has a store read by nobody but its owner: it may have been copied, by a program that does not care
 * who reads it.
 *
 * @throws {FileStorageError} if its file system does not know such a thing
 */
export async function makePrivate(path: string, handle: FileHandle): Promise<void> {
  if (isPrivate(await handle.stat())) return;
  await handle.chmod(0o600);
  if (isPrivate(await handle.stat())) return;
  const sentence = "can be read by other users, and its file system keeps no rights; choose another folder";
  throw new FileStorageError("unsafe", path, sentence);
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
