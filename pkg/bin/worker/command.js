import { lstat, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readArguments } from "../arguments.js";
import { CommandError, wrong } from "../errors.js";
import { readText, unreadable, unwritable } from "../files.js";

export const help = `Usage: eiam-token worker FOLDER [options]

Writes issuer-worker.js into FOLDER: a service worker that is a test issuer. FOLDER is what the site serves as it
is at its root, such as public. Write it again after each update of eiam-token; files of others are never replaced.

Options:
  --page            Writes testing-worker.js too, with which pages start the issuer: for sites without a bundler.
  --version         Prints the version.
  --help            Prints this text.

Exit codes: 0 for success, 1 if a file cannot be written, 2 for a wrong command line.
`;

const COMMAND = "worker";

/** How each file begins that this command writes, whatever its version. */
const OWN = /^\/\* eiam-token (?:issuer-worker|testing-worker)\.js /;

/** @param {string[]} args */
export async function run(args) {
  const isFolder = (/** @type {string} */ word) => !word.startsWith("-");
  const folder = args.find(isFolder);
  const rest = args.filter((word, place) => !isFolder(word) || place !== args.findIndex(isFolder));
  const { page } = readArguments(COMMAND, rest, { page: { type: "boolean" } });
  if (!folder) throw wrong("the name of a folder is needed, such as public", COMMAND);
  await checkFolder(folder);
  const names = ["issuer-worker.js", ...(page ? ["testing-worker.js"] : [])];
  // All are looked at first, so that a refusal leaves everything as it is.
  for (const name of names) await checkOwn(join(folder, name));
  for (const name of names) await copy(name, join(folder, name));
  process.stdout.write(next(page === true));
}

/** @param {string} folder */
async function checkFolder(folder) {
  const found = await look(folder, stat);
  if (found === undefined)
    throw new CommandError(`${folder} is no folder: make it, or name the one that the site serves.`);
  if (!found.isDirectory()) throw new CommandError(`${folder} is no folder: name the one that the site serves.`);
}

/** Refuses what somebody else has written. @param {string} file */
async function checkOwn(file) {
  const found = await look(file);
  if (found === undefined) return;
  if (!found.isFile()) throw new CommandError(`${file} is no file: remove it, or name another folder.`);
  if (!OWN.test(await readText(file))) {
    throw new CommandError(`${file} was not written by this command: move it, or name another folder.`);
  }
}

/** @param {string} name @param {string} file */
async function copy(name, file) {
  const source = new URL(`../../dist/${name}`, import.meta.url);
  const text = await readFile(source).catch((error) => {
    throw unreadable(`dist/${name}`, error);
  });
  await writeFile(file, text).catch((error) => {
    throw unwritable(file, error);
  });
  process.stdout.write(`${file} is written.\n`);
}

/**
 * What is there; by default nothing is behind a symbolic link.
 *
 * @param {string} path
 * @param {typeof stat} [by]
 */
async function look(path, by = lstat) {
  try {
    return await by(path);
  } catch (error) {
    const { code = "" } = /** @type {NodeJS.ErrnoException} */ (error);
    if (["ENOENT", "ENOTDIR"].includes(code)) return undefined;
    throw unreadable(path, error);
  }
}

/** @param {boolean} isForPages */
function next(isForPages) {
  const module = isForPages ? "/testing-worker.js" : "eiam-token/testing/worker";
  return `
In the page that is tested, before it signs in:

  import { startIssuerWorker } from "${module}";

  const issuer = await startIssuerWorker();
  issuer.clients.spa.issuer; // what the client is configured with

It is for tests: keep both out of what is deployed.
`;
}
