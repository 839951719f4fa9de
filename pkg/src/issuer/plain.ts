import { EiamTokenError } from "../errors.js";

/** A request of plain values. */
export interface PlainRequest {
  readonly method: string;
  /** Below the configured `baseUrl`, or a path with its query. */
  readonly url: string;
  /** Names and values; a name that comes more than once as a list of values or as more pairs. */
  readonly headers?:
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | Iterable<readonly [name: string, value: string]>
    | undefined;
  readonly body?: string | Uint8Array | undefined;
}

/** What the host knows of a request. */
export interface RequestOptions {
  /**
   * Where the request came from: the address of the socket's other end, or what a proxy that can be
   * trusted says it is, never what the sender says. What costs its sender nothing is counted by it, so
   * that a flood from one place shuts nobody else out. IPv6 addresses of one /64 are one place, as their
   * holder has all of them; an IPv4-mapped one is the IPv4 address; a text that is no address stands for
   * itself. Default: unknown, and all that are unknown are one place.
   */
  readonly source?: string | undefined;
}

/** A reply of plain values. */
export interface PlainReply {
  readonly status: number;
  /** Names in lower case; `set-cookie` can come more than once. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** The longest body that the issuer takes; to refuse one, a byte more is all it must see. */
const BODY_LIMIT = 64 * 1024;

/**
 * Method, URL, source, names and values in turns, with a NUL between any two, as the WebAssembly takes
 * them.
 *
 * @internal
 */
export function flatHead({ method, url, headers = [] }: PlainRequest, { source = "" }: RequestOptions = {}): string {
  const parts: string[] = [method, url, source];
  for (const [name, values] of Symbol.iterator in headers ? headers : Object.entries(headers)) {
    if (typeof values === "string") parts.push(name, values);
    else for (const value of values ?? []) parts.push(name, value);
  }
  let head = "";
  for (const part of parts) {
    if (typeof part !== "string") {
      throw new EiamTokenError("invalid_argument", "method, URL, source, and header names and values must be strings");
    }
    // RFC 9110 section 5.5: a NUL is refused, or a space stands for it.
    head += (part.includes("\0") ? part.replaceAll("\0", " ") : part) + "\0";
  }
  return head;
}

/**
 * The body as text and as bytes; one of them is empty.
 *
 * @internal
 */
export function bodyParts(body: PlainRequest["body"] = ""): [text: string, bytes: Uint8Array] {
  // No character has less than a byte, so what is cut off is beyond the limit.
  if (typeof body === "string") return [body.slice(0, BODY_LIMIT + 1), NOTHING];
  return ["", body.subarray(0, BODY_LIMIT + 1)];
}

const NOTHING = new Uint8Array(0);

/** @internal */
export function plainReply([status, flat, body]: RawReply): PlainReply {
  const parts = flat.split("\0");
  const headers: [string, string][] = [];
  // What follows the last NUL is nothing.
  for (let i = 0; i + 2 < parts.length; i += 2) headers.push([parts[i]!, parts[i + 1]!]);
  return { status, headers, body };
}

/** Status, header fields in turns with a NUL after each part, and body. */
type RawReply = readonly [status: number, headers: string, body: Uint8Array];
