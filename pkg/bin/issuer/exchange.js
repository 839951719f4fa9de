import { endUnread } from "./unread.js";

/** The issuer refuses longer bodies, so one byte more is all it needs to see. */
const BODY_LIMIT = 64 * 1024;

/**
 * What has requests answered by an issuer.
 *
 * @param {import("eiam-token/issuer").Issuer} issuer
 * @param {AbortSignal} stopping
 * @returns {import("./serve.js").Host["exchange"]}
 */
export function plainly(issuer, stopping) {
  return async (url, request, response) => {
    const body = await readBody(request);
    const plain = { method: request.method ?? "", url, headers: pairs(request.rawHeaders), body };
    const reply = await issuer.handle(plain, { source: request.socket.remoteAddress });
    response.statusCode = reply.status;
    for (const [name, value] of reply.headers) response.appendHeader(name, value);
    // A persistent connection would keep the server from stopping.
    if (stopping.aborted) response.setHeader("connection", "close");
    if (body.length > BODY_LIMIT) endUnread(response, reply.body);
    else response.end(reply.body);
    return { body, reply };
  };
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
