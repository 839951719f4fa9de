import { fileStorage } from "eiam-token/file-storage";
import { loadConfig } from "./config.js";
import { create } from "./create.js";
import { plainly } from "./exchange.js";
import { greeting } from "./greeting.js";
import { controlHosts, hostsOf } from "./hosts.js";
import { addressOf, createServer, listen } from "./listen.js";
import { jsonLog, prettyLog } from "./log.js";
import { BY_REQUEST, readOptions } from "./options.js";
import { ReadyFile, whereabouts } from "./ready-file.js";
import { explainHost } from "./refused-host.js";
import { explainRedirect } from "./refused-uri.js";
import { answer } from "./serve.js";
import { MARKS } from "./steered.js";
import { stopWhenTold } from "./stop.js";

export { help } from "./options.js";

/**
 * Serves until it is told to stop.
 *
 * @param {string[]} args
 */
export async function run(args) {
  const options = readOptions(args);
  const readyFile = options.readyFile === undefined ? undefined : new ReadyFile(options.readyFile);
  await readyFile?.prepare();
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
  let begin = (/** @type {import("./serve.js").Host | undefined} */ _) => {};
  const ready = new Promise((/** @type {typeof begin} */ resolve) => {
    begin = resolve;
  });
  server.on("request", (request, response) => {
    // Who asks early waits.
    const answered = ready.then((host) => host && answer(host, request, response));
    underWay.add(answered);
    void answered.finally(() => underWay.delete(answered));
  });
  try {
    await readyFile?.takeOver();
    const config = await loadConfig(options, address);
    const issuer = await create(config, address, storage, options, (sentence) => {
      process.stderr.write(`eiam-token: ${sentence}\n`);
      process.exitCode = 1;
      // What is under way is still answered, by an error.
      process.emit("SIGTERM", "SIGTERM");
    });
    const isByRequest = config.baseUrl === BY_REQUEST;
    const base = new URL(isByRequest ? address : config.baseUrl);
    const { log, notes } = logOf(options.log);
    const control =
      "controlToken" in issuer ? { url: controlUrl(address, base), token: issuer.controlToken } : undefined;
    const text = await greeting(issuer, config, address, options, control);
    // Where each request says the host, the issuer looks at it.
    const misdirected = isByRequest ? () => undefined : hostsOf(server, base);
    begin({
      base,
      misdirected: control === undefined ? misdirected : controlHosts(misdirected),
      explain: isByRequest ? explainHost : explainRedirect,
      exchange:
        "answer" in issuer
          ? (url, request, response) => issuer.answer(request, response, { url, signal: stopping })
          : plainly(issuer, stopping),
      marks: control === undefined ? new Map() : MARKS,
      log,
    });
    if (readyFile && !stopping.aborted) {
      await readyFile.write(
        await whereabouts(issuer, { ...config, baseUrl: base.href.replace(/\/$/, "") }, address, control),
      );
      stopping.addEventListener("abort", () => readyFile.remove());
      process.once("exit", () => readyFile.remove());
    }
    if (options.log === "json") log({ event: "listening", address, baseUrl: config.baseUrl, control: control?.url });
    notes.write(text);
  } catch (error) {
    begin(undefined);
    server.close();
    server.closeAllConnections();
    throw error;
  }
}

/**
 * Where control requests are sent: at the address, whatever name the base URL has.
 *
 * @param {string} address
 * @param {URL} base
 */
function controlUrl(address, { pathname }) {
  return `${address}${pathname.replace(/\/$/, "")}/_control`;
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
