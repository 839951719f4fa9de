import { GatewayError, type MalformedResponseError, OAuthError, ResponseError } from "../errors.js";
import { type HttpResponse, NOT_JSON, bodyText, headersOf } from "./answer.js";
import { decoder, input, slots } from "./core.js";
import { REASONS } from "./generated/tables.js";
import { malformed } from "./malformed.js";
import { retryAfterOf } from "./retry-after.js";
import { safetyOf } from "./safety.js";

/**
 * The error for a success that is no JSON object, while it is still in the module's memory.
 *
 * @param reason the number that the scan gave
 * @param status the status of the answer
 * @param subject what the text is, if it is only a part of an answer
 */
export function jsonFault(reason: number, status: number, subject?: string): MalformedResponseError {
  const [offset, steps] = slots as unknown as [number, number];
  const lines = decoder.decode(input.subarray(0, offset)).split("\n");
  const path = pathOf(steps);
  const where = `line ${lines.length} column ${[...lines.pop()!].length + 1}${steps ? `, in ${path}` : ""}`;
  return malformed(subject ?? path, `${subject ? "" : NOT_JSON}${REASONS[reason]} at ${where}`, status);
}

/**
 * The path of the value in which a text is no JSON, such as `$.keys[2].kid`, where `$` is the whole text. It has `?` for a
 * name that is no plain word, because such a name could be a secret: there are hardly any tokens or codes without a digit.
 */
function pathOf(steps: number): string {
  let path = "$";
  for (let at = 4; at < 4 + 2 * steps; at += 2) {
    const [from, to] = slots.subarray(at) as unknown as [number, number];
    // The highest bit says that the name has escapes.
    const name = to && JSON.parse(`"${decoder.decode(input.subarray(from & 0x7fff_ffff, to))}"`);
    path += to ? `.${/^[a-z_]{1,32}$/i.test(name) ? name : "?"}` : `[${from}]`;
  }
  return path;
}

/**
 * The error of a refusal in a response or a callback. The whole object of the refusal is `members`, which is read when
 * somebody asks for it, and which consoles do not show, because it may repeat a secret.
 *
 * @param words the code, the description, the URL of a page, and the request's id, as the server wrote them
 * @param text the object: by default the body, whose octets may be used for something else by the time that somebody asks
 */
export function refusal(
  kind: "oauth" | "gateway" | "http",
  words: (string | undefined)[],
  response?: HttpResponse,
  text = response && bodyText(response),
): ResponseError {
  const [error, description, page, requestId] = words.map(shown);
  const status = response?.status;
  const retryAfter = response && retryAfterOf(headersOf(response));
  const fields = { error: error!, description, requestId, status, retryAfter };
  const what = `refused: ${error}${description ? `: ${description}` : ""}${requestId ? `, request id ${requestId}` : ""}`;
  // A part of a URL would lead elsewhere, and one that is no page of the web could be a script.
  const uri = page === words[2] && safetyOf(`${page}`) !== undefined ? page : undefined;
  const refused =
    kind === "oauth"
      ? new OAuthError(`the server ${what}`, { ...fields, uri })
      : kind === "gateway"
        ? new GatewayError(`the gateway ${what}`, fields)
        : new ResponseError(
            "http_error",
            `the server answered with status ${status} and no readable reason`,
            status,
            retryAfter,
          );
  return Object.defineProperty(refused, "members", { get: () => membersOf(text) });
}

/** A server's text as it is fit for a message or a log: without control characters, and cut; `undefined` for none. */
function shown(text: string | undefined): string | undefined {
  const [cut] = /^.{0,1024}/su.exec(text ?? "")!;
  return cut.replace(/[\0-\x1f\x7f-\x9f\p{Cs}]/gu, "\ufffd") || undefined;
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
