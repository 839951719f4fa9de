import { CommandError } from "./errors.js";

/**
 * Listens, and gives the address as a URL.
 *
 * @param {import("node:http").Server} server
 * @param {{ host: string, port: number }} options
 * @returns {Promise<string>}
 */
export function listen(server, { host, port }) {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new CommandError(explain(error, host, port))));
    server.listen({ host, port, exclusive: true }, () => resolve(addressOf(server)));
  });
}

/** @param {import("node:http").Server} server */
function addressOf(server) {
  const { address, family, port } = /** @type {import("node:net").AddressInfo} */ (
    server.address()
  );
  // All addresses are no address that a client could use.
  if (address === "0.0.0.0" || address === "::") return `http://127.0.0.1:${port}`;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/**
 * @param {NodeJS.ErrnoException} error
 * @param {string} host
 * @param {number} port
 */
function explain({ code }, host, port) {
  if (code === "EADDRINUSE") {
    return `Port ${port} on ${host} is taken; stop what uses it or choose another with --port.`;
  }
  if (code === "EACCES") return `Port ${port} is not allowed to you; choose another with --port.`;
  return `${host} is no address to listen on (${code}); choose another with --host.`;
}
