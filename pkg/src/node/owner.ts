import type { Stats } from "node:fs";
import process from "node:process";

/** The permissions that others must not have. */
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;

/**
 * Why a file may have been written by somebody other than this user, and what to do about it; `undefined` if it cannot
 * have been. That others can read it is no such reason: see {@link isPrivate}.
 *
 * @param found the result of `lstat` or `fstat`, for which a link is not a regular file
 */
export function distrust(found: Stats): string | undefined {
  if (found.isDirectory()) return "is a folder";
  if (!found.isFile()) return "is not a regular file";
  const foreign = foreignOwner(found);
  if (foreign !== undefined) return foreign;
  if (hasOwners && (found.mode & OTHERS_WRITE) !== 0) {
    return (
      `can be written by other users (mode ${(found.mode & 0o777).toString(8)}); ` +
      "if none of them has written it, remove that permission (chmod 600)"
    );
  }
  // Each name would have its own lock.
  if (found.nlink > 1) return `has ${found.nlink} names (hard links); remove the other names`;
  return undefined;
}

/** That a file belongs to another user, and what to do about it. This applies to root as well. */
export function foreignOwner({ uid }: Stats): string | undefined {
  const own = user();
  if (own === undefined || uid === own) return undefined;
  return (
    `belongs to user ${uid}, and this process runs as user ${own}; ` +
    `run it as user ${uid}, or change the owner if the file is trusted`
  );
}

/** The user id of this process; `undefined` if the system has none, or if Deno does not reveal it. */
function user(): number | undefined {
  try {
    return process.geteuid?.();
  } catch {
    return undefined;
  }
}

/** Whether nobody but its owner can read a file. */
export function isPrivate({ mode }: Stats): boolean {
  return !hasOwners || (mode & OTHERS) === 0;
}

/** Windows has other permissions than these. */
const hasOwners = process.platform !== "win32";
