import { Issuer, indexedDbStorage } from "../dist/issuer.js";
import { configuration } from "../shared/configuration.js";

/** One issuer for one folder, so that two copies of the demo on one origin do not share keys. */
const storage = indexedDbStorage(`eiam-token-demo ${new URL(self.registration.scope).pathname}`);

/** @type {Promise<Issuer> | undefined} */
let starting;

/**
 * The issuer, started at the first request. The browser stops an idle worker when it likes; then
 * the next request starts it again, where the storage left off.
 *
 * @param {string} home
 */
export function issuer(home) {
  starting ??= Issuer.create(configuration(home), { storage, sessions: "host" }).catch((error) => {
    // What failed once may work the next time.
    starting = undefined;
    throw error;
  });
  return starting;
}

/**
 * Starts it anew at the next request, where the storage is now: of two versions of this worker, the one
 * that started last has it.
 */
export function restart() {
  starting = undefined;
}

/** Forgets keys, sessions, grants: the next request meets a new issuer. */
export async function forget() {
  const running = await starting?.catch(() => undefined);
  starting = undefined;
  running?.free();
  await storage.clear();
}
