import { FileStorageError } from "eiam-token/file-storage";
import { Issuer, IssuerConfigError, IssuerSnapshotError, IssuerStorageError } from "eiam-token/issuer";
import { configSchema } from "../config/schema.js";
import { CommandError } from "../errors.js";
import { printable } from "../printable.js";
import { mostSimilar } from "../similar.js";
import { documentFetch } from "./documents.js";
import { createSteered } from "./steered.js";

/**
 * Starts the issuer. If it has a store, it continues from there.
 *
 * @param {import("eiam-token/issuer").IssuerConfig} config
 * @param {string} address where the server listens
 * @param {import("eiam-token/file-storage").FileStorage | undefined} storage
 * @param {import("./options.js").Options} options
 * @param {(sentence: string) => void} lose is called once, if something else takes over the store: from then on, no
 *   request that needs a write can be answered
 * @throws {CommandError} that says what is wrong with which file
 */
export async function create(config, address, storage, options, lose) {
  const { config: file = "the example", store = "", control } = options;
  try {
    const fetch = documentFetch(config?.clientIdMetadata?.allowLoopback === true);
    const backchannelLogout = { onError: tellOfLogout };
    if (control) return await createSteered(config, address, control.token, { fetch, backchannelLogout });
    return await Issuer.create(config, { storage: storage && watched(storage, lose), fetch, backchannelLogout });
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    // Each of both modules has a class of its own.
    if (error instanceof IssuerConfigError || /** @type {Error} */ (error)?.name === "IssuerConfigError") {
      throw new CommandError(`${file}: ${message}${await meantKey(message)}`);
    }
    if (error instanceof IssuerSnapshotError) throw new CommandError(`${store}: ${error.message}`);
    if (error instanceof IssuerStorageError) throw new CommandError(explain(error.cause, store));
    throw error;
  }
}

/**
 * Says that an application was not told of a logout.
 * @param {import("eiam-token/issuer").LogoutFailure} failure
 */
function tellOfLogout({ applicationId, uri, attempts, reason }) {
  // A query can contain secrets.
  const [place] = uri.split("?");
  const tried = attempts === 1 ? "once" : `${attempts} times`;
  const sentence = `${applicationId} was not told of a logout, tried ${tried}: ${place} ${reason}`;
  process.stderr.write(`eiam-token: ${printable(sentence)}\n`);
}

/**
 * The known key that an unknown one was probably meant to be.
 * @param {string} message
 */
async function meantKey(message) {
  const [, word] = /the key `([^`]*)` is unknown$/.exec(message) ?? [];
  const meant = word === undefined ? undefined : mostSimilar(word, keysIn(await configSchema()));
  return meant === undefined ? "" : ` (did you mean "${meant}"?)`;
}

/**
 * The names of all properties in a JSON Schema.
 *
 * @param {unknown} schema
 * @returns {string[]}
 */
function keysIn(schema) {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {} } = /** @type {{ properties?: object }} */ (schema);
  return [...Object.keys(properties), ...Object.values(schema).flatMap(keysIn)];
}

/**
 * A storage that reports when something else takes over its file.
 *
 * @param {import("eiam-token/file-storage").FileStorage} storage
 * @param {(sentence: string) => void} lose
 * @returns {import("eiam-token/issuer").IssuerStorage}
 */
function watched(storage, lose) {
  let isLost = false;
  return {
    load: () => storage.load(),
    async write(changes) {
      try {
        await storage.write(changes);
      } catch (error) {
        if (error instanceof FileStorageError && error.problem === "changed" && !isLost) {
          isLost = true;
          lose(`${error.message}; the issuer stops now, and has overwritten nothing.`);
        }
        throw error;
      }
    },
  };
}

/**
 * @param {unknown} cause
 * @param {string} store
 */
function explain(cause, store) {
  if (!(cause instanceof FileStorageError)) return `${store} cannot be written${reason(cause)}.`;
  const { problem, message, pid } = cause;
  if (pid !== undefined) return `${message}; stop that process, or choose another file with --store.`;
  if (problem === "inaccessible" && message.endsWith("(ENOENT)"))
    return `${message}: its folder does not exist; create it first.`;
  // These messages say themselves what to do.
  if (["in_use", "unsafe", "inaccessible"].includes(problem)) return `${message}.`;
  return `${message}; the file was left as it is.`;
}

/**
 * The code of a host's error, in parentheses; the empty string if there is none.
 * @param {unknown} cause
 */
export function reason(cause) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (cause ?? {});
  return code === undefined || !/^E[A-Z0-9]+$/.test(code) ? "" : ` (${code})`;
}
