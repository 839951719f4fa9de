import { readFile } from "node:fs/promises";
import { CommandError } from "./errors.js";

/** What the system's error codes mean for a file that is read. */
const UNREADABLE = new Map([
  ["ENOENT", "the file does not exist"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "you have no permission to read it"],
]);

/** What they mean for one that is written. */
const UNWRITABLE = new Map([
  ["ENOENT", "its folder does not exist"],
  ["ENOTDIR", "its folder is no folder"],
  ["EACCES", "you have no permission to write there"],
  ["EPERM", "you have no permission to write there"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "you have no space left on the disk"],
  ["EISDIR", "it is a folder"],
]);

/**
 * Reads the text of a file.
 *
 * @param {string} file
 * @throws {CommandError} that says why it cannot be read
 */
export async function readText(file) {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw unreadable(file, error);
  }
}

/**
 * Why a file cannot be read.
 *
 * @param {string} file
 * @param {unknown} error of the system
 */
export function unreadable(file, error) {
  return new CommandError(`${file} cannot be read${reasonIn(UNREADABLE, error)}.`);
}

/**
 * Why a file cannot be written.
 *
 * @param {string} file
 * @param {unknown} error of the system
 */
export function unwritable(file, error) {
  const hint = codeOf(error) === "ENOENT" ? "; create it first" : "";
  return new CommandError(`${file} cannot be written${whyNotWritten(error)}${hint}.`);
}

/**
 * Why nothing can be written, as the end of a sentence.
 * @param {unknown} error of the system
 */
export function whyNotWritten(error) {
  return reasonIn(UNWRITABLE, error);
}

/**
 * @param {ReadonlyMap<string, string>} reasons
 * @param {unknown} error
 */
function reasonIn(reasons, error) {
  const code = codeOf(error);
  const reason = reasons.get(code);
  return reason === undefined ? ` (${code})` : `: ${reason}`;
}

/** @param {unknown} error */
function codeOf(error) {
  const { code = "unknown" } = /** @type {NodeJS.ErrnoException} */ (error ?? {});
  return code;
}
