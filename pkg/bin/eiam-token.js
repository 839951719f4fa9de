#!/usr/bin/env node
// Before all else: it takes notice of who started this.
import "./parent.js";
import { CommandError, Interrupted, wrong } from "./errors.js";
import { printable } from "./printable.js";
import { unknown } from "./similar.js";
import { version } from "./version.js";

const HELP = `Usage: eiam-token COMMAND [options]

Commands:
  issuer   Serves a token issuer of your own: sign-in pages, token endpoint, keys.
  config   Prints an example configuration for it, every key explained.
  token    Gets a token from any OAuth 2.0 or OpenID Connect server, and prints it.

"eiam-token COMMAND --help" lists the options of each; "eiam-token --version" prints the version.

Exit codes: 0 if all went well, 1 for a failure, 2 for a wrong command line, 130 if "token" was
stopped by Ctrl+C.
`;

/** Loaded when they are asked for: a help text needs no WebAssembly. */
const COMMANDS = /** @type {const} */ ({
  issuer: () => import("./issuer/command.js"),
  config: () => import("./config/command.js"),
  token: () => import("./token/command.js"),
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
  // Whatever else is on the command line: who asks for help has it wrong, perhaps.
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
 * Output that nobody has, such as on a full disk, was not all well; but a reader that goes away, such as
 * `| head`, wants no more. Neither is a reason to stop serving.
 *
 * @param {NodeJS.ErrnoException} error
 */
function notWritten({ code }) {
  if (code === "EPIPE" || isUnwritten) return;
  isUnwritten = true;
  process.exitCode = 1;
  process.stderr.write(`eiam-token: what it prints cannot be written (${code ?? "unknown error"}).\n`);
}

/**
 * Ends with one sentence, and never with a stack: nobody but its developers has a use for one.
 * @param {unknown} error
 */
function fail(error) {
  if (error instanceof Interrupted) {
    process.exitCode = 130;
  } else if (error instanceof CommandError) {
    // Names of files and words of others may stand in it.
    process.stderr.write(`eiam-token: ${printable(error.message, 4000)}\n`);
    process.exitCode = error.exitCode;
  } else {
    // Of an error that nobody foresaw the message is not known to be free of secrets.
    const name = error instanceof Error ? error.name : "something";
    process.stderr.write(`eiam-token: internal: ${name} was thrown; this is a mistake in eiam-token.\n`);
    process.exitCode = 1;
  }
}
