import { IssuerStorageError } from "eiam-token/issuer";
import { targetOf } from "../host.js";
import { printable } from "../printable.js";
import { reason } from "./create.js";
import { loggedTarget, refusalIn } from "./log.js";
import { endUnread } from "./unread.js";

/**
 * What serving needs besides the issuer.
 *
 * @typedef {object} Host
 * @property {URL} base the issuer's base URL
 * @property {(target: import("../host.js").Target) => string | undefined} misdirected why a request is
 *   for another host
 * @property {(target: import("../host.js").Target, body: Uint8Array, reply: import("eiam-token/issuer").PlainReply) => string | undefined} explain
 *   what else the log says about a refusal
 * @property {(url: string, request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => Promise<{
 *   body: Uint8Array, reply: import("eiam-token/issuer").PlainReply }>} exchange reads a request, has it answered, and
 *   sends the reply
 * @property {ReadonlyMap<string, string>} marks header fields of what it answers itself
 * @property {(fields: import("./log.js").LoggedRequest) => void} log
 */

/**
 * Answers one request by the issuer, and logs it. Never rejects.
 *
 * @param {Host} host
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
export async function answer(host, request, response) {
  const start = performance.now();
  const { method = "" } = request;
  const target = targetOf(request);
  const outcome = await outcomeOf(host, target, request, response);
  const ms = Math.round(performance.now() - start);
  host.log({ method, ...loggedTarget(target?.path ?? "/"), ms, ...outcome });
}

/**
 * @param {Host} host
 * @param {import("../host.js").Target | undefined} target
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @returns {Promise<import("./log.js").Outcome>}
 */
async function outcomeOf({ base, misdirected, explain, exchange, marks }, target, request, response) {
  try {
    if (target === undefined) {
      const reason = "The request must have exactly one valid header field Host (RFC 9112 section 3.2).";
      return await refuse(response, marks, 400, "invalid_request", reason);
    }
    const elsewhere = misdirected(target);
    if (elsewhere !== undefined) return await refuse(response, marks, 421, "misdirected_request", elsewhere);
    if (isHealth(request, target)) return await healthy(response, marks);
    const { body, reply } = await exchange(originOf(target, base) + target.path, request, response);
    return { status: reply.status, ...refusalIn(reply), reason: explain(target, body, reply) };
  } catch (error) {
    if (request.destroyed && !request.complete) return { status: "aborted" };
    return { status: fail(response, marks, error) };
  }
}

/**
 * The origin as the client sees it, such as that of "localhost" for an issuer that is configured as 127.0.0.1.
 *
 * @param {import("../host.js").Target} target
 * @param {URL} base
 */
function originOf({ host }, base) {
  return host ? `${base.protocol}//${host}` : base.origin;
}

/**
 * Whether a script asks if the issuer is ready. No path of the issuer is as short.
 *
 * @param {import("node:http").IncomingMessage} request
 * @param {import("../host.js").Target} target
 */
function isHealth({ method = "" }, { path }) {
  return path === "/healthz" && ["GET", "HEAD"].includes(method);
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {Host["marks"]} marks
 * @returns {Promise<import("./log.js").Outcome>}
 */
async function healthy(response, marks) {
  await sendUnread(response, marks, 200, { status: "ok" });
  return { status: 200 };
}

/**
 * Refuses a request without passing it to the issuer.
 *
 * @param {import("node:http").ServerResponse} response
 * @param {Host["marks"]} marks
 * @param {number} status
 * @param {string} error
 * @param {string} reason
 * @returns {Promise<import("./log.js").Outcome>}
 */
async function refuse(response, marks, status, error, reason) {
  await sendUnread(response, marks, status, { error, error_description: reason });
  return { status, error, reason };
}

/**
 * Answers a request whose body nobody reads.
 *
 * @param {import("node:http").ServerResponse} response
 * @param {Host["marks"]} marks
 * @param {number} status
 * @param {object} content
 */
async function sendUnread(response, marks, status, content) {
  // biome-ignore lint/nursery/useAwaitThenable: Node knows whether a request has more to come once it has told of it
  await undefined;
  response.statusCode = status;
  for (const [name, value] of marks) response.setHeader(name, value);
  response.setHeader("content-type", "application/json");
  response.setHeader("cache-control", "no-store");
  endUnread(response, JSON.stringify(content));
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {Host["marks"]} marks
 * @param {unknown} error
 */
function fail(response, marks, error) {
  const message = error instanceof Error ? error.message : "unknown error";
  const cause = error instanceof IssuerStorageError ? reason(error.cause) : "";
  process.stderr.write(`eiam-token: ${printable(message)}${cause}\n`);
  if (response.headersSent) {
    // Whoever reads has to see that the answer is not whole.
    response.destroy();
  } else {
    for (const [name, value] of marks) response.setHeader(name, value);
    response.writeHead(500, { "content-type": "application/json", "cache-control": "no-store" });
    response.end('{"error":"server_error"}');
  }
  return 500;
}
