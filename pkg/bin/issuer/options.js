import { readArguments, readWord } from "../arguments.js";
import { wrong } from "../errors.js";
import { printable } from "../printable.js";

export const help = `Usage: eiam-token issuer [options]

Serves a token issuer of your own: sign-in pages, token endpoint, keys. Without --store nothing is kept
when it stops. SIGINT (Ctrl+C) and SIGTERM stop it: what is under way is answered, for five seconds at
most; a second signal ends it at once. Started by npx, it stops also when npx was.

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
  --base-url URL    Where clients reach it, if not at the address it
                    listens on; goes before the configuration's.
  --redirect-uri URI
                    One more redirect URI of every client that has
                    some, after signing in and after signing out; may be
                    given more than once.
  --profile NAME    eiam: as the service is documented to answer;
                    rfc9700: as current security advice demands.       [eiam]
  --tls CERT KEY    Serves https, with the certificate (and its chain)
                    and the private key of these files, both PEM.
  --log FORMAT      pretty: a line for people; json: an object a line on
                    standard output, everything else on standard error.
                    Neither has bodies, header fields, or the values of
                    a query, but a Host or redirect URI that is refused.
                                                                       [pretty]
  --version         Print the version.
  --help            Print this.

What listens on a loopback address answers to localhost, to loopback addresses and to the host of its
base URL, and to no other Host, which a page of the web could have lead to it. What listens elsewhere, as
containers must, answers to every Host.

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
 * @property {string | undefined} baseUrl
 * @property {string[]} redirectUris to be added
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
    "base-url": { type: "string" },
    "redirect-uri": { type: "string", multiple: true },
    profile: { type: "string" },
    log: { type: "string" },
  });
  const { port = "9400", host = "127.0.0.1", config, store, profile, log } = values;
  return {
    port: readPort(port),
    host,
    config,
    store: readFile("store", store),
    baseUrl: readBaseUrl(values["base-url"]),
    redirectUris: (values["redirect-uri"] ?? []).map(readRedirectUri),
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
  if (!(port <= 65535)) throw wrong(`--port takes a number from 0 to 65535, not "${printable(text, 40)}"`, COMMAND);
  return port;
}

/** @param {string | undefined} text */
function readBaseUrl(text) {
  if (text === undefined) return undefined;
  if (!/^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/i.test(text) || !URL.canParse(text)) {
    throw wrong('--base-url takes a URL such as "https://as.example/base", without query or fragment', COMMAND);
  }
  return text.replace(/\/+$/, "");
}

/**
 * A redirect URI that the issuer would take (RFC 6749 section 3.1.2, RFC 8252 section 7.1).
 * @param {string} text
 */
function readRedirectUri(text) {
  const problem = text.includes("#")
    ? "has no fragment"
    : /[^!-~]|["<>\\^`{}]/.test(text)
      ? "has its special characters escaped by %"
      : !/^(?:https?:\/\/[^/?@]+(?:[/?]|$)|(?!https?:)[a-z][a-z\d+-]*\.[a-z\d.+-]*:)/i.test(text) || !URL.canParse(text)
        ? "is absolute: https, http, or a scheme of an app's own such as com.example.app:/callback"
        : undefined;
  if (problem === undefined) return text;
  throw wrong(`--redirect-uri "${printable(text, 200)}" cannot work: a redirect URI ${problem}`, COMMAND);
}
