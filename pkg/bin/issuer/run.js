import { createServer } from "node:http";
import { Issuer, IssuerConfigError } from "eiam-token/issuer";
import { loadConfig } from "./config.js";
import { CommandError } from "./errors.js";
import { greeting } from "./greeting.js";
import { listen } from "./listen.js";
import { answer } from "./serve.js";

/** How long a stop waits for requests under way, in milliseconds. */
const PATIENCE = 1000;

/**
 * Serves until it is told to stop.
 *
 * @param {import("./options.js").Options} options
 */
export async function runIssuer(options) {
  const server = createServer();
  const address = await listen(server, options);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop(server));
  try {
    const config = await loadConfig(options, address);
    const issuer = await create(config, options.config);
    const base = new URL(config.baseUrl);
    server.on("request", (request, response) => void answer(issuer, base, request, response));
    process.stdout.write(await greeting(issuer, config, address, options.config));
  } catch (error) {
    server.close();
    server.closeAllConnections();
    throw error;
  }
}

/**
 * @param {import("eiam-token/issuer").IssuerConfig} config
 * @param {string | undefined} file
 */
async function create(config, file = "the example") {
  try {
    return await Issuer.create(config);
  } catch (error) {
    if (!(error instanceof IssuerConfigError)) throw error;
    throw new CommandError(`${file}: ${error.message}`);
  }
}

/** @param {import("node:http").Server} server */
function stop(server) {
  server.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), PATIENCE).unref();
}
