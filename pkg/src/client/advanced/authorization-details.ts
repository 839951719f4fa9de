import { invalid, unlessInvalid } from "../invalid.js";
import { malformed } from "../malformed.js";
import type { Int64 } from "../seconds.js";
import type { TokenSet } from "../tokens.js";

/** One thing that an access token is wanted for, or allows (RFC 9396 section 2). */
export interface AuthorizationDetail {
  /** The kind, which says what the other members mean. */
  readonly type: string;
  /** Where it can be used, as URIs. */
  readonly locations?: readonly string[] | undefined;
  /** What may be done. */
  readonly actions?: readonly string[] | undefined;
  /** What kinds of data it is about. */
  readonly datatypes?: readonly string[] | undefined;
  /** The one thing that it is about. */
  readonly identifier?: string | undefined;
  /** The kinds of access. */
  readonly privileges?: readonly string[] | undefined;
  /** The members that the kind has besides those. */
  readonly [member: string]: unknown;
}

/**
 * Makes the parameter that says in detail what a token is wanted for (RAR, RFC 9396). Authorization requests, pushed
 * requests and token requests take it among their `extra`.
 *
 * @throws {InvalidArgumentError} for a detail without a `type`, or with a member that is not what section 2.2 says
 * @example
 * ```js
 * import { authorizationDetails } from "eiam-token";
 *
 * const wanted = authorizationDetails([{ type: "payment", actions: ["initiate"], amount: "12.50" }]);
 * client.authorizationRequest({ redirectUri, scope: "openid", extra: { ...wanted } });
 * ```
 */
export function authorizationDetails(details: readonly AuthorizationDetail[]): {
  readonly authorization_details: string;
} {
  if (!Array.isArray(details) || details.length === 0) throw invalid("authorizationDetails", "not a list of details");
  const text = unlessInvalid("authorizationDetails", "not what JSON can hold", () => JSON.stringify(details));
  const fault = faultOf(JSON.parse(text));
  if (fault) throw invalid("authorizationDetails", fault.join(": "));
  return { authorization_details: text };
}

/**
 * What tokens allow in detail, which may be less or more than was asked for (RFC 9396 section 7).
 *
 * @returns the details; `undefined` if the response has none
 * @throws {MalformedResponseError} if they are not what RFC 9396 says
 */
export function grantedDetails(tokens: TokenSet<Int64>): readonly AuthorizationDetail[] | undefined {
  const granted = tokens.members["authorization_details"];
  if (granted === undefined || granted === null) return undefined;
  const fault = faultOf(granted);
  if (fault) throw malformed(`$.authorization_details${fault[0]}`, fault[1], 200);
  return granted as readonly AuthorizationDetail[];
}

/** What is wrong with details: where, and why. */
function faultOf(details: unknown): [place: string, reason: string] | undefined {
  if (!Array.isArray(details)) return ["", "not a list"];
  for (const [index, detail] of details.entries()) {
    if (typeof detail !== "object" || detail === null || Array.isArray(detail)) return [`[${index}]`, "not an object"];
    const { type, identifier, ...others } = detail as Record<string, unknown>;
    if (typeof type !== "string" || !type) return [`[${index}].type`, "not a text, or an empty one"];
    if (identifier !== undefined && typeof identifier !== "string") return [`[${index}].identifier`, "not a text"];
    for (const name of ["locations", "actions", "datatypes", "privileges"]) {
      const list = others[name];
      if (list !== undefined && !(Array.isArray(list) && list.every((each) => typeof each === "string"))) {
        return [`[${index}].${name}`, "not a list of texts"];
      }
    }
  }
  return undefined;
}
