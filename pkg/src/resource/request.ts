import type { HeaderFields } from "../client/answer.js";
import { invalid } from "../client/invalid.js";
import { LONGEST } from "./jwt.js";
import { Fault } from "./refused.js";

/** A request as hosts have it: a `Request` of the web, or that of Node, Express or Fastify. */
export interface RequestLike {
  /** The method. */
  readonly method?: string | undefined;
  /** The URL. Node has only the path and the query here. */
  readonly url?: string | undefined;
  /** The same before a router took something off, as Express has it. It goes before `url`. */
  readonly originalUrl?: string | undefined;
  /** The header fields: an object of the class `Headers`, or fields by their names in lower case. */
  readonly headers: HeaderFields | Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What a request brings. @internal */
export interface Brought {
  readonly scheme: "Bearer" | "DPoP";
  readonly token: string;
  /** The proofs of a request; `undefined` where there was no request, but only a token. */
  readonly proof: string | undefined;
  readonly request: RequestLike | undefined;
}

/** The value of a header field, several ones joined as HTTP joins them; `undefined` if there is none. @internal */
export function fieldOf({ headers }: RequestLike, name: string): string | undefined {
  if (typeof headers !== "object" || headers === null) {
    throw invalid("request", "expected a token, or a request with headers");
  }
  if (typeof headers.get === "function") return (headers as HeaderFields).get(name) ?? undefined;
  const value = (headers as Record<string, string | readonly string[] | undefined>)[name];
  return typeof value === "string" || value === undefined ? value : value.join(", ");
}

/**
 * The token of a request, in its field `Authorization` (RFC 6750 section 2.1, RFC 9449 section 7.1). It is not taken from
 * the query and the body, because from there it gets into logs (RFC 9700 section 4.3.2).
 *
 * @throws {Fault} if there is none, or more than one
 * @internal
 */
export function broughtBy(request: RequestLike | string): Brought {
  if (typeof request === "string") {
    if (!TOKEN.test(request)) throw new Fault("invalid_token", "the token has characters that no token has");
    return { scheme: "Bearer", token: short(request), proof: undefined, request: undefined };
  }
  const field = fieldOf(request ?? {}, "authorization");
  if (field === undefined) throw new Fault(undefined);
  const [, scheme = "", token = ""] = /^([!-~]+) +(.*)$/.exec(field.trim()) ?? [];
  const known = (["Bearer", "DPoP"] as const).find((name) => name.toLowerCase() === scheme.toLowerCase());
  // RFC 6750 section 3.1: who authenticates by another scheme has sent no token.
  if (known === undefined) throw new Fault(undefined);
  if (!TOKEN.test(token)) throw new Fault("invalid_request", "the field Authorization has not exactly one token");
  return { scheme: known, token: short(token), proof: fieldOf(request, "dpop"), request };
}

/** A token that is not too long, neither to be read nor to be asked about. */
function short(token: string): string {
  if (token.length > LONGEST) throw new Fault("invalid_token", `the token has more than ${LONGEST} characters`);
  return token;
}

/** RFC 6750 section 2.1. */
const TOKEN = /^[\w.~+/-]+=*$/;
