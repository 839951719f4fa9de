import { invalid } from "../client/invalid.js";
import { checkUrl } from "./argument.js";
import type { RefusalCode } from "./refused.js";

/** Why a request is refused. */
export interface ChallengeOptions {
  /** How tokens have to be sent. Default: `Bearer`. */
  readonly scheme?: "Bearer" | "DPoP" | undefined;
  /** What is protected. */
  readonly realm?: string | undefined;
  /**
   * What is wrong (RFC 6750 section 3.1, RFC 9449 section 7.1, RFC 9470 section 3). `insufficient_scope` has the status
   * 403, `invalid_request` 400, and all others 401. Leave it out for a request without a token, which has the status 401.
   * With `insufficient_user_authentication` the user signed in too weakly or too long ago, so the client sends an
   * authorization request with the `acrValues` and the `maxAge`, and tries again with the token that it gets.
   */
  readonly error?: RefusalCode | undefined;
  /** What is wrong, for developers. */
  readonly description?: string | undefined;
  /** The scope that the request needs, separated by spaces. */
  readonly scope?: string | undefined;
  /** Where the metadata are: see {@link protectedResourceMetadataUrl}. */
  readonly resourceMetadata?: string | undefined;
  /** The algorithms that proofs may have, separated by spaces, with the scheme `DPoP` (RFC 9449 section 7.1). */
  readonly algorithms?: string | undefined;
  /** The authentication contexts that will do, separated by spaces, the preferred one first (RFC 9470 section 3). */
  readonly acrValues?: string | undefined;
  /** How many seconds ago the user may have signed in (RFC 9470 section 3). */
  readonly maxAge?: number | bigint | undefined;
}

/**
 * Returns the value of the header field `WWW-Authenticate` for a refused request (RFC 6750 section 3), with the URL of
 * the metadata (RFC 9728 section 5.1).
 *
 * @throws {InvalidArgumentError} if a text is empty, or has characters that it cannot have: only printable ASCII
 *   without quotation marks and backslashes is allowed
 * @example
 * ```js
 * import { challenge } from "eiam-token/resource";
 *
 * const header = challenge({ error: "insufficient_scope", scope: "mcp:write" });
 * header; // "Bearer error=\"insufficient_scope\", scope=\"mcp:write\""
 * ```
 */
export function challenge(options: ChallengeOptions = {}): string {
  const { scheme = "Bearer", realm, error, description, scope, resourceMetadata, algorithms } = options;
  const { acrValues, maxAge } = options;
  if (scheme !== "Bearer" && scheme !== "DPoP") throw invalid("scheme", "expected Bearer or DPoP");
  if (error !== undefined && !ERRORS.includes(error)) throw invalid("error", `expected one of ${ERRORS.join(", ")}`);
  if (resourceMetadata !== undefined) checkUrl("resourceMetadata", resourceMetadata);
  const parameters = [
    ["realm", "realm", realm],
    ["error", "error", error],
    ["error_description", "description", description],
    ["scope", "scope", scope],
    ["resource_metadata", "resourceMetadata", resourceMetadata],
    ["algs", "algorithms", algorithms],
    ["acr_values", "acrValues", acrValues],
    ["max_age", "maxAge", maxAge === undefined ? undefined : seconds(maxAge)],
  ] as const;
  const said = [];
  for (const [name, argument, value] of parameters) {
    if (value === undefined) continue;
    if (typeof value !== "string" || !/^[ !#-[\]-~]+$/.test(value)) {
      throw invalid(argument, "expected printable ASCII without quotation marks and backslashes");
    }
    said.push(`${name}="${value}"`);
  }
  return said.length === 0 ? scheme : `${scheme} ${said.join(", ")}`;
}

function seconds(age: unknown): string {
  if ((typeof age === "bigint" || Number.isSafeInteger(age)) && (age as number | bigint) >= 0) return String(age);
  throw invalid("maxAge", "expected whole seconds");
}

const ERRORS: readonly string[] = [
  "invalid_request",
  "invalid_token",
  "insufficient_scope",
  "insufficient_user_authentication",
  "invalid_dpop_proof",
  "use_dpop_nonce",
] satisfies RefusalCode[];
