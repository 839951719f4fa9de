import { readArguments, readWord } from "../arguments.js";
import { CommandError, wrong } from "../errors.js";
import { printable } from "../printable.js";

export const help = `Usage: eiam-token token --issuer URL --client-id ID [options]
       eiam-token token --eiam REGION/INSTANCE/APPLICATION [options]

Gets a token, checks the response, and prints only the access token on standard output. Everything else
goes to standard error. Ctrl+C stops the command.

The server and the client:
  --issuer URL               The server's issuer URL. The endpoints are read from its metadata.
  --eiam REGION/INSTANCE/APPLICATION
                             An application of Alibaba Cloud IDaaS EIAM, such as
                             cn-hangzhou/idaas_…/app_…. Its endpoints are known.
  --portal HOST              With --eiam: the host of the instance's pages,
                             NAME.aliyunidaas.com, which authorization_code needs.
  --client-id ID             The client id.                            [with --eiam: the application]
  --client-secret-file FILE  A file that contains the client secret; or set EIAM_TOKEN_CLIENT_SECRET.
  --auth-method METHOD       How the client authenticates with its secret: client_secret_basic,
                             client_secret_post, client_secret_basic_unencoded or
                             client_secret_jwt.                        [client_secret_basic]
  --private-key FILE         The client's private key for private_key_jwt: a JWK, or PKCS #8 in PEM;
                             RSA, P-256, P-384, P-521 or Ed25519.
  --key-id ID                The key's id at the server.               [the JWK's kid]

The grant:
  --grant NAME               authorization_code, device_code, refresh_token, client_credentials or
                             password.                                 [authorization_code]
  --scope SCOPE              The scopes, separated by spaces, such as "openid profile".
  --redirect-uri URI         authorization_code: the loopback address at which this command waits for
                             the browser. Without a port, it takes a free one (RFC 8252).
                                                                       [http://127.0.0.1/callback]
  --open                     authorization_code and device_code: opens the page in the browser.
  --qr                       device_code: draws the QR code even if there is no terminal.
  --username NAME            password: the name of the user. The command asks for the password, or
                             reads it from the first line of standard input or from
                             EIAM_TOKEN_PASSWORD.
  --refresh-token-file FILE  refresh_token: the file that contains the refresh token. With every
                             grant, a new refresh token is written to this file, which only you
                             can read.
  --json                     Prints the whole response as JSON, including all tokens.
  --version                  Prints the version.
  --help                     Prints this text.

The command accepts no secret on its command line, because other users of the machine can see it there
and shells keep it in their history.

Exit codes:
  0    The token was printed.
  1    There is no token; a sentence on standard error says why.
  2    The command line is wrong.
  130  Ctrl+C stopped the command.
`;

const COMMAND = "token";
const GRANTS = /** @type {const} */ ([
  "authorization_code",
  "device_code",
  "refresh_token",
  "client_credentials",
  "password",
]);
const METHODS = /** @type {const} */ ([
  "client_secret_basic",
  "client_secret_post",
  "client_secret_basic_unencoded",
  "client_secret_jwt",
]);

/** What to do instead of passing a secret on the command line. */
const INSTEAD = {
  "--client-secret": "put it into a file for --client-secret-file, or into EIAM_TOKEN_CLIENT_SECRET",
  "--password": "type it when the command asks for it, or put it into EIAM_TOKEN_PASSWORD",
  "--refresh-token": "put it into a file for --refresh-token-file",
};

/**
 * The options of the command line.
 *
 * @typedef {object} Options
 * @property {string | undefined} issuer
 * @property {{ region: string, instanceId: string, applicationId: string, portal: string | undefined } | undefined} eiam
 * @property {string} clientId
 * @property {string | undefined} clientSecretFile
 * @property {typeof METHODS[number] | undefined} authMethod
 * @property {string | undefined} privateKey
 * @property {string | undefined} keyId
 * @property {typeof GRANTS[number]} grant
 * @property {string | undefined} scope
 * @property {string} redirectUri
 * @property {boolean} open
 * @property {boolean} qr
 * @property {string | undefined} username
 * @property {string | undefined} refreshTokenFile
 * @property {boolean} json
 */

/**
 * @param {string[]} args
 * @returns {Options}
 */
export function readOptions(args) {
  refuseSecrets(args);
  const string = /** @type {const} */ ({ type: "string" });
  const boolean = /** @type {const} */ ({ type: "boolean" });
  const values = readArguments(
    COMMAND,
    args,
    {
      issuer: string,
      eiam: string,
      portal: string,
      "client-id": string,
      "client-secret-file": string,
      "auth-method": string,
      "private-key": string,
      "key-id": string,
      grant: string,
      scope: string,
      "redirect-uri": string,
      open: boolean,
      qr: boolean,
      username: string,
      "refresh-token-file": string,
      json: boolean,
    },
    { isSecretive: true },
  );
  const { issuer, scope, username } = values;
  const eiam = readEiam(values.eiam, values.portal);
  const clientId = values["client-id"] ?? eiam?.applicationId;
  const grant = readWord(COMMAND, "grant", values.grant, GRANTS) ?? "authorization_code";
  const refreshTokenFile = values["refresh-token-file"];
  const privateKey = values["private-key"];
  const keyId = values["key-id"];
  const authMethod = readWord(COMMAND, "auth-method", values["auth-method"], METHODS);

  if ((issuer === undefined) === (eiam === undefined)) {
    throw wrong("give either --issuer or --eiam", COMMAND);
  }
  if (issuer !== undefined) checkIssuer(issuer);
  if (clientId === undefined) throw wrong("--client-id is missing", COMMAND);
  if (grant === "password" && username === undefined) throw wrong("--grant password needs --username", COMMAND);
  if (grant === "refresh_token" && refreshTokenFile === undefined) {
    throw wrong("--grant refresh_token needs --refresh-token-file", COMMAND);
  }
  if (privateKey === undefined && keyId !== undefined) {
    throw wrong("--key-id needs --private-key", COMMAND);
  }
  if (privateKey !== undefined && (authMethod ?? values["client-secret-file"]) !== undefined) {
    throw wrong("--private-key cannot be combined with --client-secret-file or --auth-method", COMMAND);
  }
  return {
    issuer,
    eiam,
    clientId,
    clientSecretFile: values["client-secret-file"],
    authMethod,
    privateKey,
    keyId,
    grant,
    scope,
    redirectUri: readRedirectUri(values["redirect-uri"]),
    open: values.open ?? false,
    qr: values.qr ?? false,
    username,
    refreshTokenFile,
    json: values.json ?? false,
  };
}

/**
 * Refuses secrets before anything else is read, so that no message can contain them.
 * @param {string[]} args
 */
function refuseSecrets(args) {
  for (const [option, instead] of Object.entries(INSTEAD)) {
    if (!args.some((arg) => arg === option || arg.startsWith(`${option}=`))) continue;
    throw new CommandError(
      `${option} is not accepted, because other users of this machine can see command lines and shells keep them; ${instead}.`,
      2,
    );
  }
}

/**
 * @param {string | undefined} text
 * @param {string | undefined} portal
 */
function readEiam(text, portal) {
  if (text === undefined) {
    if (portal !== undefined) throw wrong("--portal needs --eiam", COMMAND);
    return undefined;
  }
  const [region, instanceId, applicationId, ...more] = text.split("/");
  if (!region || !instanceId || !applicationId || more.length > 0) {
    throw wrong("--eiam needs REGION/INSTANCE/APPLICATION", COMMAND);
  }
  return { region, instanceId, applicationId, portal };
}

/** @param {string} text */
function checkIssuer(text) {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw wrong("--issuer needs an http or https URL, such as https://as.example", COMMAND);
  }
  // RFC 8414 section 3: metadata are at the issuer with this in it.
  const { origin, pathname } = new URL(text);
  const [, before = "", after = ""] = /^(.*)\/\.well-known\/[^/]+(\/.*)?$/.exec(pathname) ?? [];
  if (!pathname.includes("/.well-known/")) return;
  const meant = printable(`${origin}${before}${after}`, 300);
  throw wrong(`--issuer needs the issuer URL, not the URL of its metadata (did you mean "${meant}"?)`, COMMAND);
}

/** @param {string} [text] */
function readRedirectUri(text = "http://127.0.0.1/callback") {
  if (!/^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d{1,5})?\/[!-~]*$/.test(text) || !URL.canParse(text)) {
    throw wrong("--redirect-uri needs a loopback address with a path, such as http://127.0.0.1/callback", COMMAND);
  }
  if (/[?#]/.test(text)) throw wrong("--redirect-uri must have neither a query nor a fragment", COMMAND);
  return text;
}
