import {
  CallbackError,
  type EiamTokenError,
  GatewayError,
  NotSupportedError,
  OAuthError,
  ResponseError,
} from "../errors.js";
import { type HttpResponse, NOT_JSON, bodyText, headersOf } from "./answer.js";
import {
  KIND_ARGUMENT,
  KIND_CALLBACK,
  KIND_GATEWAY,
  KIND_MALFORMED,
  KIND_NOT_SUPPORTED,
  KIND_OAUTH,
  KIND_SHIFT,
  REASONS,
  REASON_SHIFT,
} from "./generated/tables.js";
import { invalid } from "./invalid.js";
import { malformed } from "./malformed.js";
import { retryAfterOf } from "./retry-after.js";

/**
 * The error that a failure of the module becomes.
 *
 * @param failure the number of the failure, which has its kind and its reason
 * @param words the words of the failure: see `Kind` in `src/rules/failure.rs`
 * @param response the answer that failed, if it is one
 */
export function failureOf(failure: number, words: string[], response?: HttpResponse): EiamTokenError {
  const kind = kindOf(failure);
  const [subject = "", line, column, path = ""] = words;
  const why = REASONS[(failure >>> REASON_SHIFT) & 0xff]!;
  if (kind === KIND_MALFORMED) {
    const reason = line
      ? `${subject[0] === "$" ? NOT_JSON : ""}${why} at line ${line} column ${column}${path[1] ? `, in ${path}` : ""}`
      : why;
    // An id_token is a part of a success.
    return malformed(subject, reason, subject.startsWith("id_token") ? 200 : response?.status);
  }
  const reason = line ? `${line} ${why}` : why;
  if (kind === KIND_CALLBACK) return new CallbackError(`the callback is refused: ${subject} ${reason}`, subject);
  if (kind === KIND_ARGUMENT) return invalid(camelCase(subject), reason);
  if (kind === KIND_NOT_SUPPORTED) {
    return new NotSupportedError(`the server has no ${subject}${reason && `: ${reason}`}`, subject);
  }
  return refusal(kind, words, response);
}

/** The kind of a failure: one of `KIND_…`. @internal */
export function kindOf(failure: number): number {
  return (failure >>> KIND_SHIFT) & 0x7f;
}

/**
 * The error of a refusal in a response or a callback. The whole object of the refusal is `members`, which is read when
 * somebody asks for it, and which consoles do not show, because it may repeat a secret.
 */
function refusal(kind: number, words: string[], response: HttpResponse | undefined): ResponseError {
  const [error, description, uri, requestId] = words.map((word) => word || undefined);
  const status = response?.status;
  const retryAfter = response && retryAfterOf(headersOf(response));
  const fields = { error: error!, description, requestId, status, retryAfter };
  const what = `refused: ${error}${description ? `: ${description}` : ""}${requestId ? `, request id ${requestId}` : ""}`;
  const refused =
    kind === KIND_OAUTH
      ? new OAuthError(`the server ${what}`, { ...fields, uri })
      : kind === KIND_GATEWAY
        ? new GatewayError(`the gateway ${what}`, fields)
        : new ResponseError(
            "http_error",
            `the server answered with status ${status} and no readable reason`,
            status,
            retryAfter,
          );
  // The octets may be used for something else by the time that somebody asks.
  const text = response && bodyText(response);
  return Object.defineProperty(refused, "members", { get: () => membersOf(text) });
}

/** The members of a text that may be a JSON object. @internal */
export function membersOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    if (/^\s*\{/.test(text!)) return Object.freeze(JSON.parse(text!));
  } catch {
    // A text that is no JSON has no members.
  }
  return Object.freeze({});
}

/** `token_endpoint` as JavaScript spells it: `tokenEndpoint`. @internal */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
