import { fileURLToPath } from "node:url";

/** The folder of the repository, whatever the working directory is. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * A path inside the repository.
 * @param {string} path
 */
export function inRoot(path) {
  return root + path;
}
