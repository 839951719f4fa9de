// What the npm package must do, in every runtime the same: `runChecks` runs the list, and `namesFor`
// says what must have been run, so that nothing is left out unseen.
import { clientChecks, everything } from "./checks/client.mjs";
import { flows } from "./checks/flows.mjs";
import { issuerChecks } from "./checks/issuer.mjs";
import { storageChecks } from "./checks/storages.mjs";
import { testingChecks } from "./checks/testing.mjs";

/**
 * What a host has: the issuer's module, that for tests, an issuer elsewhere, IndexedDB, files, a Durable Object.
 * @typedef {"issuer" | "testing" | "remote" | "indexedDB" | "file" | "object"} Part
 */

/**
 * @typedef {object} Host
 * @property {any} client the module `eiam-token`
 * @property {any} [issuer] the module `eiam-token/issuer`
 * @property {any} [testing] the module `eiam-token/testing`
 * @property {boolean} [listens] whether programs can listen there
 * @property {import("./checks/flows.mjs").Party} [remote] an issuer elsewhere
 * @property {{ library: any, path: string }} [file] the module `eiam-token/file-storage`, and a file for it
 * @property {import("./checks/flows.mjs").Party & { forget: () => Promise<void> }} [object]
 *   an issuer in a Durable Object, which can be made to begin anew with what is in its storage
 */

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {readonly Part[]} [needs]
 * @property {(host: any) => unknown} run
 */

/** @typedef {{ name: string, ms?: number, error?: string }} Result */

/** @type {readonly Check[]} */
const checks = [
  ...clientChecks,
  ...issuerChecks,
  ...storageChecks,
  ...testingChecks,
  ...flows("issuer elsewhere", ["remote"], async ({ remote }) => remote),
];

/**
 * The names of what a host with these parts must have run.
 * @param {readonly Part[]} parts
 */
export function namesFor(parts) {
  return checks.filter(({ needs = [] }) => needs.every((part) => parts.includes(part))).map(({ name }) => name);
}

/** How many checks there are. */
export const total = checks.length;

/**
 * Runs what this host has the parts for.
 *
 * @param {Host} host
 * @returns {Promise<Result[]>}
 */
export async function runChecks(host) {
  const parts = /** @type {Part[]} */ ([]);
  if (host.issuer) parts.push("issuer");
  if (host.testing) parts.push("testing");
  if (host.remote) parts.push("remote");
  if (host.file) parts.push("file");
  if (host.object) parts.push("object");
  if ("indexedDB" in globalThis) parts.push("indexedDB");
  const names = namesFor(parts);
  const results = [];
  for (const { name, run } of checks) {
    if (!names.includes(name)) continue;
    const start = Date.now();
    let error;
    try {
      await within(LONGEST, run(host));
    } catch (thrown) {
      error = thrown instanceof Error ? `${thrown.message}\n${thrown.stack}` : `${thrown}`;
    }
    results.push({ name, ms: Date.now() - start, ...(error === undefined ? {} : { error }) });
  }
  return results;
}

/** How long one check may take, in milliseconds: many times what a busy machine needs. */
const LONGEST = 90_000;

/**
 * Waits for something, but not for ever: what hangs is one failure, and the others are told.
 *
 * @param {number} patience in milliseconds
 * @param {unknown} work
 */
export async function within(patience, work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it hangs: nothing came of it in ${patience} ms`)), patience);
  });
  try {
    await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** The name of what {@link judgeConsole} finds. */
export const CONSOLE = "the console shows no secret";

/** What a console shows before and after {@link printSecrets}. */
const START = "everything with a secret:";
const END = "and what was drawn at random:";

/**
 * Prints everything that holds a secret, by the ways that consoles have.
 * @param {any} library the module `eiam-token`
 */
export async function printSecrets(library) {
  const { values, secrets } = await everything(library);
  console.log(START);
  for (const value of Object.values(values)) {
    console.log(value);
    console.log([value], { value });
    console.info("%o %O", value, value);
    console.debug(new Map([["value", value]]));
  }
  console.dir(values, { depth: 20, showHidden: true });
  console.log(END, secrets.slice(1).join(" "));
}

/**
 * Judges what a console showed of {@link printSecrets}.
 *
 * @param {string} output
 * @returns {Result}
 */
export function judgeConsole(output) {
  const name = CONSOLE;
  const [, rest = ""] = output.split(START);
  const [printed = "", drawn = ""] = rest.split(END);
  const random = drawn.match(/[\w-]{43}/g) ?? [];
  if (random.length !== 2) return { name, error: `not everything was printed: ${output}` };
  // What is no secret is there, so what is not there was hidden.
  const hidden = ["Bearer", "USER-CODE", "S256"].find((shown) => !printed.includes(shown));
  if (hidden) return { name, error: `${hidden} was not shown: ${printed}` };
  const seen = ["SECRET-", ...random].find((secret) => output.split(END)[0]?.includes(secret));
  return seen ? { name, error: `${seen} in ${printed}` } : { name };
}
