import { readFile } from "node:fs/promises";
import { CommandError } from "./errors.js";

/**
 * The text of a file.
 *
 * @param {string} file
 * @throws {CommandError} that says why it cannot be read
 */
export async function readText(file) {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new CommandError(`${file} cannot be read (${code}).`);
  }
}
