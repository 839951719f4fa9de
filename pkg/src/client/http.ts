import { ConnectionError, EiamTokenError, type InvalidArgumentError, NotSupportedError } from "../errors.js";
import { type HttpResponse, isSuccess, octetsOf } from "./answer.js";
import { LONGEST_TIMER } from "./clock.js";
import { LONGEST, REASONS, REASON_TOO_LONG } from "./generated/tables.js";
import { invalid } from "./invalid.js";
import { malformed } from "./malformed.js";
import { redacted } from "./redacted.js";

/** The part of an `AbortSignal` that the package uses. The class of every runtime has it. */
export interface SignalLike {
  /** The reason of the abort. */
  // biome-ignore lint/suspicious/noExplicitAny: as in the host's own type
  readonly reason: any;
  /** Throws the reason if the signal was aborted. */
  throwIfAborted(): void;
  /** Calls `listener` when the signal is aborted. */
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  /** Stops calling `listener`. */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The part of a `URL` that the package uses. The class of every runtime has it. */
export interface UrlLike {
  /** The whole URL. */
  readonly href: string;
  /** The parameters of the query. */
  readonly searchParams: SearchParamsLike;
  /** Returns the whole URL. */
  toString(): string;
}

/** The part of `URLSearchParams` that the package uses. The class of every runtime has it. */
export interface SearchParamsLike {
  /** Returns all values of a name. */
  getAll(name: string): string[];
  /** Returns the encoded parameters. */
  toString(): string;
}

/** The host's `AbortSignal`. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer T } } ? T : SignalLike;

/** The host's `URL` or `URLSearchParams`. */
export type HostUrl =
  | (typeof globalThis extends { URL: { prototype: infer T } } ? T : UrlLike)
  | (typeof globalThis extends { URLSearchParams: { prototype: infer T } } ? T : SearchParamsLike);

/** The host's `fetch`, or a function that behaves in the same way. */
export type Fetch = typeof globalThis extends { fetch: infer T } ? T : (url: string, init: object) => Promise<never>;

/**
 * A request that is ready to be sent with any HTTP client, such as `fetch(request.url, request)`.
 *
 * `headers` and `body` can contain credentials. You can read them, but consoles and JSON do not show them.
 */
export interface HttpRequest {
  /** The method. */
  readonly method: "GET" | "POST";
  /** The absolute URL. */
  readonly url: string;
  /** The header fields, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The form-encoded body of a `POST`; `undefined` for a `GET`. */
  readonly body: string | undefined;
}

/** The options of a call that sends a request. */
export interface CallOptions {
  /** Aborts the call: it rejects at once with the signal's reason. */
  readonly signal?: Signal | undefined;
  /** Milliseconds until the call fails with `timeout`. Default: the client's own setting, or 30,000. */
  readonly timeout?: number | undefined;
  /** The function that sends the request. Default: the client's own setting, or the host's `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Gets the response of the token endpoint before anything of it is judged. @internal */
  readonly received?: ((response: HttpResponse) => Promise<void>) | undefined;
}

/** Makes a request: a `POST` if there is a body, else a `GET`. Consoles do not show its fields and body. @internal */
export function httpRequest(url: string, headers: Readonly<Record<string, string>>, body?: string): HttpRequest {
  const method = body === undefined ? "GET" : "POST";
  return redacted("HttpRequest", { method, url }, { headers: Object.freeze(headers), body });
}

/**
 * Controllers that have aborted nothing, and how often each was used. They are used again, because making one costs more
 * than all else that a request does here.
 */
const spare: [AbortController, number][] = [];

/** How often a controller is used at most, because hosts keep something at its signal for each use. */
const MOST_USES = 64;

/**
 * Sends a request and reads the whole response.
 *
 * @throws {ConnectionError} if no response comes, or not in time
 * @throws {MalformedResponseError} if the body is too long
 * @throws {NotSupportedError} if there is no `fetch`
 * @throws {InvalidArgumentError} if `fetch` returns something else than a `Response`
 * @throws the signal's reason, if it aborts
 * @internal
 */
export function send(
  request: HttpRequest,
  { signal, timeout = 30_000, fetch = globalThis.fetch }: CallOptions,
): Promise<HttpResponse> {
  // One promise for all that can end the call, because a `fetch` of the application may ignore its signal.
  return new Promise((resolve, reject) => {
    if (signal && !signal.throwIfAborted) throw invalid("signal", "not an AbortSignal");
    signal?.throwIfAborted();
    if (typeof timeout !== "number" || !(timeout >= 0)) throw invalid("timeout", "not a number of milliseconds");
    if (!fetch) throw new NotSupportedError("fetch is missing: pass one to the client", "fetch");
    const host = () => request.url.split("/", 3).join("/");
    const [controller, uses] = spare.pop() ?? [new AbortController(), 1];
    const cleanUp = () => {
      // A pending timer keeps a process alive.
      clearTimeout(timer);
      try {
        signal?.removeEventListener("abort", abort);
      } catch (error) {
        // A signal of the application's own.
        reject(error);
      }
    };
    const end = (reason: unknown) => {
      reject(reason);
      controller.abort(reason);
      cleanUp();
    };
    const abort = () => end(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const timer = setTimeout(() => end(timeoutError(host(), timeout)), Math.min(timeout, LONGEST_TIMER));
    receive(request, fetch, controller.signal).then(
      (response) => {
        cleanUp();
        if (uses < MOST_USES && !controller.signal.aborted) spare.push([controller, uses + 1]);
        resolve(response);
      },
      (cause) => {
        cleanUp();
        const isOurs = cause instanceof EiamTokenError;
        reject(isOurs ? cause : new ConnectionError("network_error", `${host()} did not answer`, { cause }));
      },
    );
  });
}

async function receive({ url, method, headers, body }: HttpRequest, fetch: Fetch, signal: AbortSignal) {
  const response = await fetch(url, {
    method,
    headers,
    body: body as string,
    // A redirect would send credentials to a server that nobody configured.
    redirect: "manual",
    // OAuth needs no cookies. And if the page's own origin refuses a Basic header, a browser would ask its user
    // for a password, and the call would wait for that.
    credentials: "omit",
    signal,
  });
  const { status } = response ?? {};
  if (!(status >= 0)) throw foreign();
  return { status, headers: response.headers, body: await readBody(response) };
}

/** The error for a `fetch` of the application that returns something else than a `Response`. */
function foreign(): InvalidArgumentError {
  return invalid("fetch", "returned no Response");
}

async function readBody(response: Response): Promise<Uint8Array> {
  // The body of a foreign `Response` may be another kind of stream.
  const reader = response.body?.getReader?.();
  if (!reader) {
    const buffer: unknown = await response.arrayBuffer?.();
    // A number would be a length.
    if (typeof buffer !== "object") throw foreign();
    return new Uint8Array(buffer as ArrayBuffer);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = (await reader.read()) ?? {};
    if (done) return joined(chunks, length);
    if (!ArrayBuffer.isView(value)) throw foreign();
    length += value.byteLength;
    if (length > LONGEST) {
      // It is refused before its end, for which nobody waits any more.
      reader.cancel().catch(() => {});
      if (!isSuccess(response.status)) return new Uint8Array();
      throw malformed("$", REASONS[REASON_TOO_LONG], response.status);
    }
    chunks.push(octetsOf(value));
  }
}

/** Once, at the end: a server that sends one octet after the other must not cost more. */
function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const octets = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    octets.set(chunk, at);
    at += chunk.length;
  }
  return octets;
}

/** The error of something that did not answer in time. @internal */
export function timeoutError(what: string, milliseconds: number): ConnectionError {
  return new ConnectionError("timeout", `${what} did not answer within ${milliseconds} ms`);
}
