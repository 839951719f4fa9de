import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { CommandError } from "../errors.js";
import { readText } from "../files.js";

/**
 * A server that does not listen yet.
 *
 * @param {{ cert: string, key: string } | undefined} tls files in PEM; none for plain HTTP
 */
export async function createServer(tls) {
  if (tls === undefined) return createHttpServer();
  const [cert, key] = [await readText(tls.cert), await readText(tls.key)];
  try {
    return createHttpsServer({ cert, key });
  } catch (error) {
    // OpenSSL's error codes say what is wrong, and never contain what was read.
    const { code = "unknown" } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new CommandError(
      `${tls.cert} and ${tls.key} are not a certificate and its private key, in PEM and without a passphrase (${code}).`,
    );
  }
}

/**
 * Listens.
 *
 * @param {import("node:http").Server | import("node:https").Server} server
 * @param {{ host: string, port: number }} options
 * @returns {Promise<void>}
 */
export function listen(server, { host, port }) {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new CommandError(explain(error, host, port))));
    server.listen({ host, port, exclusive: true }, resolve);
  });
}

/**
 * The address as a URL.
 *
 * @param {import("node:http").Server | import("node:https").Server} server that listens
 * @param {boolean} secure
 */
export function addressOf(server, secure) {
  const scheme = secure ? "https" : "http";
  const { address, family, port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  // A client cannot use these wildcard addresses.
  if (address === "0.0.0.0" || address === "::") return `${scheme}://127.0.0.1:${port}`;
  return `${scheme}://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/**
 * @param {NodeJS.ErrnoException} error
 * @param {string} host
 * @param {number} port
 */
function explain({ code }, host, port) {
  if (code === "EADDRINUSE") {
    return `Port ${port} on ${host} is in use; stop the program that uses it, or choose another port with --port.`;
  }
  if (code === "EACCES") return `You have no permission to use port ${port}; choose another port with --port.`;
  return `This machine cannot listen on ${host} (${code}); choose another address with --host.`;
}
