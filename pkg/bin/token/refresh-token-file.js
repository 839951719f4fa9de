import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { CommandError } from "../errors.js";
import { readText, whyNotWritten } from "../files.js";

/** @param {string} file */
export async function readRefreshToken(file) {
  const token = (await readText(file)).trim();
  if (!token) throw new CommandError(`${file} is empty; it must contain the refresh token.`);
  return token;
}

/**
 * Makes sure that a refresh token can be written, before one is asked for: the one that is sent for it
 * works only once. The file is replaced as a whole: whoever reads it has the old token or the new one, and a
 * full disk leaves the old one. Nobody else can read it.
 *
 * @param {string} file
 * @throws {CommandError} if it cannot be written
 */
export async function prepareRefreshTokenFile(file) {
  const beside = `${file}.${randomUUID()}`;
  const discard = () => rm(beside, { force: true });
  try {
    await writeFile(beside, "", { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new CommandError(`${file} cannot be written${whyNotWritten(error)}, so no token was requested.`);
  }
  return {
    /** @param {string} token */
    async write(token) {
      try {
        await writeFile(beside, `${token}\n`);
        await rename(beside, file);
      } catch (error) {
        throw new CommandError(`${file} cannot be written${whyNotWritten(error)}; the new refresh token is lost.`);
      }
    },
    /** Leaves nothing behind, whatever came of it. */
    discard,
  };
}
