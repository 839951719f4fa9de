import { ConnectionError, EiamTokenError, MalformedResponseError } from "../errors.js";
import type { HttpResponse } from "./answer.js";
import { LONGEST_TIMER } from "./clock.js";
import { redacted } from "./redacted.js";

/** What is used of an `AbortSignal`; the one of every runtime is one. */
export interface SignalLike {
  /** Why it was aborted. */
  // biome-ignore lint/suspicious/noExplicitAny: as in the host's own type
  readonly reason: any;
  /** Throws the reason if it was aborted. */
  throwIfAborted(): void;
  /** Has `listener` told when it is aborted. */
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  /** Has it told no more. */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What is used of a `URL`; the one of every runtime is one. */
export interface UrlLike {
  /** All of it. */
  readonly href: string;
  /** Its query. */
  readonly searchParams: SearchParamsLike;
  /** All of it. */
  toString(): string;
}

/** What is used of `URLSearchParams`; those of every runtime are some. */
export interface SearchParamsLike {
  /** The values of a name. */
  getAll(name: string): string[];
  /** All of them, encoded. */
  toString(): string;
}

/** The host's `AbortSignal`. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer T } } ? T : SignalLike;

/** The host's `URL` or `URLSearchParams`. */
export type HostUrl =
  | (typeof globalThis extends { URL: { prototype: infer T } } ? T : UrlLike)
  | (typeof globalThis extends { URLSearchParams: { prototype: infer T } } ? T : SearchParamsLike);

/** The host's `fetch`, or a function that does as it does. */
export type Fetch = typeof globalThis extends { fetch: infer T } ? T : (url: string, init: object) => Promise<never>;

/**
 * A request that was made, to be sent by whatever sends: `fetch(request.url, request)`.
 *
 * `headers` and `body` hold credentials: they can be read, but no console and no JSON shows them.
 */
export interface HttpRequest {
  /** The method. */
  readonly method: "GET" | "POST";
  /** Where it goes. */
  readonly url: string;
  /** The header fields by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The form, if it is a `POST`. */
  readonly body: string | undefined;
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

/** A request of the wasm module: method, URL, form, and the field `Authorization`. @internal */
export function requestFrom([, method, url, form, authorization]: string[]): HttpRequest {
  const headers: Record<string, string> = { accept: "application/json" };
  if (form) headers["content-type"] = "application/x-www-form-urlencoded";
  if (authorization) headers["authorization"] = authorization;
  return httpRequest(method as "GET" | "POST", url!, headers, form);
}

/** @internal */
export function httpRequest(
  method: "GET" | "POST",
  url: string,
  headers: Record<string, string>,
  body: string | undefined,
): HttpRequest {
  return redacted("HttpRequest", { method, url }, { headers: Object.freeze(headers), body: body || undefined });
}

/**
 * Sends a request and reads the whole answer.
 *
 * @internal
 */
export function send(request: HttpRequest, options: CallOptions): Promise<HttpResponse> {
  const { signal, timeout = 30_000, fetch = globalThis.fetch } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const controller = new AbortController();
    // A `fetch` of one's own may not look at its signal, so the answer also races against it.
    const end = (reason: unknown) => {
      finish();
      reject(reason);
      controller.abort(reason);
    };
    // Also when such a `fetch` never ends: a timer that is left over keeps a process alive.
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const abort = () => end(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const timer = setTimeout(
      () => end(new ConnectionError("timeout", `no answer from ${host(request)} in ${timeout} ms`)),
      Math.min(timeout, LONGEST_TIMER),
    );
    receive(request, fetch, controller.signal)
      .then(resolve, (cause: unknown) => {
        if (cause instanceof EiamTokenError) reject(cause);
        else reject(new ConnectionError("network_error", `no answer from ${host(request)}`, { cause }));
      })
      .finally(finish);
  });
}

async function receive(request: HttpRequest, fetch: Fetch, signal: AbortSignal): Promise<HttpResponse> {
  const { method, headers, body } = request;
  const response = await fetch(request.url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    // A redirect would carry credentials to a place that nobody configured.
    redirect: "manual",
    // No cookies: OAuth has its own ways. And where a page's own origin refuses a Basic header, a browser
    // would ask its user for a password, and leave the call waiting.
    credentials: "omit",
    signal,
  });
  return { status: response.status, headers: response.headers, body: await readBody(response) };
}

async function readBody(response: Response): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const reader = response.body.getReader();
  let body: Uint8Array = new Uint8Array();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return body;
    const length = body.length + value.length;
    if (length > BODY_LIMIT) {
      await reader.cancel();
      const reason = `longer than ${BODY_LIMIT} bytes`;
      throw new MalformedResponseError(`malformed answer: $: ${reason}`, "$", reason, response.status);
    }
    if (body.length === 0) {
      body = value;
    } else {
      const longer = new Uint8Array(length);
      longer.set(body);
      longer.set(value, body.length);
      body = longer;
    }
  }
}

function host(request: HttpRequest): string {
  return request.url.split("/", 3).join("/");
}
