import { EiamTokenError } from "../errors.js";

/**
 * Why a file cannot be used: a process has it open (`in_use`); something else changed it, or took it,
 * while it was open here (`changed`); others own it or can write it (`unsafe`); it is damaged where a
 * write had been answered (`damaged`); another version of this package wrote it (`unknown_version`);
 * it is something else (`not_a_store`); the host refuses it (`inaccessible`); it was closed (`closed`).
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

/** A file cannot be used. Nothing in it was changed. */
export class FileStorageError extends EiamTokenError {
  /** Why, in one stable word. */
  readonly problem: FileStorageProblem;
  /** The file. */
  readonly path: string;
  /** The process that has it open, of `in_use`; `undefined` for one that cannot be seen from here. */
  readonly pid: number | undefined;
  /** The byte at which the damage begins, of `damaged`. */
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
    super("storage_error", `${path} ${sentence}`, { ...options, name: "FileStorageError" });
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
 * The host's word for why it refused, such as `ENOENT`.
 *
 * @internal
 */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}
