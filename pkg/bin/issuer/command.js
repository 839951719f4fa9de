import { Issuer, IssuerConfigError } from "eiam-token/issuer";
import { CommandError } from "../errors.js";
import { loadConfig } from "./config.js";
import { greeting } from "./greeting.js";
import { addressOf, createServer, listen } from "./listen.js";
import { jsonLog, prettyLog } from "./log.js";
import { readOptions } from "./options.js";
import { answer } from "./serve.js";
import { stopOnSignals } from "./stop.js";

export { help } from "./options.js";

/**
 * Serves until it is told to stop.
 *
 * @param {string[]} args
 */
export async function run(args) {
  const options = readOptions(args);
  const server = await createServer(options.tls);
  await listen(server, options);
  const stopping = stopOnSignals(server);
  const address = addressOf(server, options.tls !== undefined);
  try {
    const config = await loadConfig(options, address);
    const issuer = await create(config, options.config);
    const base = new URL(config.baseUrl);
    const { log, notes } = logOf(options.log);
    const text = await greeting(issuer, config, address, options);
    if (options.log === "json") log({ event: "listening", address, baseUrl: config.baseUrl });
    notes.write(text);
    server.on("request", (request, response) => {
      void answer(issuer, { base, stopping, log }, request, response);
    });
  } catch (error) {
    server.close();
    server.closeAllConnections();
    throw error;
  }
}

/**
 * How requests are logged, and where everything else is printed.
 * @param {"json" | "pretty"} format
 */
function logOf(format) {
  // Whoever reads JSON reads nothing else.
  if (format === "json") return { log: jsonLog, notes: process.stderr };
  return { log: prettyLog, notes: process.stdout };
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
