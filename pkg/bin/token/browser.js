import { createServer } from "node:http";
import { OAuthError } from "eiam-token";
import { targetOf } from "../host.js";
import { listen } from "../issuer/listen.js";
import { printable } from "../printable.js";
import { openPage } from "./open.js";

/** How long a browser has for reading the last page once the command is done, in milliseconds. */
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
      // Only what belongs to the request is the server's: anybody can send something here.
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
    // A connection that somebody holds open must not hold this command.
    setTimeout(() => server.closeAllConnections(), PATIENCE).unref();
  }
}

/**
 * Waits for the answer to the request. What does not belong to it is refused and waited past: any page
 * that the browser has open can send something here, and whatever else is on this machine.
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
        if (!(error instanceof OAuthError)) return page(response, 400, "This is not the answer that is waited for.");
        page(response, 200, "You are not signed in; the terminal says why. You can close this window.");
        reject(error);
      }
    });
  });
}

/**
 * The query of a request for the redirect URI; what is none is answered.
 *
 * @param {{ here: string, path: string }} place
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @returns {URLSearchParams | undefined}
 */
function queryAt({ here, path }, request, response) {
  const target = targetOf(request);
  if (target === undefined) return page(response, 400, "The request must name one host.");
  // A page of the web whose own name leads here names that (DNS rebinding).
  if (target.host !== here && target.host !== here.replace(/:80$/, "")) {
    return page(response, 421, `Only requests for ${here} are answered here.`);
  }
  const [pathname = "", ...query] = target.path.split("?");
  if (request.method !== "GET" || pathname !== path) return page(response, 404, "Nothing is here.");
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
    // The address has the code in it.
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    connection: "close",
  });
  response.end(`<!doctype html><html lang="en"><title>eiam-token</title><p>${sentence}</p></html>\n`);
}
