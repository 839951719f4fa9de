import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Does something with a file that is not there yet, in a folder of its own.
 *
 * @template T
 * @param {(path: string) => Promise<T>} work
 */
export async function withFile(work) {
  const folder = await mkdtemp(join(tmpdir(), "eiam-token-file-"));
  try {
    return await work(join(folder, "issuer.store"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
