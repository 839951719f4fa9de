import { withJson } from "../json.js";
import type { HttpResponse } from "./answer.js";
import * as tables from "./generated/tables.js";
import { claimsFrom } from "./id-token.js";
import { flagAt, read, secondsAt, wholeText } from "./read.js";
import { type Int64, type Seconds, secondsAs } from "./seconds.js";

/** What a server says about a token (RFC 7662 section 2.2). */
export interface Introspection<I extends Int64 = "bigint"> {
  /** Whether the token is valid now. If it is not, ignore the other members. */
  readonly active: boolean;
  /** `exp`, Unix seconds by the server's clock. */
  readonly expiresAt: Seconds<I> | undefined;
  /** `iat`, Unix seconds by the server's clock. */
  readonly issuedAt: Seconds<I> | undefined;
  /** `nbf`, Unix seconds by the server's clock. */
  readonly notBefore: Seconds<I> | undefined;
  /** All members under the names of the response, such as `scope`, `client_id`, `username` or `sub`. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** Reads the response to an introspection request. @internal */
export function readIntrospection<I extends Int64>(response: HttpResponse, int64: I | undefined): Introspection<I> {
  const as = (member: number, name: string) => secondsAs(secondsAt(member), int64, name);
  const take = () => ({
    active: flagAt(tables.INTROSPECTION_ACTIVE),
    expiresAt: as(tables.INTROSPECTION_EXP, "$.exp"),
    issuedAt: as(tables.INTROSPECTION_IAT, "$.iat"),
    notBefore: as(tables.INTROSPECTION_NBF, "$.nbf"),
    members: claimsFrom(wholeText()),
  });
  return Object.freeze(withJson(read(tables.INTROSPECTION_ANSWER, response, 0, take)));
}
