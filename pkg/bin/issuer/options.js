import { readArguments, readWord } from "../arguments.js";
import { wrong } from "../errors.js";
import { PROFILES } from "../example.js";
import { isLoopback, nameOf } from "../host.js";
import { printable } from "../printable.js";

export const help = `Usage: eiam-token issuer [options]

Serves a token issuer for tests: sign-in pages, token endpoint, keys. Without --store, its state is lost
when it stops. SIGINT (Ctrl+C), SIGTERM and SIGHUP stop it: it answers open requests for five seconds at most,
and a second signal ends it at once. If npx started it, it stops when npx stops.

Options:
  --port NUMBER     The port to listen on; 0 takes a free one.         [9400]
  --host ADDRESS    The address to listen on. Only this machine can
                    reach the default.                                 [127.0.0.1]
  --config FILE     The configuration: JSON, with or without comments,
                    as "eiam-token config" prints it. "baseUrl" can be
                    left out. Without this option, a ready example is
                    served.
  --store FILE      Keeps the state in this file: sign-ins, tokens, the
                    private key. The next start continues from there,
                    even after a crash or a power failure. Only its
                    owner can read the file, and only one process at a
                    time can have it open. Without this option, the
                    state is in memory only.
  --base-url URL    The URL at which clients reach the issuer, if it is
                    not the address it listens on. It overrides the
                    configuration. With "request", each request says
                    scheme, host and port, so that a container, its
                    host and a browser each use their own name.
  --allow-host HOST With --base-url request: a host that requests may
                    name, as "issuer:9400", or "localhost:*" for any
                    port; can be given more than once. The address it
                    listens on is always one of them.
  --trust-proxy     With --base-url request: believes Forwarded, or
                    X-Forwarded-Proto, -Host and -Port. Only the proxy
                    that sets them may reach the issuer.
  --redirect-uri URI
                    Adds a redirect URI to every client that has
                    redirect URIs, for signing in and signing out; can
                    be given more than once.
  --profile NAME    eiam: behaves as the service is documented;
                    rfc9700: follows the current security
                    recommendations; fapi2: follows the FAPI 2.0
                    Security Profile.                                  [eiam]
  --control         Lets tests in any language steer the issuer by
                    requests below /_control: its clock, users,
                    faults, journal. Only for this machine, and only
                    with the token that is printed at the start, or
                    that the variable EIAM_TOKEN_CONTROL_TOKEN has.
                    Its keys and secrets are for tests alone, and
                    every page says so. Without --config it serves
                    the clients web, spa, device and machine; the
                    configuration can be a short one. See
                    docs/testing.md.
  --ready-file FILE Writes where the issuer is, its clients and its
                    users to this file, as JSON, when it is ready, and
                    removes it when it stops. With --control it has
                    the secrets and the token too.
  --tls CERT KEY    Serves https with the certificate (and its chain)
                    and the private key in these files, both in PEM.
  --log FORMAT      pretty: one line for people per request; json: one
                    object per line on standard output, and everything
                    else on standard error. Neither contains bodies,
                    header fields or values of queries, except a Host
                    or a redirect URI that was refused.                [pretty]
  --version         Prints the version.
  --help            Prints this text.

GET /healthz answers {"status":"ok"} once the issuer is ready.

On a loopback address, the issuer answers only to localhost, to loopback addresses and to the host of its
base URL, so that no website can reach it under its own domain name. On other addresses, it answers to every
Host, which containers need. With --base-url request, it answers to the hosts of --allow-host everywhere.

Exit codes:
  0    The issuer was stopped.
  1    It could not start, because of the configuration, the certificate, the port, the store or the ready file.
  2    The command line is wrong.
`;

const COMMAND = "issuer";

/** The variable whose token control requests have to bring. */
export const TOKEN_VARIABLE = "EIAM_TOKEN_CONTROL_TOKEN";

/** The base URL of a configuration that takes it from each request. */
export const BY_REQUEST = "request";

/**
 * The options of the command line.
 *
 * @typedef {object} Options
 * @property {number} port
 * @property {string} host
 * @property {string | undefined} config
 * @property {string | undefined} store
 * @property {string | undefined} baseUrl
 * @property {string[]} allowHosts to be added
 * @property {boolean} trustProxy
 * @property {string[]} redirectUris to be added
 * @property {(typeof PROFILES)[number] | undefined} profile
 * @property {{ cert: string, key: string } | undefined} tls files
 * @property {"json" | "pretty"} log
 * @property {{ token: string | undefined } | undefined} control none if nobody steers the issuer; with the token of the
 *   environment, if there is one
 * @property {string | undefined} readyFile
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
    "allow-host": { type: "string", multiple: true },
    "trust-proxy": { type: "boolean" },
    "redirect-uri": { type: "string", multiple: true },
    profile: { type: "string" },
    log: { type: "string" },
    control: { type: "boolean" },
    "ready-file": { type: "string" },
  });
  const { port = "9400", host = "127.0.0.1", config, store, profile, log } = values;
  const control = values.control ? readControl({ host, store }) : undefined;
  return {
    port: readPort(port),
    host,
    config,
    store: readFile("store", store),
    baseUrl: readBaseUrl(values["base-url"]),
    allowHosts: (values["allow-host"] ?? []).map((host) => host.toLowerCase()),
    trustProxy: values["trust-proxy"] ?? false,
    redirectUris: (values["redirect-uri"] ?? []).map(readRedirectUri),
    profile: readWord(COMMAND, "profile", profile, PROFILES),
    tls,
    log: readWord(COMMAND, "log", log, ["json", "pretty"]) ?? "pretty",
    control,
    readyFile: readFile("ready-file", values["ready-file"]),
  };
}

/**
 * Takes out the only option with two values, which Node's own parser does not support.
 * @param {string[]} args
 */
function takeTls(args) {
  const place = args.indexOf("--tls");
  if (place < 0) return { tls: undefined, rest: args };
  const [, cert = "", key = ""] = args.slice(place);
  if (!cert || !key || cert.startsWith("-") || key.startsWith("-")) {
    throw wrong("--tls needs two files: the certificate and its private key", COMMAND);
  }
  const rest = [...args.slice(0, place), ...args.slice(place + 3)];
  return { tls: { cert, key }, rest };
}

/**
 * @param {string} option
 * @param {string | undefined} file
 */
function readFile(option, file) {
  if (file === "") throw wrong(`--${option} needs a file name`, COMMAND);
  return file;
}

/**
 * Whether the issuer can be under control, and by which token of the environment.
 * @param {{ host: string, store: string | undefined }} options
 */
function readControl({ host, store }) {
  if (store !== undefined) {
    throw wrong("--control and --store exclude each other: what tests steer begins anew with each start", COMMAND);
  }
  if (!isLoopback(nameOf(host.includes(":") ? `[${host}]` : host) ?? "")) {
    const shown = printable(host, 40);
    throw wrong(`--control is for this machine only, so --host has to be a loopback address, not "${shown}"`, COMMAND);
  }
  const { [TOKEN_VARIABLE]: token = "" } = process.env;
  if (token !== "" && !/^[\w.~+/-]{16,512}=*$/.test(token)) {
    throw wrong(`${TOKEN_VARIABLE} needs 16 to 512 letters, digits and characters of -._~+/`, COMMAND);
  }
  return { token: token || undefined };
}

/** @param {string} text */
function readPort(text) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65535)) throw wrong(`--port needs a number from 0 to 65535, not "${printable(text, 40)}"`, COMMAND);
  return port;
}

/** @param {string | undefined} text */
function readBaseUrl(text) {
  if (text === undefined || text === BY_REQUEST) return text;
  if (!/^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/i.test(text) || !URL.canParse(text)) {
    throw wrong(
      '--base-url needs a URL without query and fragment, such as "https://as.example/base", or "request"',
      COMMAND,
    );
  }
  return text.replace(/\/+$/, "");
}

/**
 * Reads a redirect URI that the issuer accepts (RFC 6749 section 3.1.2, RFC 8252 section 7.1).
 * @param {string} text
 */
function readRedirectUri(text) {
  const problem = text.includes("#")
    ? "must not have a fragment (#…)"
    : /[^!-~]|["<>\\^`{}]/.test(text)
      ? "must have its special characters percent-encoded"
      : !/^(?:https?:\/\/[^/?@]+(?:[/?]|$)|(?!https?:)[a-z][a-z\d+-]*\.[a-z\d.+-]*:)/i.test(text) || !URL.canParse(text)
        ? "must be absolute, with https, http, or a private scheme such as com.example.app:/callback"
        : undefined;
  if (problem === undefined) return text;
  throw wrong(`--redirect-uri "${printable(text, 200)}" cannot work: a redirect URI ${problem}`, COMMAND);
}
