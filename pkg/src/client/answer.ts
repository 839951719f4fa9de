import { invalid, unlessInvalid } from "./invalid.js";
import { malformed } from "./malformed.js";

/** The header fields of a response. An object of the class `Headers` is suitable. */
export interface HeaderFields {
  /** Returns the value of a field, whose name is case-insensitive; `null` if there is no such field. */
  get(name: string): string | null;
}

/** A response to be read, from `fetch` or any other HTTP client. */
export interface HttpResponse {
  /** The status code. */
  readonly status: number;
  /** The header fields: `Retry-After`, `Date`, `WWW-Authenticate` and the like are read. */
  readonly headers?: HeaderFields | undefined;
  /** The body, preferably as bytes, because text no longer shows what was not valid UTF-8. */
  readonly body: string | Uint8Array;
}

/**
 * The header fields of a response.
 *
 * @throws {InvalidArgumentError} if they have no `get()`
 * @internal
 */
export function headersOf({ headers }: HttpResponse): HeaderFields | undefined {
  if (headers && typeof headers.get !== "function") throw invalid("headers", "has no get()");
  return headers;
}

/** The value of a header field; empty if there is none. @throws {InvalidArgumentError} if it cannot be asked @internal */
export function fieldOf(headers: HeaderFields | undefined, name: string): string {
  const value: unknown = unlessInvalid("headers", "get() threw", () => headers?.get(name));
  return typeof value === "string" ? value : "";
}

/**
 * Decodes strictly, because octets that are no UTF-8 are no JSON (RFC 8259 section 8.1), and keeps a byte order mark, which
 * JSON does not allow either.
 *
 * @internal
 */
export const strictDecoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Whether a status is that of a success. @internal */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Whether a status says that the server is asked too often, or has a problem of its own. @internal */
export function isTrouble(status = 0): boolean {
  return status === 429 || (status >= 500 && status < 600);
}

/** The beginning of a reason that says why a text is not JSON. @internal */
export const NOT_JSON = "not JSON as RFC 8259 has it: ";

/**
 * The text of a body.
 *
 * @throws {MalformedResponseError} if it is no UTF-8. That of an error need not be: what can be read of it says more
 * @internal
 */
export function bodyText({ body, status }: HttpResponse): string {
  if (typeof body === "string") {
    const isWellFormed = (body as { isWellFormed?: () => boolean }).isWellFormed?.() ?? true;
    // Half of a surrogate pair has no UTF-8. Written as an escape, it is refused only if somebody reads its member.
    return isWellFormed ? body : body.replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
  }
  try {
    return strictDecoder.decode(body);
  } catch {
    if (!isSuccess(status)) return new TextDecoder().decode(body);
    throw malformed("$", `${NOT_JSON}not UTF-8`, status);
  }
}

/** The octets of a view of any kind. @internal */
export function octetsOf(view: ArrayBufferView): Uint8Array {
  return view instanceof Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
