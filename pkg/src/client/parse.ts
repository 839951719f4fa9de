import { EiamTokenError } from "../errors.js";
import { type HttpResponse, bodyText } from "./answer.js";
import { invalid } from "./invalid.js";
import type { ServerMetadata } from "./server.js";

/** Which answer it is, for {@link Parse}. */
export interface AnswerAbout {
  /** The endpoint that answered, by its name in {@link ServerMetadata}. */
  readonly endpoint: Extract<keyof ServerMetadata, `${string}Endpoint` | "jwksUri">;
  /** The status code. */
  readonly status: number;
}

/**
 * Turns the text of an answer into what the standards have there, for a server that writes another dialect. What it
 * returns is judged as strictly as any other answer. It has to return a text that it does not know as it is. If it throws,
 * the call fails with an {@link EiamTokenError} `listener_error`.
 */
export type Parse = (text: string, about: AnswerAbout) => string;

/**
 * Lets the hook of the application turn an answer. An answer that is no UTF-8 stays as it is, and is refused when it is
 * judged.
 *
 * @throws {EiamTokenError} `listener_error` if the hook throws
 * @throws {InvalidArgumentError} if it returns no text
 */
export function parsed(
  response: HttpResponse,
  { parse }: { readonly parse?: Parse | undefined },
  endpoint: AnswerAbout["endpoint"],
): HttpResponse {
  if (!parse) return response;
  const { status, headers } = response ?? {};
  let text: string;
  try {
    text = bodyText(response);
  } catch {
    return response;
  }
  const body = hooked("parse", () => parse(text, { endpoint, status }));
  if (typeof body !== "string") throw invalid("parse", "returned no text");
  return { status, headers, body };
}

/**
 * Calls a hook of the application, and returns what it returns.
 *
 * @throws {EiamTokenError} `listener_error` if it throws
 * @internal
 */
export function hooked<T>(name: string, hook: () => T): T {
  try {
    const value = hook();
    // Nobody waits for a promise, and it may reject.
    if (typeof value === "object") Promise.resolve(value).catch(() => {});
    return value;
  } catch (cause) {
    throw new EiamTokenError("listener_error", `${name} threw`, { cause });
  }
}
