import { invalid } from "./invalid.js";

/** What a resource server asks for: see {@link stepUpChallenge}. */
export interface StepUp {
  /** The authentication contexts that will do, the preferred one first. */
  readonly acrValues?: readonly string[] | undefined;
  /** How many seconds ago the user may have signed in. */
  readonly maxAge?: number | bigint | undefined;
  /** What is protected (RFC 9110 section 11.5). */
  readonly realm?: string | undefined;
  /** What a developer is told, in place of the usual sentence. */
  readonly description?: string | undefined;
  /** `DPoP` asks for a token that is bound to a key (RFC 9449 section 7.1). Default: `Bearer`. */
  readonly scheme?: "Bearer" | "DPoP" | undefined;
}

/**
 * Makes the challenge with which a resource server asks for a stronger or a more recent sign-in (RFC 9470). Send it in
 * the header field `WWW-Authenticate` of an answer with the status 401. The client then sends an authorization request
 * with its `acr_values` and `max_age`, and tries again with the token that it gets.
 *
 * @throws {InvalidArgumentError} for a text that the field cannot have, or for a negative or fractional `maxAge`
 * @example
 * ```js
 * import { stepUpChallenge } from "eiam-token";
 *
 * const challenge = stepUpChallenge({ acrValues: ["urn:example:mfa"], maxAge: 300 });
 * challenge.includes('acr_values="urn:example:mfa", max_age="300"'); // true
 * const answer = new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
 * ```
 */
export function stepUpChallenge(options: StepUp = {}): string {
  const { acrValues = [], maxAge, realm, description = DESCRIPTION, scheme = "Bearer" } = options;
  if (scheme !== "Bearer" && scheme !== "DPoP") throw invalid("scheme", "expected Bearer or DPoP");
  if (!Array.isArray(acrValues) || acrValues.some((acr) => typeof acr !== "string" || !/^[^ ]+$/.test(acr))) {
    throw invalid("acrValues", "expected names without spaces");
  }
  if (maxAge !== undefined && (!(Number.isSafeInteger(maxAge) || typeof maxAge === "bigint") || maxAge < 0)) {
    throw invalid("maxAge", "expected whole seconds");
  }
  const parameters = [
    ...(realm === undefined ? [] : [parameter("realm", "realm", realm)]),
    parameter("error", "error", "insufficient_user_authentication"),
    parameter("error_description", "description", description),
    ...(acrValues.length === 0 ? [] : [parameter("acr_values", "acrValues", acrValues.join(" "))]),
    ...(maxAge === undefined ? [] : [parameter("max_age", "maxAge", String(maxAge))]),
  ];
  return `${scheme} ${parameters.join(", ")}`;
}

const DESCRIPTION = "The user has to sign in again, in another way or more recently";

/** A parameter whose value needs no escape in quotes (RFC 6750 section 3). */
function parameter(name: string, argument: string, value: string): string {
  if (typeof value !== "string" || !/^[ !#-[\]-~]*$/.test(value)) {
    throw invalid(argument, 'expected printable ASCII without " and \\');
  }
  return `${name}="${value}"`;
}
