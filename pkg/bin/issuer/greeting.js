import { EXAMPLE_KEY } from "../example.js";
import { isLoopback, nameOf } from "../host.js";
import { printable } from "../printable.js";
import { curlLines, tokenLines } from "./curl.js";
import { BY_REQUEST, TOKEN_VARIABLE } from "./options.js";

/** What to print of a discovery document, and under which name. */
const ENDPOINTS = [
  ["issuer", "issuer"],
  ["authorization", "authorization_endpoint"],
  ["token", "token_endpoint"],
  ["device", "device_authorization_endpoint"],
  ["userinfo", "userinfo_endpoint"],
  ["revocation", "revocation_endpoint"],
  ["introspection", "introspection_endpoint"],
  ["end session", "end_session_endpoint"],
  ["keys", "jwks_uri"],
];

/**
 * The text that is printed at the start. Names in a configuration can be any text, so they are printed character by
 * character. Secrets are shown only for the example: the secrets of a file are known to whoever has the file, but not
 * to everybody who sees the terminal or the log.
 *
 * @param {Pick<import("eiam-token/issuer").Issuer, "handle">} issuer
 * @param {import("eiam-token/issuer").IssuerConfig} configured
 * @param {string} address
 * @param {import("./options.js").Options} options
 * @param {{ url: string, token: string } | undefined} control how it is steered; none if nobody steers it
 */
export async function greeting(issuer, configured, address, options, control) {
  const { config: file, store, tls } = options;
  const { host, protocol } = new URL(address);
  const { allowedHosts: names = [] } = configured;
  const isByRequest = configured.baseUrl === BY_REQUEST;
  // Whoever reads it is on this machine.
  const config = isByRequest ? { ...configured, baseUrl: address } : configured;
  const base = config.baseUrl;
  const shown = file === undefined;
  const { profile = "eiam", users = [] } = config;
  const lines = [`eiam-token issuer, profile ${profile}, listening on ${address}`];
  if (base !== address) lines.push(`Its base URL is ${base}`);
  if (isByRequest) lines.push(`Its base URL is that of each request, which may be for ${names.join(", ")}`);
  const kept = store === undefined ? "Its state is lost when it stops" : `Its state is kept in ${store}`;
  lines.push(`${kept}; Ctrl+C stops it.`);
  const hosts = isByRequest ? names.map((name) => name.replace(":*", "")) : [new URL(base).host];
  lines.push(...controlLines(control, options));
  if (hosts.every((name) => isLoopback(nameOf(name) ?? ""))) lines.push(`Open ${base}/ in a browser for an overview.`);

  for (const { applicationId } of config.applications.slice(0, 1)) {
    const issuerUrl = `${base}/v2/${config.instanceId}/${applicationId}/oidc`;
    lines.push("", `Endpoints of each application, here ${applicationId}`);
    lines.push(...(await endpoints(issuer, issuerUrl)));
  }
  lines.push("", "Endpoints of the instance, of which every application is a client");
  lines.push(...(await endpoints(issuer, `${base}/api/v2/iauths_system/oauth2`)));
  lines.push("", "For the SDKs of Alibaba Cloud");
  lines.push(
    ...table([
      ["endpoint", host],
      ["protocol", protocol.slice(0, -1)],
      ["instance", config.instanceId],
    ]),
  );

  lines.push("", "Clients");
  lines.push(...table(config.applications.map((application) => client(application, shown))));
  if (shown && profile === "fapi2") {
    lines.push("", "The private key by which they authenticate (private_key_jwt)");
    lines.push(`  ${JSON.stringify(EXAMPLE_KEY)}`);
  }
  const redirects = config.applications.flatMap(redirectsOf);
  if (redirects.length > 0) {
    lines.push("", "Registered redirect URIs; --redirect-uri adds others");
    lines.push(...redirects);
  }
  if (users.length > 0) {
    lines.push("", "Users");
    lines.push(...table(users.map(({ username, password }) => (shown ? [username, password] : [username]))));
  }

  const toTry = [...tokenLines(config, { trusted: tls?.cert }), ...curlLines(config, { shown, trusted: tls?.cert })];
  if (toTry.length > 0) lines.push("", "Try");
  for (const { grant, line } of toTry) lines.push(`  # ${grant}`, `  ${line}`);
  return `${lines.map((line) => printable(line, Infinity)).join("\n")}\n\n`;
}

/**
 * That the issuer is steered, and how. A token of the environment is known to whoever has set it, but not to everybody
 * who sees the log.
 *
 * @param {{ url: string, token: string } | undefined} control
 * @param {import("./options.js").Options} options
 */
function controlLines(control, { control: chosen }) {
  if (control === undefined) return [];
  return [
    "",
    "*** UNDER REMOTE CONTROL: for tests alone. Whoever has the token can sign in as anybody. ***",
    ...table([
      ["control", control.url],
      ["token", chosen?.token === undefined ? control.token : `that of ${TOKEN_VARIABLE}`],
    ]),
    "",
  ];
}

/**
 * @param {Pick<import("eiam-token/issuer").Issuer, "handle">} issuer
 * @param {string} issuerUrl
 */
async function endpoints(issuer, issuerUrl) {
  const url = `${issuerUrl}/.well-known/openid-configuration`;
  const { body } = await issuer.handle({ method: "GET", url });
  const document = JSON.parse(new TextDecoder().decode(body));
  const rows = ENDPOINTS.flatMap(([name = "", member = ""]) =>
    typeof document[member] === "string" ? [[name, document[member]]] : [],
  );
  return table([...rows, ["discovery", url]]);
}

/**
 * @param {import("eiam-token/issuer").ApplicationConfig} application
 * @param {boolean} shown
 */
function client({ applicationId, clientSecrets = [], jwks, grants = [] }, shown) {
  const without = (jwks?.keys ?? []).length > 0 ? "key" : "no secret";
  const secret = clientSecrets.length === 0 ? without : shown ? clientSecrets[0] : "secret";
  return [applicationId, secret ?? "", grants.map(shortGrant).join(", ")];
}

/**
 * @param {import("eiam-token/issuer").ApplicationConfig} application
 */
function redirectsOf({ applicationId, redirectUris = [], anyLoopbackRedirectUri = false }) {
  const uris = anyLoopbackRedirectUri
    ? [...redirectUris.filter((uri) => !isLocal(uri)), "any http or https URL of localhost, 127.0.0.1 and [::1]"]
    : redirectUris;
  return uris.map((uri) => `  ${applicationId}: ${uri}`);
}

/** @param {string} uri */
function isLocal(uri) {
  return /^https?:/.test(uri) && URL.canParse(uri) && isLoopback(nameOf(new URL(uri).host) ?? "");
}

/** @param {string} grant */
function shortGrant(grant) {
  return grant.replace("urn:ietf:params:oauth:grant-type:", "");
}

/**
 * Rows in columns, indented.
 * @param {string[][]} rows
 */
function table(rows) {
  const widths = /** @type {number[]} */ ([]);
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd());
}
