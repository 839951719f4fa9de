import {
  CallbackError,
  type EiamTokenError,
  GatewayError,
  InvalidArgumentError,
  MalformedResponseError,
  NotSupportedError,
  OAuthError,
  ResponseError,
} from "../errors.js";
import { type HttpResponse, answerText } from "./answer.js";
import { run } from "./run.js";

/** A value that crosses to the wasm module as text; what is missing is empty. */
export type Field = string | number | bigint | boolean | null | undefined;

/** Fields by their names, which are told when one is wrong; they cross in their order. */
export type Fields = Readonly<Record<string, Field>>;

/** What stands between two fields: no parameter of OAuth may have it (RFC 6749 appendix A). */
const SEPARATOR = "\0";

/**
 * Does one operation of the wasm module.
 *
 * @param octets randomness
 * @param extra names and values that follow the fields
 * @returns the results after an empty one; a result that is missing is empty
 * @throws what became of a failure, as an error of this package
 */
export function call(operation: number, fields: Fields, octets?: Uint8Array, extra?: Fields): string[] {
  let text = joined(fields);
  for (const name in extra) {
    text += `${text && SEPARATOR}${checked("extra", name)}${SEPARATOR}${checked(name, extra[name])}`;
  }
  return resultsOf(operation, text, octets);
}

/** As {@link call}, for a result that stands alone. */
export function callForOne(operation: number, fields: Fields, octets?: Uint8Array): string {
  return call(operation, fields, octets)[1]!;
}

/** As {@link call}, for an operation that reads an answer, with fields after those of the answer. */
export function read(operation: number, response: HttpResponse, fields: Fields = {}): string[] {
  const more = joined(fields);
  const body = response?.body;
  if (typeof body !== "string" && !ArrayBuffer.isView(body)) {
    throw new InvalidArgumentError("body: neither text nor octets", "body");
  }
  const isUnicode = (body as { isWellFormed?: () => boolean }).isWellFormed?.() ?? true;
  if (!isUnicode) {
    const reason = "not Unicode: it has half of a surrogate pair";
    throw new MalformedResponseError(`malformed answer: $: ${reason}`, "$", reason, response.status);
  }
  return resultsOf(operation, `${answerText(response)}${more && SEPARATOR}${more}`, body);
}

function joined(fields: Fields): string {
  let text = "";
  let separator = "";
  for (const name in fields) {
    text += separator + checked(name, fields[name]);
    separator = SEPARATOR;
  }
  return text;
}

function checked(name: string, value: Field): string {
  if (value === undefined || value === null || value === false) return "";
  if (typeof value === "object" || typeof value === "function") {
    throw new InvalidArgumentError(`${name}: not a string`, name);
  }
  const text = String(value);
  if (text.includes(SEPARATOR)) throw new InvalidArgumentError(`${name}: has the character U+0000`, name);
  return text;
}

function resultsOf(operation: number, text: string, octets?: Uint8Array | string): string[] {
  const results = run(operation, text, octets).split(SEPARATOR);
  if (results[0]) throw failure(results);
  return results;
}

/** A failure is code, message, subject, reason, URI, request id, status and milliseconds to wait. */
function failure(results: string[]): EiamTokenError {
  const [code, message, subject, reason, uri, requestId] = results as [string, string, string, string, string, string];
  const fields = {
    error: subject,
    description: reason || undefined,
    uri: uri || undefined,
    requestId: requestId || undefined,
    status: Number(results[6]) || undefined,
    retryAfter: results[7] ? Number(results[7]) : undefined,
  };
  switch (code) {
    case "oauth_error":
      return new OAuthError(message, fields);
    case "gateway_error":
      return new GatewayError(message, fields);
    case "http_error":
      return new ResponseError(code, message, fields.status, fields.retryAfter);
    case "malformed_response":
      return new MalformedResponseError(message, subject, reason, fields.status);
    case "invalid_callback":
      return new CallbackError(message, subject);
    case "not_supported":
      return new NotSupportedError(message, subject);
    default:
      return new InvalidArgumentError(message.replace(subject, camelCase), camelCase(subject));
  }
}

/** `token_endpoint` as JavaScript spells it: `tokenEndpoint`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
