import inject from "light-my-request";

/**
 * Calls a Node request listener with objects that look like a request and a response, without a
 * socket.
 *
 * @param {import("node:http").RequestListener} listener
 * @returns {import("./flows.mjs").Send}
 */
export function sendTo(listener) {
  return async ({ method, url, headers, body }) => {
    const response = await inject(listener, { method, url, headers, payload: body });
    return {
      status: response.statusCode,
      header: (name) => response.headers[name],
      text: () => response.payload,
      cookies: response.cookies,
    };
  };
}

/** What the requests of a whole exchange cost by themselves: read to the end, and an empty answer. */
export const nothing = sendTo((request, response) => {
  request.resume();
  request.on("end", () => {
    response.writeHead(200, { "content-type": "application/json", location: "/?code=1" });
    response.end("{}");
  });
});
