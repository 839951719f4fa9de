import { IssuerStorageError } from "eiam-token/issuer";
import { targetOf } from "../host.js";
import { printable } from "../printable.js";
import { reason } from "./create.js";
import { loggedTarget, refusalIn } from "./log.js";
import { endUnread } from "./unread.js";

/** The issuer refuses longer bodies, so one byte more is all it needs to see. */
const BODY_LIMIT = 64 * 1024;

/**
 * What serving needs besides the issuer.
 *
 * @typedef {object} Host
 * @property {URL} base the issuer's base URL
 * @property {(target: import("../host.js").Target) => string | undefined} misdirected why a request is
 *   for another host
 * @property {(target: import("../host.js").Target, body: Buffer, reply: import("eiam-token/issuer").PlainReply) => string | undefined} explain
 *   what else the log says about a refusal
 * @property {AbortSignal} stopping
 * @property {(fields: import("./log.js").LoggedRequest) => void} log
 */

/**
 * Answers one request by the issuer, and logs it. Never rejects.
 *
 * @param {import("eiam-token/issuer").Issuer} issuer
 * @param {Host} host
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
export async function answer(issuer, host, request, response) {
  const start = performance.now();
  const { method = "" } = request;
  const target = targetOf(request);
  const outcome = await outcomeOf(issuer, host, target, request, response);
  const ms = Math.round(performance.now() - start);
  host.log({ method, ...loggedTarget(target?.path ?? "/"), ms, ...outcome });
}

/**
 * @param {import("eiam-token/issuer").Issuer} issuer
 * @param {Host} host
 * @param {import("../host.js").Target | undefined} target
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @returns {Promise<import("./log.js").Outcome>}
 */
async function outcomeOf(issuer, { base, misdirected, explain, stopping }, target, request, response) {
  if (target === undefined) {
    const reason = "The request must have exactly one valid header field Host (RFC 9112 section 3.2).";
    return refuse(response, 400, "invalid_request", reason);
  }
  const elsewhere = misdirected(target);
  if (elsewhere !== undefined) return refuse(response, 421, "misdirected_request", elsewhere);
  try {
    const body = await readBody(request);
    const plain = {
      method: request.method ?? "",
      url: originOf(target, base) + target.path,
      headers: pairs(request.rawHeaders),
      body,
    };
    const reply = await issuer.handle(plain, { source: request.socket.remoteAddress });
    response.statusCode = reply.status;
    for (const [name, value] of reply.headers) response.appendHeader(name, value);
    // A persistent connection would keep the server from stopping.
    if (stopping.aborted) response.setHeader("connection", "close");
    if (body.length > BODY_LIMIT) endUnread(response, reply.body);
    else response.end(reply.body);
    return { status: reply.status, ...refusalIn(reply), reason: explain(target, body, reply) };
  } catch (error) {
    if (request.destroyed && !request.complete) return { status: "aborted" };
    return { status: fail(response, error) };
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
 * @param {string[]} flat
 * @returns {[string, string][]}
 */
function pairs(flat) {
  const pairs = /** @type {[string, string][]} */ ([]);
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] ?? "", flat[i + 1] ?? ""]);
  return pairs;
}

/**
 * Reads the body, or a little more of it than the issuer accepts.
 *
 * @param {import("node:http").IncomingMessage} request
 * @returns {Promise<Buffer>}
 */
function readBody(request) {
  return new Promise((resolve, reject) => {
    const chunks = /** @type {Buffer[]} */ ([]);
    let length = 0;
    const finish = () => resolve(Buffer.concat(chunks).subarray(0, BODY_LIMIT + 1));
    request.on("data", (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= BODY_LIMIT) return;
      // The rest is not read.
      request.pause();
      request.removeAllListeners("data");
      finish();
    });
    request.on("end", finish);
    request.on("error", reject);
    request.on("close", () => reject(new Error("the client closed the connection")));
  });
}

/**
 * Refuses a request without passing it to the issuer.
 *
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 * @param {string} error
 * @param {string} reason
 * @returns {Promise<import("./log.js").Outcome>}
 */
async function refuse(response, status, error, reason) {
  // biome-ignore lint/nursery/useAwaitThenable: Node knows whether a request has more to come once it has told of it
  await undefined;
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.setHeader("cache-control", "no-store");
  endUnread(response, JSON.stringify({ error, error_description: reason }));
  return { status, error, reason };
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {unknown} error
 */
function fail(response, error) {
  const message = error instanceof Error ? error.message : "unknown error";
  const cause = error instanceof IssuerStorageError ? reason(error.cause) : "";
  process.stderr.write(`eiam-token: ${printable(message)}${cause}\n`);
  if (!response.headersSent) {
    response.writeHead(500, { "content-type": "application/json", "cache-control": "no-store" });
  }
  response.end('{"error":"server_error"}');
  return 500;
}
