import type { EiamTokenError, OAuthError } from "../errors.js";
import { isTrouble } from "./answer.js";
import { LONGEST_BACK_OFF, SLOW_DOWN } from "./generated/tables.js";
import { INT64_MAX } from "./retry-after.js";

/** How a device polls again. */
export interface NextPoll {
  /** The seconds to wait before the next poll. */
  readonly seconds: bigint;
  /** The seconds between polls from now on. */
  readonly interval: bigint;
  /** Whether the server answered with `slow_down`. */
  readonly slower: boolean;
  /** Whether the server answered. */
  readonly reachable: boolean;
}

/**
 * Decides what a device does after a poll that gave no tokens (RFC 8628 section 3.5). `slow_down` adds 5 seconds to the
 * interval for good. If no answer came, or the server is temporarily overloaded or broken, the interval doubles for good,
 * up to a minute. The twin of `src/rules/polling.rs`; both run `tests/vectors/polling.json`.
 *
 * @param error what the poll failed with
 * @param interval the seconds between polls until now; at least one second is waited
 * @param hasExpired whether the code's deadline has come
 * @returns when to poll again, or `failed`: the error is for the caller
 */
export function afterPoll(
  error: EiamTokenError,
  interval: bigint,
  hasExpired: boolean,
): NextPoll | "denied" | "expired" | "failed" {
  const { code, error: said, retryAfter } = error as OAuthError;
  const word = code === "oauth_error" ? said : undefined;
  if (word === "access_denied") return "denied";
  if (word === "expired_token") return "expired";
  const reachable = !/^(network_error|timeout)$/.test(code);
  const slower = word === "slow_down";
  let next = interval > 1n ? interval : 1n;
  if (slower) next = smaller(next + BigInt(SLOW_DOWN), INT64_MAX);
  else if (word !== "authorization_pending") {
    if (reachable && !isTemporary(error)) return "failed";
    next = greater(next, smaller(next * 2n, BigInt(LONGEST_BACK_OFF)));
  }
  if (hasExpired) return "expired";
  const asked = (BigInt(retryAfter ?? 0) + 999n) / 1000n;
  return { seconds: greater(next, asked), interval: next, slower, reachable };
}

/** Whether the same request may succeed later, because the server is asked too often or has a problem of its own. */
function isTemporary(error: EiamTokenError): boolean {
  const { code, status } = error as OAuthError;
  return code !== "malformed_response" && isTrouble(status);
}

function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function greater(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
