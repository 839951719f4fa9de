import { EiamTokenError } from "../errors.js";
import type { FieldLookup } from "./host-types.js";

/** The host's `AbortSignal`. */
export type HostSignal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : object;

/** How the document of a client is requested. */
export interface DocumentFetchInit {
  /** The method. */
  readonly method: "GET";
  /** The header fields. */
  readonly headers: Readonly<Record<string, string>>;
  /** No redirect is followed: the document must be where the client's id says. */
  readonly redirect: "manual";
  /** No cookies are sent. */
  readonly credentials: "omit";
  /** Is aborted when the issuer gives up. */
  readonly signal: HostSignal;
}

/** The part of the response that the issuer reads. The class `Response` of every runtime has it. */
export interface DocumentResponse {
  /** The status code. Only 200 counts. */
  readonly status: number;
  /** The header fields. */
  readonly headers: FieldLookup;
  /** The body's stream, if the host has streams. It is not read further than the issuer accepts. */
  readonly body?: unknown;
  /** Reads the whole body. */
  arrayBuffer(): PromiseLike<ArrayBuffer>;
}

/**
 * Fetches what describes a client: the document behind a client id that is a URL, and the keys behind a `jwks_uri`.
 * The host's `fetch` is suitable where it cannot reach private networks; elsewhere the function must refuse to connect
 * to their addresses, also if the name of a public host resolves to one. A rejection means that there is no document;
 * the message of an {@link EiamTokenError} is told to the client, and no other.
 */
export type DocumentFetch = (url: string, init: DocumentFetchInit) => PromiseLike<DocumentResponse>;

/** What the WebAssembly module reads: status, Content-Type, Cache-Control, Age and body, or why there is none. */
type RawDocument = readonly [number, string | null, string | null, string | null, Uint8Array] | string;

/** How many milliseconds a document may take. */
const TIMEOUT = 5000;

/** How many documents are fetched at once, so that strangers cannot make the issuer flood others. */
const MOST_AT_ONCE = 8;

/**
 * Returns a function that fetches a document and never rejects. Requests that need the same document at the same time
 * share it.
 *
 * @internal
 */
export function documentFetcher(fetch: DocumentFetch): (url: string, mostBytes: number) => Promise<RawDocument> {
  const underWay = new Map<string, Promise<RawDocument>>();
  return (url, mostBytes) => {
    const present = underWay.get(url);
    if (present !== undefined) return present;
    if (underWay.size >= MOST_AT_ONCE) {
      return Promise.resolve("too many documents are being fetched: try again later");
    }
    const coming = fetchOne(fetch, url, mostBytes).finally(() => underWay.delete(url));
    underWay.set(url, coming);
    return coming;
  };
}

async function fetchOne(fetch: DocumentFetch, url: string, mostBytes: number): Promise<RawDocument> {
  const controller = new AbortController();
  let giveUp!: (reason: RawDocument) => void;
  // The function may ignore its signal, so the wait is also ended by this promise.
  const givenUp = new Promise<RawDocument>((resolve) => {
    giveUp = resolve;
  });
  const timer = setTimeout(() => giveUp(`it did not come within ${TIMEOUT / 1000} seconds`), TIMEOUT);
  try {
    return await Promise.race([givenUp, receive(fetch, url, mostBytes, controller.signal)]);
  } catch (error) {
    return error instanceof EiamTokenError ? error.message : "it could not be fetched";
  } finally {
    // A pending timer keeps a process alive.
    clearTimeout(timer);
    controller.abort();
  }
}

async function receive(
  fetch: DocumentFetch,
  url: string,
  mostBytes: number,
  signal: AbortSignal,
): Promise<RawDocument> {
  const headers = { accept: "application/json" };
  const init = { method: "GET", headers, redirect: "manual", credentials: "omit", signal } as DocumentFetchInit;
  const response = await fetch(url, init);
  const field = (name: string) => response.headers.get(name);
  // What is no success is refused whatever it holds.
  const body = response.status === 200 ? await startOf(response, mostBytes + 1) : new Uint8Array(0);
  return [response.status, field("content-type"), field("cache-control"), field("age"), body];
}

/** The first bytes of a body: one too many is all that it takes to refuse it. */
async function startOf(response: DocumentResponse, limit: number): Promise<Uint8Array> {
  const stream = response.body as ReadableStream<Uint8Array> | null | undefined;
  if (typeof stream?.getReader !== "function") {
    return new Uint8Array(await response.arrayBuffer()).subarray(0, limit);
  }
  const start = new Uint8Array(limit);
  const reader = stream.getReader();
  let length = 0;
  while (length < limit) {
    const { done, value } = await reader.read();
    if (done) return start.subarray(0, length);
    const part = value.subarray(0, limit - length);
    start.set(part, length);
    length += part.length;
  }
  // The rest is not needed, and neither is the result.
  void reader.cancel().catch(() => {});
  return start;
}
