import { readFile } from "node:fs/promises";
import { CommandError } from "./errors.js";

/** What the system's error codes mean. */
const REASONS = new Map([
  ["ENOENT", "the file does not exist"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "you have no permission to read it"],
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
    const { code = "" } = /** @type {NodeJS.ErrnoException} */ (error);
    const reason = REASONS.get(code);
    throw new CommandError(`${file} cannot be read${reason === undefined ? ` (${code})` : `: ${reason}`}.`);
  }
}
