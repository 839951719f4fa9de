import { InvalidArgumentError, NotSupportedError } from "../errors.js";
import { type Handle, exchange, pairs, pathOf } from "./exchange.js";
import { hostIn, isLoopback, nameOf } from "./hosts.js";
import { type Incoming, type NodeServer, type Outgoing, http, https } from "./node.js";
import type { ListenOptions } from "./options.js";

/** A server that listens. */
export interface Listening {
  /** Its URL, without a slash at the end. */
  readonly address: string;
  /** Stops it, and ends every connection. */
  stop(): Promise<void>;
}

interface Handler {
  readonly handle: Handle;
  readonly url: string;
}

/** Answers a request without the issuer. */
type Refuse = (status: number, error: string, reason: string) => void;

/**
 * Listens, and answers requests by what `handler` gives. Requests that come before it gives anything wait.
 *
 * @param handler the function that answers, and the URL at which it does
 * @param isControlled whether the issuer says that it is under remote control
 * @throws {InvalidArgumentError} if the port is in use, or this machine has not that address
 * @throws {NotSupportedError} if the host cannot listen
 */
export async function listen(
  { port = 0, host = "127.0.0.1", tls }: ListenOptions,
  handler: Promise<Handler>,
  isControlled: boolean,
): Promise<Listening> {
  const server = await serverFor(tls, (request, response) => {
    const refuse: Refuse = (...why) => sendRefusal(response, isControlled, ...why);
    void answer(handler, isLocal, request, response, refuse);
  });
  await listening(server, { port, host, exclusive: true });
  const { address, family, port: taken } = server.address();
  const isLocal = isLoopback(nameOf(address.includes(":") ? `[${address}]` : address));
  return {
    address: `${tls ? "https" : "http"}://${reachable(address, family)}:${taken}`,
    stop: once(
      () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections?.();
        }),
    ),
  };
}

async function serverFor(tls: ListenOptions["tls"], listener: (request: Incoming, response: Outgoing) => void) {
  if (tls === undefined) {
    const module = await http();
    if (module) return module.createServer(listener);
  } else {
    const module = await https();
    if (module) return secureServer(() => module.createServer(tls, listener));
  }
  throw new NotSupportedError("this runtime cannot listen: use createTestIssuer() instead", "node:http");
}

/** The error of OpenSSL says what is wrong, and never contains what was read. */
function secureServer(create: () => NodeServer): NodeServer {
  try {
    return create();
  } catch (error) {
    const { code = "unknown" } = error as { code?: string };
    throw new InvalidArgumentError(`options.tls: no certificate with its private key (${code})`, "options.tls");
  }
}

function listening(server: NodeServer, options: { host: string; port: number; exclusive: boolean }): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = ({ code = "unknown" }: { code?: string }) => {
      const isPort = code === "EADDRINUSE" || code === "EACCES";
      const argument = isPort ? "options.port" : "options.host";
      const reason = isPort
        ? `port ${options.port} on ${options.host} cannot be used (${code}): leave it out for a free one`
        : `this machine cannot listen on ${options.host} (${code})`;
      reject(new InvalidArgumentError(`${argument}: ${reason}`, argument));
    };
    server.once("error", fail);
    server.listen(options, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

/** A client cannot use the wildcard addresses. */
function reachable(address: string, family: string | number): string {
  if (address === "0.0.0.0" || address === "::") return "127.0.0.1";
  return family === "IPv6" || family === 6 ? `[${address}]` : address;
}

/** Never rejects. */
async function answer(
  handler: Promise<Handler>,
  isLocal: boolean,
  request: Incoming,
  response: Outgoing,
  refuse: Refuse,
): Promise<void> {
  try {
    const headers = pairs(request.rawHeaders);
    const { handle, url } = await handler;
    const base = new URL(url);
    const host = hostIn(headers);
    if (host === undefined) {
      return refuse(400, "invalid_request", "The request must have exactly one valid header field Host.");
    }
    // A website can let its own name lead to 127.0.0.1 (DNS rebinding).
    if (isLocal && !isLoopback(nameOf(host)) && nameOf(host) !== nameOf(base.host)) {
      const reason = "This server answers only to localhost, loopback addresses and the host of its base URL.";
      return refuse(421, "misdirected_request", reason);
    }
    await exchange(handle, `${base.protocol}//${host}${pathOf(request.url ?? "/")}`, request, response);
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    const reason = error instanceof Error ? error.message : "unknown error";
    // Nobody is there any more, or has to see that the body is not whole.
    if (response.destroyed || response.headersSent) response.destroy();
    else refuse(500, "server_error", reason);
  }
}

function sendRefusal(response: Outgoing, isControlled: boolean, status: number, error: string, reason: string): void {
  response.statusCode = status;
  // As the issuer says it in its own answers.
  if (isControlled) response.setHeader("x-test-issuer", "under remote control");
  response.setHeader("content-type", "application/json");
  response.setHeader("cache-control", "no-store");
  response.setHeader("connection", "close");
  response.end(JSON.stringify({ error, error_description: reason }));
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= act());
}
