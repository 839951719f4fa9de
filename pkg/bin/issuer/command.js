import { fileStorage } from "eiam-token/file-storage";
import { loadConfig } from "./config.js";
import { create } from "./create.js";
import { greeting } from "./greeting.js";
import { hostsOf } from "./hosts.js";
import { addressOf, createServer, listen } from "./listen.js";
import { jsonLog, prettyLog } from "./log.js";
import { BY_REQUEST, readOptions } from "./options.js";
import { explainHost } from "./refused-host.js";
import { explainRedirect } from "./refused-uri.js";
import { answer } from "./serve.js";
import { stopWhenTold } from "./stop.js";

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
  const stopping = stopWhenTold(server);
  const address = addressOf(server, options.tls !== undefined);
  const storage = options.store === undefined ? undefined : fileStorage(options.store);
  const underWay = new Set();
  server.once("close", async () => {
    // An answer whose client went away may still have something to write.
    await Promise.all(underWay);
    await storage?.close();
  });
  try {
    const config = await loadConfig(options, address);
    const issuer = await create(config, storage, options, (sentence) => {
      process.stderr.write(`eiam-token: ${sentence}\n`);
      process.exitCode = 1;
      // What is under way is still answered, by an error.
      process.emit("SIGTERM", "SIGTERM");
    });
    const isByRequest = config.baseUrl === BY_REQUEST;
    const base = new URL(isByRequest ? address : config.baseUrl);
    const { log, notes } = logOf(options.log);
    const text = await greeting(issuer, config, address, options);
    if (options.log === "json") log({ event: "listening", address, baseUrl: config.baseUrl });
    notes.write(text);
    const host = {
      base,
      // Where each request says the host, the issuer looks at it.
      misdirected: isByRequest ? () => undefined : hostsOf(server, base),
      explain: isByRequest ? explainHost : explainRedirect,
      stopping,
      log,
    };
    server.on("request", (request, response) => {
      const answered = answer(issuer, host, request, response);
      underWay.add(answered);
      void answered.finally(() => underWay.delete(answered));
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
