#!/usr/bin/env node
// Imported first, because it notes which process started this one.
import "./parent.js";
import { CommandError, Interrupted, wrong } from "./errors.js";
import { printable } from "./printable.js";
import { unknown } from "./similar.js";
import { version } from "./version.js";

const HELP = `Usage: eiam-token COMMAND [options]

Commands:
  issuer   Serves a token issuer for tests: sign-in pages, token endpoint, keys.
  config   Prints an example configuration for it and explains every key.
  token    Gets a token from any OAuth 2.0 or OpenID Connect server and prints it.
  worker   Writes a service worker that is a test issuer, for sites without a server.

"eiam-token COMMAND --help" lists the options of a command. "eiam-token --version" prints the version.

Exit codes: 0 for success, 1 for a failure, 2 for a wrong command line, 130 if Ctrl+C stopped "token".
`;

/** Loaded when they are needed, because a help text needs no WebAssembly. */
const COMMANDS = /** @type {const} */ ({
  issuer: () => import("./issuer/command.js"),
  config: () => import("./config/command.js"),
  token: () => import("./token/command.js"),
  worker: () => import("./worker/command.js"),
});

let isUnwritten = false;
for (const stream of [process.stdout, process.stderr]) stream.on("error", notWritten);
process.on("uncaughtException", fail);

try {
  await main(process.argv.slice(2));
} catch (error) {
  fail(error);
}

/** @param {string[]} args */
async function main([command, ...rest]) {
  if (command === undefined) {
    process.stderr.write(HELP);
    process.exitCode = 2;
    return;
  }
  if (command === "help" && rest[0] !== undefined && !isHelp(rest[0])) return main([rest[0], "--help"]);
  if (command === "help" || isHelp(command)) return void process.stdout.write(HELP);
  if (command === "version" || command === "-v" || isVersion(command)) {
    return void process.stdout.write(`${await version()}\n`);
  }
  if (!Object.hasOwn(COMMANDS, command)) throw wrong(unknownWord(command));
  const { help, run } = await COMMANDS[/** @type {keyof typeof COMMANDS} */ (command)]();
  // Help is printed even if the rest of the command line is wrong.
  if (rest.some(isHelp)) return void process.stdout.write(help);
  if (rest.some(isVersion)) return void process.stdout.write(`${await version()}\n`);
  await run(rest);
}

/** @param {string} word */
function isHelp(word) {
  return word === "--help" || word === "-h";
}

/** @param {string} word */
function isVersion(word) {
  return word === "--version" || word === "-V";
}

/** @param {string} word */
function unknownWord(word) {
  const isOption = word.startsWith("-");
  const known = isOption ? ["--help", "--version"] : Object.keys(COMMANDS);
  return `unknown ${isOption ? "option" : "command"} ${unknown(word, known)}`;
}

/**
 * Output that could not be written, for example because the disk is full, is a failure. A reader that goes away, such
 * as `| head`, is none. Neither is a reason to stop serving.
 *
 * @param {NodeJS.ErrnoException} error
 */
function notWritten({ code }) {
  if (code === "EPIPE" || isUnwritten) return;
  isUnwritten = true;
  process.exitCode = 1;
  process.stderr.write(`eiam-token: the output cannot be written (${code ?? "unknown error"}).\n`);
}

/**
 * Ends with one sentence instead of a stack trace, which would help only the developers of this command.
 * @param {unknown} error
 */
function fail(error) {
  if (error instanceof Interrupted) {
    process.exitCode = 130;
  } else if (error instanceof CommandError) {
    // The message may contain file names and text of others.
    process.stderr.write(`eiam-token: ${printable(error.message, 4000)}\n`);
    process.exitCode = error.exitCode;
  } else {
    // The message of an unexpected error could contain secrets.
    const name = error instanceof Error ? error.name : "something";
    process.stderr.write(`eiam-token: internal: ${name} was thrown; this is a bug in eiam-token, please report it.\n`);
    process.exitCode = 1;
  }
}
