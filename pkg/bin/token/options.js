import { readArguments, readWord } from "../arguments.js";
import { CommandError, wrong } from "../errors.js";
import { printable } from "../printable.js";

export const help = `Usage: eiam-token token --issuer URL --client-id ID [options]
       eiam-token token --eiam REGION/INSTANCE/APPLICATION [options]

Gets a token, checks what comes with it, and prints the access token alone on standard output:
everything else goes to standard error. Ctrl+C ends it.

The server and the client:
  --issuer URL               The server's issuer; its endpoints are read from its metadata.
  --eiam REGION/INSTANCE/APPLICATION
                             An application of Alibaba Cloud IDaaS EIAM, such as
                             cn-hangzhou/idaas_…/app_…; nothing has to be asked for.
  --portal HOST              With --eiam: the host of the instance's pages,
                             NAME.aliyunidaas.com; needed for authorization_code.
  --client-id ID             The client's id.                          [with --eiam: the application]
  --client-secret-file FILE  A file with the client's secret, or set EIAM_TOKEN_CLIENT_SECRET.
  --auth-method METHOD       How the secret is shown: client_secret_basic, client_secret_post,
                             client_secret_basic_unencoded or client_secret_jwt.
                                                                       [client_secret_basic]
  --private-key FILE         The client's key for private_key_jwt: a JWK, or PKCS #8 in PEM; RSA,
                             P-256 or Ed25519.
  --key-id ID                The key's id at the server.               [the JWK's kid]

What for:
  --grant NAME               authorization_code, device_code, refresh_token, client_credentials or
                             password.                                 [authorization_code]
  --scope SCOPE              Items separated by spaces, such as "openid profile".
  --redirect-uri URI         authorization_code: where this command waits for the browser, a
                             loopback address; without a port it takes a free one (RFC 8252).
                                                                       [http://127.0.0.1/callback]
  --open                     authorization_code and device_code: opens the browser, too.
  --qr                       device_code: draws the QR code also where there is no terminal.
  --username NAME            password: whose. The password is asked for, or is the first line of
                             standard input, or in EIAM_TOKEN_PASSWORD.
  --refresh-token-file FILE  refresh_token: where the token is. Whatever the grant, a new refresh
                             token is written there, for nobody else to read.
  --json                     Prints the whole answer as JSON, all tokens in it.
  --version                  Print the version.
  --help                     Print this.

No secret is taken on the command line: others on the machine see it there, and shells keep it.

Exit codes:
  0    the token was printed
  1    there is none, and a sentence on standard error says why
  2    the command line is wrong
  130  it was stopped by Ctrl+C
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

/** What to do instead of giving a secret on the command line. */
const INSTEAD = {
  "--client-secret": "put it into a file for --client-secret-file, or into EIAM_TOKEN_CLIENT_SECRET",
  "--password": "type it when it is asked for, or put it into EIAM_TOKEN_PASSWORD",
  "--refresh-token": "put it into a file for --refresh-token-file",
};

/**
 * What the command line asks for.
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
    throw wrong("either --issuer or --eiam is needed", COMMAND);
  }
  if (issuer !== undefined) checkIssuer(issuer);
  if (clientId === undefined) throw wrong("--client-id is needed", COMMAND);
  if (grant === "password" && username === undefined) throw wrong("--username is needed", COMMAND);
  if (grant === "refresh_token" && refreshTokenFile === undefined) {
    throw wrong("--refresh-token-file is needed", COMMAND);
  }
  if (privateKey === undefined && keyId !== undefined) {
    throw wrong("--key-id is about a --private-key", COMMAND);
  }
  if (privateKey !== undefined && (authMethod ?? values["client-secret-file"]) !== undefined) {
    throw wrong("with --private-key there is no secret to be shown", COMMAND);
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
 * Refuses secrets before anything else is read: what is not read is in no message.
 * @param {string[]} args
 */
function refuseSecrets(args) {
  for (const [option, instead] of Object.entries(INSTEAD)) {
    if (!args.some((arg) => arg === option || arg.startsWith(`${option}=`))) continue;
    throw new CommandError(
      `${option} is not taken, because others on this machine see command lines and shells keep them; ${instead}.`,
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
    if (portal !== undefined) throw wrong("--portal goes with --eiam", COMMAND);
    return undefined;
  }
  const [region, instanceId, applicationId, ...more] = text.split("/");
  if (!region || !instanceId || !applicationId || more.length > 0) {
    throw wrong("--eiam takes REGION/INSTANCE/APPLICATION", COMMAND);
  }
  return { region, instanceId, applicationId, portal };
}

/** @param {string} text */
function checkIssuer(text) {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw wrong("--issuer takes a URL, such as https://as.example", COMMAND);
  }
  // RFC 8414 section 3: metadata are at the issuer with this in it.
  const { origin, pathname } = new URL(text);
  const [, before = "", after = ""] = /^(.*)\/\.well-known\/[^/]+(\/.*)?$/.exec(pathname) ?? [];
  if (!pathname.includes("/.well-known/")) return;
  const meant = printable(`${origin}${before}${after}`, 300);
  throw wrong(`--issuer takes the issuer, not the address of its metadata (did you mean "${meant}"?)`, COMMAND);
}

/** @param {string} [text] */
function readRedirectUri(text = "http://127.0.0.1/callback") {
  if (!/^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d{1,5})?\/[!-~]*$/.test(text) || !URL.canParse(text)) {
    throw wrong("--redirect-uri takes a loopback address with a path, http://127.0.0.1/…", COMMAND);
  }
  if (/[?#]/.test(text)) throw wrong("--redirect-uri has neither query nor fragment here", COMMAND);
  return text;
}
