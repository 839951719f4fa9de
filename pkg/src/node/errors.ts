import { EiamTokenError } from "../errors.js";

/**
 * Why a file cannot be used:
 *
 * - `in_use`: another process has it open.
 * - `changed`: something else changed or replaced it while it was open here.
 * - `unsafe`: another user owns it or can write it.
 * - `damaged`: a write that had been answered is damaged.
 * - `unknown_version`: another version of this package wrote it.
 * - `not_a_store`: it is not a store of this package.
 * - `inaccessible`: the operating system or the runtime refuses access to it.
 * - `closed`: the storage was closed.
 */
export type FileStorageProblem =
  | "in_use"
  | "changed"
  | "unsafe"
  | "damaged"
  | "unknown_version"
  | "not_a_store"
  | "inaccessible"
  | "closed";

/** A file cannot be used. The storage has changed nothing in it. */
export class FileStorageError extends EiamTokenError {
  /** Why, in one stable word. */
  readonly problem: FileStorageProblem;
  /** The path of the file. */
  readonly path: string;
  /** For `in_use`: the id of the process that has the file open; `undefined` if it cannot be seen from here. */
  readonly pid: number | undefined;
  /** For `damaged`: the byte at which the damage begins. */
  readonly position: number | undefined;

  constructor(
    problem: FileStorageProblem,
    path: string,
    sentence: string,
    details: {
      pid?: number | undefined;
      position?: number | undefined;
      cause?: unknown;
    } = {},
  ) {
    const { pid, position, ...options } = details;
    super("storage_error", `${path} ${sentence}`, options, "FileStorageError");
    this.problem = problem;
    this.path = path;
    this.pid = pid;
    this.position = position;
  }
}

/** @internal */
export function damaged(path: string, position: number): FileStorageError {
  return new FileStorageError("damaged", path, `is damaged at byte ${position}`, { position });
}

/**
 * Returns the code of a host's error, such as `ENOENT`.
 *
 * @internal
 */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}
