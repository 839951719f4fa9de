import { withJson } from "../json.js";
import type { HttpResponse } from "./answer.js";
import { INTROSPECTION_ANSWER } from "./generated/tables.js";
import { claimsFrom } from "./id-token.js";
import { read } from "./read.js";
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
  const { values, text } = read(INTROSPECTION_ANSWER, response);
  const as = (name: string) => secondsAs(values[name] as bigint | undefined, int64, `$.${name}`);
  const about = {
    active: values["active"] as boolean,
    expiresAt: as("exp"),
    issuedAt: as("iat"),
    notBefore: as("nbf"),
    members: claimsFrom(text),
  };
  return Object.freeze(withJson(about));
}
