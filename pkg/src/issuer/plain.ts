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
 * Names and values in turns, as the WebAssembly takes them.
 *
 * @internal
 */
export function flatHeaders(headers: PlainRequest["headers"] = []): string[] {
  const flat: string[] = [];
  for (const [name, values] of Symbol.iterator in headers ? headers : Object.entries(headers)) {
    if (typeof values === "string") flat.push(name, values);
    else for (const value of values ?? []) flat.push(name, value);
  }
  if (flat.every((text) => typeof text === "string")) return flat;
  throw new EiamTokenError("invalid_argument", "header names and values must be strings");
}

/** @internal */
export function bodyBytes(body: PlainRequest["body"] = ""): Uint8Array {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return bytes.subarray(0, BODY_LIMIT + 1);
}

/** @internal */
export function plainReply(raw: {
  status: number;
  headers: string[];
  body: Uint8Array;
}): PlainReply {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < raw.headers.length; i += 2) {
    headers.push([raw.headers[i]!, raw.headers[i + 1]!]);
  }
  return { status: raw.status, headers, body: raw.body };
}
