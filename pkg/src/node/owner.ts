import type { Stats } from "node:fs";
import process from "node:process";

/** What others may not do with a file. */
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;

/**
 * Why a file is not one that this user alone has written, and what to do about it; `undefined` for one
 * that is. That others can read it is no such reason: see {@link isPrivate}.
 *
 * @param found of `lstat` or `fstat`: a link is none
 */
export function distrust(found: Stats): string | undefined {
  if (found.isDirectory()) return "is a folder";
  if (!found.isFile()) return "is no regular file";
  const foreign = foreignOwner(found);
  if (foreign !== undefined) return foreign;
  if (hasOwners && (found.mode & OTHERS_WRITE) !== 0) {
    return (
      `can be written by other users (mode ${(found.mode & 0o777).toString(8)}); ` +
      "if none of them has, take that right away (chmod 600)"
    );
  }
  // Each name would have a lock of its own.
  if (found.nlink > 1) return `has ${found.nlink} names (hard links); remove the others`;
  return undefined;
}

/** That a file is another user's, and what to do about it. Root has no right to others' either. */
export function foreignOwner({ uid }: Stats): string | undefined {
  const own = user();
  if (own === undefined || uid === own) return undefined;
  return (
    `belongs to user ${uid}, and this process runs as user ${own}; ` +
    `run it as user ${uid}, or change the owner if the file is trusted`
  );
}

/** Who this process is; `undefined` where there are no such numbers, or Deno does not tell. */
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

/** Windows has other rights than these. */
const hasOwners = process.platform !== "win32";
