import { MalformedResponseError } from "../errors.js";
import type { HttpResponse } from "./answer.js";
import { INTROSPECTION_ANSWER as ANY_ANSWER } from "./generated/tables.js";
import { read } from "./read.js";

/**
 * Reads the response to a revocation. The body of a success means nothing, whatever it is (RFC 7009 section 2.2), so
 * any table of members will do, except the one of tokens with its checks.
 *
 * @throws {ResponseError} if the server refused
 * @internal
 */
export function readRevocation(response: HttpResponse): void {
  try {
    read(ANY_ANSWER, response);
  } catch (error) {
    if (!(error instanceof MalformedResponseError)) throw error;
  }
}
