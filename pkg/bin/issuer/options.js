import { parseArgs } from "node:util";
import { CommandError } from "./errors.js";

export const help = `Usage: eiam-token issuer [options]

Serves a token issuer of your own: sign-in pages, token endpoint, keys. Nothing is kept when it
stops.

Options:
  --port NUMBER     Port to listen on; 0 takes a free one.             [9400]
  --host ADDRESS    Address to listen on.                              [127.0.0.1]
  --config FILE     Configuration as JSON; without it a ready example.
  --profile NAME    eiam: as the service is documented to answer;
                    rfc9700: as current security advice demands.       [eiam]
  --help            Print this.
`;

const PROFILES = ["eiam", "rfc9700"];

/**
 * What the command line asks for.
 *
 * @typedef {object} Options
 * @property {boolean} help
 * @property {number} port
 * @property {string} host
 * @property {string | undefined} config
 * @property {"eiam" | "rfc9700" | undefined} profile
 */

/**
 * @param {string[]} args
 * @returns {Options}
 */
export function readOptions(args) {
  const { values, positionals } = parse(args);
  const { help = false, port = "9400", host = "127.0.0.1", config, profile } = values;
  if (!help) checkCommand(positionals);
  return { help, port: readPort(port), host, config, profile: readProfile(profile) };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        port: { type: "string" },
        host: { type: "string" },
        config: { type: "string" },
        profile: { type: "string" },
      },
    });
  } catch (error) {
    // Node's message goes on with advice about positionals after its first sentence.
    const [sentence] = /** @type {Error} */ (error).message.split(/\. |\n/);
    throw wrong(`${sentence}`);
  }
}

/** @param {string[]} positionals */
function checkCommand([command, ...rest]) {
  if (command === undefined) throw wrong('no command given, the one there is is "issuer"');
  if (command !== "issuer") throw wrong(`unknown command "${command}"`);
  if (rest.length > 0) throw wrong(`unexpected argument "${rest[0]}"`);
}

/** @param {string} text */
function readPort(text) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65535)) throw wrong(`--port takes a number from 0 to 65535, not "${text}"`);
  return port;
}

/**
 * @param {string | undefined} name
 * @returns {"eiam" | "rfc9700" | undefined}
 */
function readProfile(name) {
  if (name !== undefined && !PROFILES.includes(name)) {
    throw wrong(`--profile takes ${PROFILES.join(" or ")}, not "${name}"`);
  }
  return /** @type {"eiam" | "rfc9700" | undefined} */ (name);
}

/** @param {string} sentence */
function wrong(sentence) {
  return new CommandError(`${sentence}; "eiam-token --help" lists what there is.`, 2);
}
