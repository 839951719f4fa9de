import { printable, printableJson } from "../printable.js";

/**
 * The outcome of a request.
 *
 * @typedef {object} Outcome
 * @property {number | "aborted"} status
 * @property {string} [error] OAuth's code
 * @property {string} [requestId]
 * @property {string | undefined} [reason] what was sent that is refused, and what to do about it
 */

/**
 * What is logged about a request. It contains no secrets: no body, no header field except a refused Host, and no value
 * of a query except a refused redirect URI.
 *
 * @typedef {{ method: string, path: string, query: string[], ms: number } & Outcome} LoggedRequest
 */

/**
 * Writes one JSON object per line.
 * @param {LoggedRequest | Record<string, unknown>} fields
 */
export function jsonLog(fields) {
  process.stdout.write(`${printableJson(JSON.stringify({ time: new Date().toISOString(), ...fields }))}\n`);
}

/**
 * Writes one line for people.
 * @param {LoggedRequest | Record<string, unknown>} fields
 */
export function prettyLog(fields) {
  const { method, path, query, status, ms, error, requestId, reason } = /** @type {LoggedRequest} */ (fields);
  const target = query.length > 0 ? `${path}?${query.join("&")}` : path;
  const words = [method, target, status, `${ms} ms`, error, requestId].filter((word) => word !== undefined);
  const line = `${words.join(" ")}${reason === undefined ? "" : `: ${reason}`}`;
  process.stdout.write(`${printable(line, 2000)}\n`);
}

/** The parameters whose names are logged. Other text in a query could itself be a secret. */
const NAMES = new Set([
  ...["client_id", "client_secret", "client_assertion", "client_assertion_type"],
  ...["grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "device_code"],
  ...["username", "password", "scope", "exclusive_tag", "response_type", "response_mode", "state"],
  ...["nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "login_hint", "claims"],
  ...["id_token_hint", "ui_locales", "request_uri", "acr_values", "display", "dpop_jkt", "user_code"],
  ...["assertion", "subject_token", "subject_token_type", "actor_token", "actor_token_type"],
  ...["requested_token_type", "resource", "audience", "application_federated_credential_name"],
  ...["token", "token_type_hint", "access_token", "post_logout_redirect_uri", "logout_hint"],
]);

/**
 * The names in a query; unknown names are shown as `…`.
 * @param {string} query
 */
function namesIn(query) {
  const names = query.split("&", 30).flatMap((pair) => pair.split("=", 1));
  const shown = names.filter((name) => name).map((name) => (NAMES.has(name) ? name : "…"));
  return [...new Set(shown)];
}

/**
 * A request's target for the log.
 * @param {string} target
 */
export function loggedTarget(target) {
  const [path = "", ...query] = target.split("?");
  return { path: path.length > 200 ? `${path.slice(0, 200)}…` : path, query: namesIn(query.join("?")) };
}

/**
 * OAuth's code and the id of the request, if an answer has them: in JSON, in a redirect, on a page, in a
 * challenge.
 *
 * @param {import("eiam-token/issuer").PlainReply} reply
 * @returns {{ error?: string, requestId?: string }}
 */
export function refusalIn({ status, headers, body }) {
  const field = (/** @type {string} */ name) => headers.find(([other]) => other === name)?.[1] ?? "";
  if (status >= 300 && status < 400) {
    return words({ error: /[?#&]error=([\w.-]+)/.exec(field("location")) });
  }
  // Of an answer that gives something, nothing is read.
  if (status < 400) return {};
  const text = new TextDecoder().decode(body.subarray(0, 64 * 1024));
  const challenge = /\berror="([\w.-]+)"/;
  if (!field("content-type").startsWith("application/json")) {
    return words({
      error: /id="error">([\w.-]+)</.exec(text) ?? challenge.exec(field("www-authenticate")),
      requestId: /id="request_id">([\w-]+)</.exec(text),
    });
  }
  return words({
    error: /"(?:error|Code)":"([\w.-]+)"/.exec(text),
    requestId: /"(?:request_id|RequestId)":"([\w-]+)"/.exec(text),
  });
}

/**
 * What was found, without what was not.
 * @param {Record<string, RegExpExecArray | null>} matches
 * @returns {Record<string, string>}
 */
function words(matches) {
  return Object.fromEntries(Object.entries(matches).flatMap(([name, match]) => (match?.[1] ? [[name, match[1]]] : [])));
}
