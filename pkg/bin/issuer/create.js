import { FileStorageError } from "eiam-token/file-storage";
import { Issuer, IssuerConfigError, IssuerSnapshotError, IssuerStorageError } from "eiam-token/issuer";
import { CommandError } from "../errors.js";

/**
 * The issuer, where its store left off if it has one.
 *
 * @param {import("eiam-token/issuer").IssuerConfig} config
 * @param {import("eiam-token/file-storage").FileStorage | undefined} storage
 * @param {import("./options.js").Options} options
 * @throws {CommandError} that says what is wrong with which file
 */
export async function create(config, storage, { config: file = "the example", store = "" }) {
  try {
    return await Issuer.create(config, { storage });
  } catch (error) {
    if (error instanceof IssuerConfigError) throw new CommandError(`${file}: ${error.message}`);
    if (error instanceof IssuerSnapshotError) throw new CommandError(`${store}: ${error.message}`);
    if (error instanceof IssuerStorageError) throw new CommandError(explain(error.cause, store));
    throw error;
  }
}

/**
 * @param {unknown} cause
 * @param {string} store
 */
function explain(cause, store) {
  if (!(cause instanceof FileStorageError)) return `${store} cannot be written${reason(cause)}.`;
  const { problem, message } = cause;
  if (problem === "in_use") return `${message}; stop that or choose another file with --store.`;
  if (problem === "inaccessible") return `${message}.`;
  return `${message}; it is left as it is.`;
}

/**
 * The host's word for why it refused, in parentheses; nothing if there is none.
 * @param {unknown} cause
 */
export function reason(cause) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (cause ?? {});
  return code === undefined || !/^E[A-Z0-9]+$/.test(code) ? "" : ` (${code})`;
}
