import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { CommandError } from "../errors.js";
import { readText } from "../files.js";

/** @param {string} file */
export async function readRefreshToken(file) {
  const token = (await readText(file)).trim();
  if (!token) throw new CommandError(`${file} is empty.`);
  return token;
}

/**
 * Writes a refresh token for nobody else to read. The file is replaced as a whole: whoever reads it has
 * the old one or the new one, and a full disk leaves the old one.
 *
 * @param {string} file
 * @param {string} token
 */
export async function writeRefreshToken(file, token) {
  const beside = `${file}.${randomUUID()}`;
  try {
    await writeFile(beside, `${token}\n`, { mode: 0o600, flag: "wx" });
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new CommandError(`${file} cannot be written (${code}); the new refresh token is lost.`);
  }
}
