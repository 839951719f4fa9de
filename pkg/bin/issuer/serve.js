import { IssuerStorageError } from "eiam-token/issuer";
import { reason } from "./create.js";
import { loggedTarget, refusalIn } from "./log.js";

/** The issuer refuses longer bodies, so one byte more is all it needs to see. */
const BODY_LIMIT = 64 * 1024;

/**
 * Answers one request by the issuer, and logs it. Never rejects.
 *
 * @param {import("eiam-token/issuer").Issuer} issuer
 * @param {object} host
 * @param {URL} host.base the issuer's base URL
 * @param {AbortSignal} host.stopping
 * @param {(fields: import("./log.js").LoggedRequest) => void} host.log
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
export async function answer(issuer, { base, stopping, log }, request, response) {
  const start = performance.now();
  const target = targetOf(request);
  const { method = "" } = request;
  /** @type {number | "aborted"} */
  let status;
  let refusal;
  try {
    const source = request.socket.remoteAddress;
    const plain = {
      method,
      url: originOf(request, base) + target,
      headers: pairs(request.rawHeaders),
      body: await readBody(request),
    };
    const reply = await issuer.handle(plain, { source });
    response.statusCode = reply.status;
    for (const [name, value] of reply.headers) response.appendHeader(name, value);
    // A connection that is kept would keep the server.
    if (stopping.aborted) response.setHeader("connection", "close");
    response.end(reply.body);
    status = reply.status;
    refusal = refusalIn(reply);
  } catch (error) {
    status = request.destroyed && !request.complete ? "aborted" : fail(response, error);
  }
  const ms = Math.round(performance.now() - start);
  const { error, requestId } = refusal ?? { error: undefined, requestId: undefined };
  log({ method, ...loggedTarget(target), status, ms, error, requestId });
}

/**
 * The origin as the client sees it, such as that of "localhost" for one configured as 127.0.0.1.
 *
 * @param {import("node:http").IncomingMessage} request
 * @param {URL} base
 */
function originOf({ headers: { host = "" } }, base) {
  return /^[\w.:[\]-]+$/.test(host) ? `${base.protocol}//${host}` : base.origin;
}

/**
 * The request's target, as a path with its query.
 * @param {import("node:http").IncomingMessage} request
 */
function targetOf({ url = "/" }) {
  if (url.startsWith("/")) return url;
  // As it is sent to a proxy; every server must take it (RFC 9112 section 3.2.2).
  if (!URL.canParse(url)) return "/";
  const { pathname, search } = new URL(url);
  return pathname + search;
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
 * The body, or a little more of it than the issuer takes.
 * @param {import("node:http").IncomingMessage} request
 */
function readBody(request) {
  return new Promise((resolve, reject) => {
    const chunks = /** @type {Buffer[]} */ ([]);
    let length = 0;
    const finish = () => resolve(Buffer.concat(chunks).subarray(0, BODY_LIMIT + 1));
    request.on("data", (chunk) => {
      // What comes after is drained by Node, not kept.
      if (length > BODY_LIMIT) return;
      chunks.push(chunk);
      length += chunk.length;
      if (length > BODY_LIMIT) finish();
    });
    request.on("end", finish);
    request.on("error", reject);
    request.on("close", () => reject(new Error("the client went away")));
  });
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {unknown} error
 */
function fail(response, error) {
  const message = error instanceof Error ? error.message : "unknown error";
  const cause = error instanceof IssuerStorageError ? reason(error.cause) : "";
  process.stderr.write(`eiam-token: ${message}${cause}\n`);
  if (!response.headersSent) {
    response.writeHead(500, { "content-type": "application/json", "cache-control": "no-store" });
  }
  response.end('{"error":"server_error"}');
  return 500;
}
