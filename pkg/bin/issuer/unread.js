/** How long a client that goes on sending has for reading the answer, in milliseconds. */
const PATIENCE = 3000;

/**
 * Ends an answer whose request may not have been read to its end. If it was not, the connection ends with it,
 * and not one more byte of the body is taken. The client can read the answer first, if it does so soon: a
 * connection that is cut at once may lose what was sent on it (RFC 9112 section 9.6).
 *
 * @param {import("node:http").ServerResponse} response its head not sent yet
 * @param {string | Uint8Array} body
 */
export function endUnread(response, body) {
  const { req: request, socket } = response;
  if (request.complete) return void response.end(body);
  request.pause();
  response.setHeader("connection", "close");
  // An answer that waits for the one before it has no connection yet.
  if (socket === null) return void response.end(body);
  response.setHeader("content-length", Buffer.byteLength(body));
  // To a HEAD request the body is not written, and so the head would not be.
  response.flushHeaders();
  response.write(body);
  // Not the end of the answer, at which Node would read all that is left of the request.
  socket.end();
  const timer = setTimeout(() => socket.destroy(), PATIENCE);
  socket.once("close", () => clearTimeout(timer));
}
