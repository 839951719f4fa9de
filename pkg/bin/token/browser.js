import { createServer } from "node:http";
import { OAuthError } from "eiam-token";
import { targetOf } from "../host.js";
import { listen } from "../issuer/listen.js";
import { printable } from "../printable.js";
import { openPage } from "./open.js";

/** How long a browser has to read the last page after the command is done, in milliseconds. */
const PATIENCE = 1000;

/**
 * Authorization code with PKCE, over a loopback address (RFC 8252 section 7.3).
 *
 * @param {import("eiam-token").Client} client
 * @param {import("./options.js").Options} options
 * @param {import("./client.js").Context} context
 */
export async function byBrowser(client, options, { signal, secrets }) {
  const server = createServer();
  const registered = new URL(options.redirectUri);
  const host = registered.hostname.replace(/^\[|\]$/g, "");
  await listen(server, { host, port: Number(registered.port) });
  try {
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    const here = `${registered.hostname}:${port}`;
    const redirectUri = `http://${here}${registered.pathname}`;
    const request = client.authorizationRequest({ redirectUri, scope: options.scope });
    process.stderr.write(`Sign in at\n\n  ${printable(request.url, 8000)}\n\n`);
    if (options.open) openPage(request.url);
    const response = await callback(server, { here, path: registered.pathname }, signal, (query) => {
      // Anybody can send something here, so only what belongs to the request is known to come from the server.
      const belongs = () => secrets.add(...["code", "state"].flatMap((name) => query.getAll(name)));
      try {
        const parsed = client.parseCallback(query, request);
        belongs();
        return parsed;
      } catch (error) {
        if (error instanceof OAuthError) belongs();
        throw error;
      }
    });
    return await client.exchangeCode(response, { signal });
  } finally {
    server.close();
    server.closeIdleConnections();
    // An open connection must not keep this command from ending.
    setTimeout(() => server.closeAllConnections(), PATIENCE).unref();
  }
}

/**
 * Waits for the response to the request. It refuses everything else and goes on waiting, because every page in the
 * browser and every program on this machine can send something to this address.
 *
 * @template T
 * @param {import("node:http").Server} server
 * @param {{ here: string, path: string }} place the redirect URI's host with its port, and its path
 * @param {AbortSignal} signal
 * @param {(query: URLSearchParams) => T} parse
 * @returns {Promise<T>}
 */
function callback(server, place, signal, parse) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => {
      server.closeAllConnections();
      reject(signal.reason);
    });
    server.on("request", (request, response) => {
      const query = queryAt(place, request, response);
      if (query === undefined) return;
      try {
        const parsed = parse(query);
        page(response, 200, "You are signed in. You can close this window.");
        resolve(parsed);
      } catch (error) {
        if (!(error instanceof OAuthError))
          return page(response, 400, "This is not the response that the command is waiting for.");
        page(response, 200, "You are not signed in; the terminal says why. You can close this window.");
        reject(error);
      }
    });
  });
}

/**
 * The query of a request for the redirect URI. Other requests are answered here.
 *
 * @param {{ here: string, path: string }} place
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @returns {URLSearchParams | undefined}
 */
function queryAt({ here, path }, request, response) {
  const target = targetOf(request);
  if (target === undefined) return page(response, 400, "The request must have exactly one valid header field Host.");
  // A website whose domain name resolves to this machine names that domain (DNS rebinding).
  if (target.host !== here && target.host !== here.replace(/:80$/, "")) {
    return page(response, 421, `This server answers only requests for ${here}.`);
  }
  const [pathname = "", ...query] = target.path.split("?");
  if (request.method !== "GET" || pathname !== path) return page(response, 404, "There is nothing at this address.");
  return new URLSearchParams(query.join("?"));
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 * @param {string} sentence
 * @returns {undefined}
 */
function page(response, status, sentence) {
  response.writeHead(status, {
    "content-type": "text/html;charset=UTF-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    // The URL contains the code.
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    connection: "close",
  });
  response.end(`<!doctype html><html lang="en"><title>eiam-token</title><p>${sentence}</p></html>\n`);
}
