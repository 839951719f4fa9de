import { InvalidArgumentError, NotSupportedError } from "../errors.js";
import {
  BODY_LIMIT,
  type PlainReply,
  type PlainRequest,
  type RequestOptions,
  SNAPSHOT_LIMIT,
} from "../issuer/plain.js";
import { hostIn, isLoopback, nameOf } from "./hosts.js";
import { type Incoming, type NodeServer, type Outgoing, http, https } from "./node.js";
import type { ListenOptions } from "./options.js";
import { Cut, faultsOf, pause, piecesOf } from "./transport.js";

/** Answers a request of plain values. */
export type Handle = (request: PlainRequest, options: RequestOptions) => Promise<PlainReply>;

/** A server that listens. */
export interface Listening {
  /** Its URL, without a slash at the end. */
  readonly address: string;
  /** Stops it, and ends every connection. */
  stop(): Promise<void>;
}

/**
 * Listens, and answers requests by what `handler` gives. Requests that come before it gives anything wait.
 *
 * @param handler the function that answers, and the URL at which it does
 * @throws {InvalidArgumentError} if the port is in use, or this machine has not that address
 * @throws {NotSupportedError} if the host cannot listen
 */
export async function listen(
  { port = 0, host = "127.0.0.1", tls }: ListenOptions,
  handler: Promise<{ readonly handle: Handle; readonly url: string }>,
): Promise<Listening> {
  const server = await serverFor(tls, (request, response) => void answer(handler, isLocal, request, response));
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
  handler: Promise<{ readonly handle: Handle; readonly url: string }>,
  isLocal: boolean,
  request: Incoming,
  response: Outgoing,
): Promise<void> {
  try {
    const headers = pairs(request.rawHeaders);
    const { handle, url } = await handler;
    const base = new URL(url);
    const host = hostIn(headers);
    if (host === undefined) {
      return refuse(response, 400, "invalid_request", "The request must have exactly one valid header field Host.");
    }
    // A website can let its own name lead to 127.0.0.1 (DNS rebinding).
    if (isLocal && !isLoopback(nameOf(host)) && nameOf(host) !== nameOf(base.host)) {
      const reason = "This server answers only to localhost, loopback addresses and the host of its base URL.";
      return refuse(response, 421, "misdirected_request", reason);
    }
    const { method = "", socket } = request;
    const path = pathOf(request.url ?? "/");
    const limit = limitOf(method, path, headers);
    const body = await bodyOf(request, limit);
    const plain = { method, url: `${base.protocol}//${host}${path}`, headers, body };
    const reply = await handle(plain, socket.remoteAddress === undefined ? {} : { source: socket.remoteAddress });
    // Of a body that was not read to its end, the rest must not be taken for the next request.
    await send(response, reply, body.length > limit);
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    const reason = error instanceof Error ? error.message : "unknown error";
    // Nobody is there any more, or has to see that the body is not whole.
    if (response.destroyed || response.headersSent) response.destroy();
    else refuse(response, 500, "server_error", reason);
  }
}

/** The path with its query, also of a request line that has a whole URL (RFC 9112 section 3.2.2). */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "");
  return path.startsWith("/") ? path : `/${path.replace(/^\*/, "")}`;
}

async function send(
  response: Outgoing,
  { status, headers, body, transport = [] }: PlainReply,
  isLast: boolean,
): Promise<void> {
  const faults = faultsOf(transport);
  // Not every realm of a test runner has the class, and only faults need it.
  const gone = transport.length > 0 ? new AbortController() : undefined;
  if (gone) response.once("close", () => gone.abort());
  if (faults.delay > 0) await pause(faults.delay, gone?.signal);
  if (faults.isDropped) return response.destroy();
  response.statusCode = status;
  const fields = new Map<string, string[]>();
  for (const [name, value] of headers) fields.set(name, [...(fields.get(name) ?? []), value]);
  for (const [name, values] of fields) response.setHeader(name, values.length === 1 ? (values[0] ?? "") : values);
  if (isLast) response.setHeader("connection", "close");
  if (transport.length === 0) return response.end(body);
  // A body that ends too early is seen to, because its length is known; one that never ends has none.
  if (!faults.isEndless) response.setHeader("content-length", String(body.length));
  try {
    for await (const piece of piecesOf(body, faults, gone?.signal)) {
      if (response.destroyed) return;
      if (!response.write(piece)) await drained(response);
    }
    response.end();
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
    // What was written goes first.
    response.write(NOTHING, () => response.destroy());
  }
}

/** Whoever reads slowly is waited for, so that a body without end does not fill the memory. */
function drained(response: Outgoing): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
}

const NOTHING = new Uint8Array(0);

function refuse(response: Outgoing, status: number, error: string, reason: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.setHeader("cache-control", "no-store");
  response.setHeader("connection", "close");
  response.end(JSON.stringify({ error, error_description: reason }));
}

function pairs(flat: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] ?? "", flat[i + 1] ?? ""]);
  return pairs;
}

/**
 * How long a body the issuer accepts: one octet more is all it needs to see to refuse it. Nobody without a token has a
 * snapshot read, and which token is right the issuer says.
 */
function limitOf(method: string, path: string, headers: readonly (readonly [name: string, value: string])[]): number {
  const isSnapshot = method === "PUT" && path.endsWith("/_control/snapshot");
  const hasToken = headers.some(([name]) => name.toLowerCase() === "authorization");
  return isSnapshot && hasToken ? SNAPSHOT_LIMIT : BODY_LIMIT;
}

/** Reads the body, or a little more of it than the issuer accepts. */
function bodyOf(request: Incoming, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const finish = () => resolve(joined(chunks, Math.min(length, limit + 1)));
    request.on("data", (chunk) => {
      if (length > limit) return;
      chunks.push(chunk);
      length += chunk.length;
      if (length <= limit) return;
      request.pause();
      finish();
    });
    request.on("end", finish);
    request.on("error", reject);
    request.on("close", () => reject(new Error("the client closed the connection")));
  });
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, length - at);
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= act());
}
