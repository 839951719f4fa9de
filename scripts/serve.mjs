import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { inRoot } from "./lib/paths.mjs";

/** The port of the demo, where it is free. */
export const DEFAULT_PORT = 8600;

/** How many ports are tried before giving up. */
const ATTEMPTS = 100;

/** @type {Record<string, string>} */
const MEDIA_TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * @typedef {object} Served
 * @property {number} port
 * @property {string} url with the slash at its end
 * @property {() => Promise<void>} close
 */

/**
 * Serves a folder of static files to this machine alone.
 *
 * @param {{ port?: number, root?: string }} [options] port 0 takes any free one; a port that is
 *   taken makes room for the next
 * @returns {Promise<Served>}
 */
export async function serve({ port = DEFAULT_PORT, root = inRoot("www") } = {}) {
  const folder = await realpath(root);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const servers = await listen(folder, port === 0 ? 0 : port + attempt);
    if (servers) return served(servers);
  }
  throw new Error(`the ports ${port} to ${port + ATTEMPTS - 1} are all taken`);
}

/**
 * Listens on both loopback addresses, for "localhost" is one in some programs and the other in
 * others. Nothing when either is taken.
 *
 * @param {string} folder
 * @param {number} port
 */
async function listen(folder, port) {
  const first = await bind(folder, "127.0.0.1", port);
  if (typeof first === "string") {
    if (first === "EADDRINUSE") return undefined;
    throw new Error(`cannot listen on port ${port}: ${first}`);
  }
  const second = await bind(folder, "::1", portOf(first));
  // A machine without IPv6 has one loopback address only.
  if (typeof second === "string") {
    if (second !== "EADDRINUSE") return [first];
    first.close();
    return undefined;
  }
  return [first, second];
}

/**
 * A listening server, or the code of the error.
 *
 * @param {string} folder
 * @param {string} host
 * @param {number} port
 * @returns {Promise<import("node:http").Server | string>}
 */
function bind(folder, host, port) {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      answer(folder, request, response).catch(() => refuse(response, 500));
    });
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ host, port, ipv6Only: host === "::1" }, () => resolve(server));
  });
}

/**
 * @param {import("node:http").Server[]} servers
 * @returns {Served}
 */
function served(servers) {
  const port = portOf(servers[0]);
  return {
    port,
    url: `http://localhost:${port}/`,
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** @param {import("node:http").Server | undefined} server */
function portOf(server) {
  const address = server?.address();
  if (!address || typeof address === "string") throw new Error("the server is not listening");
  return address.port;
}

/**
 * @param {string} folder
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function answer(folder, request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(response, 405);
  }
  const file = await find(folder, request.url ?? "/");
  if (!file) return refuse(response, 404);

  response.writeHead(200, {
    "Cache-Control": "no-store",
    "Content-Length": file.size,
    "Content-Type": MEDIA_TYPES[extname(file.path)] ?? "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
  });
  if (request.method === "HEAD") return void response.end();
  createReadStream(file.path)
    .on("error", () => response.destroy())
    .pipe(response);
}

/**
 * The file that a request target names, if it lies inside the folder: neither ".." in any spelling
 * nor a symbolic link leads out of it.
 *
 * @param {string} folder
 * @param {string} target
 */
async function find(folder, target) {
  try {
    const name = decodeURIComponent(target.replace(/[?#].*/s, ""));
    const path = await realpath(join(folder, name.endsWith("/") ? `${name}index.html` : name));
    if (!path.startsWith(folder + sep)) return undefined;
    const { size, isFile } = await details(path);
    return isFile ? { path, size } : undefined;
  } catch {
    // Not there, or not a path at all: bad percent signs, a NUL, a name that is too long.
    return undefined;
  }
}

/** @param {string} path */
async function details(path) {
  const found = await stat(path);
  return { size: found.size, isFile: found.isFile() };
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {404 | 405 | 500} status
 */
function refuse(response, status) {
  if (response.headersSent) return void response.destroy();
  const text = { 404: "Not found\n", 405: "Method not allowed\n", 500: "Internal error\n" }[status];
  response.writeHead(status, {
    "Cache-Control": "no-store",
    "Content-Length": text.length,
    "Content-Type": "text/plain; charset=utf-8",
  });
  response.end(response.req.method === "HEAD" ? undefined : text);
}
