import { createServer } from "node:http";
import { CallbackError } from "eiam-token";
import { listen } from "../issuer/listen.js";
import { printable } from "../printable.js";
import { openPage } from "./open.js";

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
    const redirectUri = `http://${registered.hostname}:${port}${registered.pathname}`;
    const request = client.authorizationRequest({ redirectUri, scope: options.scope });
    process.stderr.write(`Sign in at\n\n  ${printable(request.url, 8000)}\n\n`);
    if (options.open) openPage(request.url);
    const response = await callback(server, registered.pathname, signal, (query) => {
      secrets.push(...["code", "state"].flatMap((name) => query.getAll(name)));
      return client.parseCallback(query, request);
    });
    return await client.exchangeCode(response, { signal });
  } finally {
    server.close();
    server.closeIdleConnections();
  }
}

/**
 * Waits for the answer to the request. What does not belong to it is refused and waited past: any page
 * that the browser has open can send something here.
 *
 * @template T
 * @param {import("node:http").Server} server
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {(query: URLSearchParams) => T} parse
 * @returns {Promise<T>}
 */
function callback(server, path, signal, parse) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => {
      server.closeAllConnections();
      reject(signal.reason);
    });
    server.on("request", (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
      if (request.method !== "GET" || pathname !== path) return page(response, 404, "Nothing is here.");
      try {
        const parsed = parse(searchParams);
        page(response, 200, "You are signed in. You can close this window.");
        resolve(parsed);
      } catch (error) {
        if (error instanceof CallbackError) return page(response, 400, "This is not the answer that is waited for.");
        page(response, 200, "You are not signed in; the terminal says why. You can close this window.");
        reject(error);
      }
    });
  });
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 * @param {string} sentence
 */
function page(response, status, sentence) {
  response.writeHead(status, {
    "content-type": "text/html;charset=UTF-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    // The address has the code in it.
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    connection: "close",
  });
  response.end(`<!doctype html><html lang="en"><title>eiam-token</title><p>${sentence}</p></html>\n`);
}
