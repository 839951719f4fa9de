import {
  BODY_LIMIT,
  type EventStream,
  type PlainReply,
  type PlainRequest,
  type RequestOptions,
  SNAPSHOT_LIMIT,
} from "../issuer/plain.js";
import type { Incoming, Outgoing } from "./node.js";
import { Cut, faultsOf, pause, piecesOf } from "./transport.js";

/** Answers a request of plain values. */
export type Handle = (request: PlainRequest, options: RequestOptions) => Promise<PlainReply>;

/** What was read and what was answered. */
export interface Exchange {
  /** The body of the request, or a little more of it than the issuer accepts. */
  readonly body: Uint8Array;
  /** The reply. */
  readonly reply: PlainReply;
}

/** What of the host's `AbortSignal` is looked at: not every program has its type. */
export interface Abortable {
  /** Whether it was aborted. */
  readonly aborted: boolean;
  /** Has a function called when it is aborted. */
  addEventListener(type: "abort", listener: () => void, options: { readonly once: boolean }): void;
}

/**
 * Reads a request of Node's server, has it answered, and sends the reply, with what happens to its connection.
 *
 * @param url the whole URL of the request
 * @param signal aborted when the server stops: connections are not kept from then on
 * @throws what reading and `handle` throw
 */
export async function exchange(
  handle: Handle,
  url: string,
  request: Incoming,
  response: Outgoing,
  signal?: Abortable,
): Promise<Exchange> {
  const { method = "", socket } = request;
  const headers = pairs(request.rawHeaders);
  const limit = limitOf(method, url, headers);
  const body = await bodyOf(request, limit);
  const source = socket.remoteAddress === undefined ? {} : { source: socket.remoteAddress };
  const reply = await handle({ method, url, headers, body }, source);
  // Of a body that was not read to its end, the rest must not be taken for the next request.
  await send(response, reply, body.length > limit, signal);
  return { body, reply };
}

/** The path with its query, also of a request line that has a whole URL (RFC 9112 section 3.2.2). */
export function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "");
  return path.startsWith("/") ? path : `/${path.replace(/^\*/, "")}`;
}

async function send(
  response: Outgoing,
  { status, headers, body, transport = [], stream }: PlainReply,
  isCut: boolean,
  signal?: Abortable,
): Promise<void> {
  const faults = faultsOf(transport);
  // Not every realm of a test runner has the class, and only faults need it.
  const gone = transport.length > 0 ? new AbortController() : undefined;
  if (gone) response.once("close", () => gone.abort());
  try {
    if (faults.delay > 0) await pause(faults.delay, gone?.signal);
  } catch {
    return;
  }
  if (faults.isDropped) return response.destroy();
  response.statusCode = status;
  const fields = new Map<string, string[]>();
  for (const [name, value] of headers) fields.set(name, [...(fields.get(name) ?? []), value]);
  for (const [name, values] of fields) response.setHeader(name, values.length === 1 ? (values[0] ?? "") : values);
  if (isCut || signal?.aborted) response.setHeader("connection", "close");
  if (stream) return sendStream(response, stream, signal);
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
    if (gone?.signal.aborted) return;
    if (!(error instanceof Cut)) throw error;
    // What was written goes first.
    response.write(NOTHING, () => response.destroy());
  }
}

/** Sends pieces until they end, the client goes or the server stops. */
async function sendStream(response: Outgoing, stream: EventStream, signal?: Abortable): Promise<void> {
  const end = () => stream.end();
  response.once("close", end);
  const ending = signal === undefined ? undefined : endingWith(signal).add(end);
  if (signal?.aborted || response.destroyed) end();
  try {
    for (let piece = await stream.next(); piece !== undefined; piece = await stream.next()) {
      if (!response.write(piece) && !response.destroyed) await drained(response);
    }
  } finally {
    end();
    ending?.delete(end);
    response.end();
  }
}

/**
 * What is called when a signal is aborted. The signal has one listener, however many streams there are: Node warns of
 * more than ten.
 */
function endingWith(signal: Abortable): Set<() => void> {
  const known = ENDING.get(signal);
  if (known) return known;
  const ending = new Set<() => void>();
  ENDING.set(signal, ending);
  signal.addEventListener("abort", () => [...ending].forEach((end) => end()), { once: true });
  return ending;
}

const ENDING = new WeakMap<Abortable, Set<() => void>>();

/** Whoever reads slowly is waited for, so that a body without end does not fill the memory. */
function drained(response: Outgoing): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off("drain", go);
      response.off("close", go);
      resolve();
    };
    response.once("drain", go);
    response.once("close", go);
  });
}

const NOTHING = new Uint8Array(0);

/** Names and values that are given in turns. */
export function pairs(flat: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] ?? "", flat[i + 1] ?? ""]);
  return pairs;
}

/**
 * How long a body the issuer accepts: one octet more is all it needs to see to refuse it. Nobody without a token has a
 * snapshot read, and which token is right the issuer says.
 */
function limitOf(method: string, url: string, headers: readonly (readonly [name: string, value: string])[]): number {
  const isSnapshot = method === "PUT" && url.endsWith("/_control/snapshot");
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
