import { EiamTokenError } from "../errors.js";
import type { RequestLike } from "./host-types.js";

/** A request that consists of plain values. */
export interface PlainRequest {
  /** The method, such as `GET`. */
  readonly method: string;
  /**
   * An absolute URL below the configured `baseUrl`, or a path with its query. If `baseUrl` is `request`, scheme and host
   * are those of the URL, or of `Host` beside a path.
   */
  readonly url: string;
  /** The header fields. A name that occurs more than once has a list of values, or several pairs. */
  readonly headers?:
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | Iterable<readonly [name: string, value: string]>
    | undefined;
  /** The body, as text or as bytes. Default: empty. */
  readonly body?: string | Uint8Array | undefined;
}

/** What the host knows about a request. */
export interface RequestOptions {
  /**
   * Where the request came from: the remote address of the socket, or the one that a trusted proxy reports, but
   * never one that the sender can choose. The issuer counts wrong guesses and requests without authentication by
   * source, so that a flood from one place affects nobody else. All IPv6 addresses of a /64 are one source, because
   * they usually belong to one network; an IPv4-mapped address is the IPv4 address; and any other text is a source
   * of its own. Default: unknown. All unknown sources are one source.
   */
  readonly source?: string | undefined;
  /**
   * Keeps the host alive until a promise is settled: `(promise) => ctx.waitUntil(promise)` in a Worker, the same of
   * the event in a service worker. It is called if clients are told of a logout after the reply; see
   * {@link IssuerOptions.backchannelLogout}. Default: nothing, as a process that goes on needs nothing.
   */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** A reply that consists of plain values. */
export interface PlainReply {
  /** The status code. */
  readonly status: number;
  /** The header fields, with names in lower case. `set-cookie` can occur more than once. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body. */
  readonly body: Uint8Array;
  /** What happens to the connection of a test issuer: names and numbers in turns; `undefined` for nothing. @internal */
  readonly transport?: readonly (string | number)[];
  /** What follows the body of a test issuer's reply, piece by piece; `undefined` for nothing. @internal */
  readonly stream?: EventStream;
}

/** A body that comes in pieces. @internal */
export interface EventStream {
  /** Waits for the next piece; `undefined` at its end. */
  next(): Promise<Uint8Array | undefined>;
  /** Ends it, also while it is waited for. */
  end(): void;
}

/** The longest body that the issuer accepts, in bytes. One more byte is enough to refuse a body. @internal */
export const BODY_LIMIT = 64 * 1024;

/** The longest body that a test issuer accepts, in bytes: a snapshot, to go on from. @internal */
export const SNAPSHOT_LIMIT = 16 * 1024 * 1024;

/**
 * Refuses what is no request of the web before the module reads it: an error there would be nobody's to catch.
 *
 * @throws {EiamTokenError} `invalid_argument`
 * @internal
 */
export function checkRequest(request: RequestLike, source: unknown): void {
  const { method, url, headers, arrayBuffer }: Partial<RequestLike> = Object(request);
  const isRequest =
    typeof method === "string" &&
    typeof url === "string" &&
    typeof headers?.forEach === "function" &&
    typeof arrayBuffer === "function";
  if (!isRequest) {
    throw new EiamTokenError("invalid_argument", "fetch() takes a Request; handle() takes a request of plain values");
  }
  if (source !== undefined && typeof source !== "string") {
    throw new EiamTokenError("invalid_argument", "the source of a request must be a string");
  }
}

/**
 * Refuses what is no request of plain values before it is read.
 *
 * @throws {EiamTokenError} `invalid_argument` that says which part is wrong
 * @internal
 */
export function checkPlain(request: PlainRequest, options: RequestOptions | undefined): void {
  const problem = (part: string, expected: string) =>
    new EiamTokenError("invalid_argument", `the ${part} of a request must be ${expected}`);
  const { url, headers, body }: Partial<PlainRequest> = Object(request);
  if (typeof url !== "string") {
    throw new EiamTokenError(
      "invalid_argument",
      "handle() takes a request of plain values: { method, url, headers, body }",
    );
  }
  if (headers !== undefined) {
    // Other lists may be read once only.
    const isRight =
      typeof headers === "object" && headers !== null && (!Array.isArray(headers) || headers.every(Array.isArray));
    if (!isRight) throw problem("headers", "an object of names and values, or pairs of them");
  }
  const isBody = body === undefined || typeof body === "string" || typeof Object(body).subarray === "function";
  if (!isBody) throw problem("body", "text or bytes (a Uint8Array)");
  if (options !== undefined && (typeof options !== "object" || options === null)) {
    throw problem("options", "an object, such as { source }");
  }
}

/**
 * Joins method, URL, source, and the names and values of the header fields, each followed by a NUL, as the WebAssembly
 * module takes them.
 *
 * @throws {EiamTokenError} `invalid_argument` if one of them is not a string
 * @internal
 */
export function flatHead({ method, url, headers = [] }: PlainRequest, { source = "" }: RequestOptions = {}): string {
  const parts: string[] = [method, url, source];
  for (const [name, values] of Symbol.iterator in headers ? headers : Object.entries(headers)) {
    if (typeof values === "string") parts.push(name, values);
    else for (const value of listOf(values)) parts.push(name, value);
  }
  let head = "";
  for (const part of parts) {
    if (typeof part !== "string") {
      throw new EiamTokenError(
        "invalid_argument",
        "the method, URL, source, and header names and values of a request must be strings",
      );
    }
    // RFC 9110 section 5.5: a recipient rejects a NUL or replaces it by a space.
    head += (part.includes("\0") ? part.replaceAll("\0", " ") : part) + "\0";
  }
  return head;
}

/** The values of a header field; what is no list is one value, and checked like one. */
function listOf(values: unknown): Iterable<string> {
  if (values === undefined) return [];
  const isList = typeof values === "object" && values !== null && Symbol.iterator in values;
  return (isList ? values : [values]) as Iterable<string>;
}

/**
 * Returns the body as text and as bytes; one of them is empty.
 *
 * @param limit the longest body that is read to its end, in bytes
 * @internal
 */
export function bodyParts(body: PlainRequest["body"] = "", limit = BODY_LIMIT): [text: string, bytes: Uint8Array] {
  // Each character has at least one byte, so only what is beyond the limit is cut off.
  if (typeof body === "string") return [body.slice(0, limit + 1), NOTHING];
  return ["", body.subarray(0, limit + 1)];
}

const NOTHING = new Uint8Array(0);

/** @internal */
export function plainReply([status, flat, body, transport]: RawReply): PlainReply {
  const parts = flat.split("\0");
  const headers: [string, string][] = [];
  // The part after the last NUL is empty.
  for (let i = 0; i + 2 < parts.length; i += 2) headers.push([parts[i]!, parts[i + 1]!]);
  return transport?.length ? { status, headers, body, transport } : { status, headers, body };
}

/**
 * The status, the names and values of the header fields, each followed by a NUL, the body, and of a test issuer what
 * happens to the connection.
 */
type RawReply = readonly [status: number, headers: string, body: Uint8Array, transport?: readonly (string | number)[]];
