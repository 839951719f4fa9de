import {
  CallbackError,
  EiamTokenError,
  GatewayError,
  InvalidArgumentError,
  MalformedResponseError,
  NotSupportedError,
  OAuthError,
  ResponseError,
} from "../errors.js";
import { clientWasm } from "../wasm/client.js";

/** A value that crosses to the wasm module as text; what is missing is empty. */
export type Field = string | number | bigint | boolean | null | undefined;

/** Fields by their names, which are told when one is wrong; they cross in their order. */
export type Fields = Readonly<Record<string, Field>>;

const NOTHING = /* @__PURE__ */ new Uint8Array();

/**
 * Does one operation of the wasm module. A field that is `false` is empty.
 *
 * @param octets an answer's body, or randomness
 * @param extra names and values that follow the fields
 * @returns the results after an empty one; a result that is missing is empty
 * @throws what became of a failure, as an error of this package
 */
export function call(
  operation: number,
  fields: Fields,
  octets: Uint8Array = NOTHING,
  extra: Fields = {},
): string[] {
  const values = [...Object.values(fields), ...Object.entries(extra).flat()];
  let text = "";
  let separator = "";
  for (const value of values) {
    const field = value === undefined || value === null || value === false ? "" : String(value);
    // No parameter of OAuth may have the character that stands between two fields.
    if (typeof value === "object" ? value : field.includes("\0")) throw wrongField({ ...fields, ...extra });
    text += separator + field;
    separator = "\0";
  }
  const results = clientWasm().run(operation, text, octets).split("\0");
  if (results[0]) throw failure(results);
  return results;
}

/** As {@link call}, for a result that stands alone. */
export function callForOne(operation: number, fields: Fields, octets?: Uint8Array): string {
  return call(operation, fields, octets)[1]!;
}

function wrongField(fields: Fields): InvalidArgumentError {
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "object" && value) return new InvalidArgumentError(`${name} is not a string`, name);
    if (`${name}${value}`.includes("\0")) return new InvalidArgumentError("a character U+0000", name);
  }
  return new InvalidArgumentError("an argument is not a string", "");
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
      return new InvalidArgumentError(message, camelCase(subject));
  }
}

/** `token_endpoint` as JavaScript spells it: `tokenEndpoint`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
