import { withJson } from "../json.js";
import { claimsFrom } from "./id-token.js";
import { type Int64, type Seconds, secondsAs, secondsFrom } from "./seconds.js";

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

/** @internal */
export function introspectionFrom<I extends Int64>(
  [, active, expiresAt, issuedAt, notBefore]: string[],
  text: string,
  int64: I | undefined,
): Introspection<I> {
  const as = (digits: string | undefined, name: string) => secondsAs(secondsFrom(digits), int64, name);
  return Object.freeze(
    withJson({
      active: !!active,
      expiresAt: as(expiresAt, "$.exp"),
      issuedAt: as(issuedAt, "$.iat"),
      notBefore: as(notBefore, "$.nbf"),
      members: claimsFrom(text),
    }),
  );
}
