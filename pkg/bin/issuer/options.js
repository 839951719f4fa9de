import { readArguments, readWord } from "../arguments.js";
import { wrong } from "../errors.js";

export const help = `Usage: eiam-token issuer [options]

Serves a token issuer of your own: sign-in pages, token endpoint, keys. Without --store nothing is kept
when it stops. SIGINT (Ctrl+C) and SIGTERM stop it: what is under way is answered, for five seconds at
most; a second signal ends it at once.

Options:
  --port NUMBER     Port to listen on; 0 takes a free one.             [9400]
  --host ADDRESS    Address to listen on; nobody but this machine
                    reaches the default.                               [127.0.0.1]
  --config FILE     Configuration, JSON with comments or without, as
                    "eiam-token config" prints one; without it a ready
                    example. "baseUrl" may be left out.
  --store FILE      Keeps its state: sign-ins, tokens, the private key. The
                    next start goes on from there, also after a crash or
                    a power cut. Nobody but its owner can read the file,
                    and one process at a time has it open. Without it the
                    state is in memory alone.
  --profile NAME    eiam: as the service is documented to answer;
                    rfc9700: as current security advice demands.       [eiam]
  --tls CERT KEY    Serves https, with the certificate (and its chain)
                    and the private key of these files, both PEM.
  --log FORMAT      pretty: a line for people; json: an object a line on
                    standard output, everything else on standard error.
                    Neither has bodies, header fields, or the values of
                    a query.                                           [pretty]
  --help            Print this.

Exit codes:
  0    it was stopped
  1    it could not start: the configuration, the certificate, the port, the store
  2    the command line is wrong
`;

const COMMAND = "issuer";

/**
 * What the command line asks for.
 *
 * @typedef {object} Options
 * @property {number} port
 * @property {string} host
 * @property {string | undefined} config
 * @property {string | undefined} store
 * @property {"eiam" | "rfc9700" | undefined} profile
 * @property {{ cert: string, key: string } | undefined} tls files
 * @property {"json" | "pretty"} log
 */

/**
 * @param {string[]} args
 * @returns {Options}
 */
export function readOptions(args) {
  const { tls, rest } = takeTls(args);
  const values = readArguments(COMMAND, rest, {
    port: { type: "string" },
    host: { type: "string" },
    config: { type: "string" },
    store: { type: "string" },
    profile: { type: "string" },
    log: { type: "string" },
  });
  const { port = "9400", host = "127.0.0.1", config, store, profile, log } = values;
  return {
    port: readPort(port),
    host,
    config,
    store: readFile("store", store),
    profile: readWord(COMMAND, "profile", profile, ["eiam", "rfc9700"]),
    tls,
    log: readWord(COMMAND, "log", log, ["json", "pretty"]) ?? "pretty",
  };
}

/**
 * Takes out the one option that has two values, which Node's own reader does not know.
 * @param {string[]} args
 */
function takeTls(args) {
  const place = args.indexOf("--tls");
  if (place < 0) return { tls: undefined, rest: args };
  const [, cert = "", key = ""] = args.slice(place);
  if (!cert || !key || cert.startsWith("-") || key.startsWith("-")) {
    throw wrong("--tls takes two files, of the certificate and of its key", COMMAND);
  }
  const rest = [...args.slice(0, place), ...args.slice(place + 3)];
  return { tls: { cert, key }, rest };
}

/**
 * @param {string} option
 * @param {string | undefined} file
 */
function readFile(option, file) {
  if (file === "") throw wrong(`--${option} takes a file`, COMMAND);
  return file;
}

/** @param {string} text */
function readPort(text) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65535)) throw wrong(`--port takes a number from 0 to 65535, not "${text}"`, COMMAND);
  return port;
}
