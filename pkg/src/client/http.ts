import { ConnectionError, EiamTokenError, MalformedResponseError } from "../errors.js";
import { redacted } from "./redacted.js";

/** The host's `AbortSignal`, where it has one. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer T } } ? T : never;

/** The host's `fetch`, or a function that does as it does. */
export type Fetch = typeof globalThis extends { fetch: infer T }
  ? T
  : (url: string, init: object) => Promise<never>;

/**
 * A request that was made, to be sent by whatever sends: `fetch(request.url, request)`.
 *
 * `headers` and `body` hold credentials: they can be read, but no console and no JSON shows them.
 */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** An answer to be parsed, as `fetch` or any other client gave it. */
export interface HttpResponse {
  readonly status: number;
  /** Needed only for `Retry-After` and its like. */
  readonly headers?: { get(name: string): string | null } | undefined;
  /** Better as bytes: text has lost what was not UTF-8. */
  readonly body: string | Uint8Array;
}

/** How one call goes over the network. */
export interface CallOptions {
  /** Ends the call at once; it then rejects with the signal's reason. */
  readonly signal?: Signal | undefined;
  /** Milliseconds until the call fails with `timeout`; 30,000 unless the client says otherwise. */
  readonly timeout?: number | undefined;
  /** Instead of the host's `fetch`. */
  readonly fetch?: Fetch | undefined;
}

/** Longer answers are refused before they are read to the end. */
const BODY_LIMIT = 1 << 20;

/** What the wasm module takes of an answer: status, body, and two header fields. */
export type ResponseParts = [number, Uint8Array, string | undefined, string | undefined];

/** @internal */
export function requestFrom(values: unknown[]): HttpRequest {
  const [method, url, body, ...fields] = values as string[];
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < fields.length; i += 2) headers[fields[i]!] = fields[i + 1]!;
  return redacted(
    "HttpRequest",
    { method: method as "GET" | "POST", url: url! },
    { headers: Object.freeze(headers), body },
  );
}

/** @internal */
export function responseParts({ status, headers, body }: HttpResponse): ResponseParts {
  const header = (name: string) => headers?.get(name) ?? undefined;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return [status, bytes, header("retry-after"), header("x-acs-retry-after")];
}

/**
 * Sends a request and reads the whole answer.
 *
 * @internal
 */
export async function send(request: HttpRequest, options: CallOptions): Promise<HttpResponse> {
  const { signal, timeout = 30_000, fetch = globalThis.fetch } = options;
  signal?.throwIfAborted();
  const controller = new AbortController();
  let abort = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A `fetch` of one's own may not look at its signal, so the answer also races against it.
  const ended = new Promise<never>((_, reject) => {
    const end = (reason: unknown) => {
      reject(reason);
      controller.abort(reason);
    };
    abort = () => end(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    timer = setTimeout(
      () => end(new ConnectionError("timeout", `no answer from ${host(request)} in ${timeout} ms`)),
      Math.min(timeout, 0x7fff_ffff),
    );
  });
  try {
    return await Promise.race([receive(request, fetch, controller.signal), ended]);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof EiamTokenError) throw error;
    throw new ConnectionError("network_error", `no answer from ${host(request)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

async function receive(
  request: HttpRequest,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { method, headers, body } = request;
  const response = await fetch(request.url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    // A redirect would carry credentials to a place that nobody configured.
    redirect: "manual",
    signal,
  });
  return { status: response.status, headers: response.headers, body: await readBody(response) };
}

async function readBody(response: Response): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > BODY_LIMIT) {
      await reader.cancel();
      const reason = `longer than ${BODY_LIMIT} bytes`;
      throw new MalformedResponseError(`malformed answer: $: ${reason}`, "$", reason, response.status);
    }
    chunks.push(value);
  }
  if (chunks.length === 1) return chunks[0]!;
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

function host(request: HttpRequest): string {
  return request.url.split("/", 3).join("/");
}
