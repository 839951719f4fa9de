import { GatewayError, OAuthError } from "eiam-token";
import { printable } from "../printable.js";

/**
 * What went wrong, in one sentence with the error's code. The server's own words are in it, but not what
 * they repeat of this command's secrets.
 *
 * @param {import("eiam-token").EiamTokenError} error
 * @param {string[]} secrets
 */
export function failure(error, secrets) {
  /** @type {string[]} */
  const words = [error.code];
  if (error instanceof OAuthError || error instanceof GatewayError) {
    words.push(error.error);
    if (error.description) words.push(error.description);
  } else {
    words.push(error.message);
  }
  const details = [];
  if ("status" in error && error.status !== undefined && !error.message.includes(`status ${error.status}`)) {
    details.push(`status ${error.status}`);
  }
  if ("requestId" in error && error.requestId) details.push(`request id ${error.requestId}`);
  const cause = causeOf(error);
  if (cause) details.push(cause);
  let sentence = words.join(": ");
  for (const secret of secrets.flatMap(formsOf)) sentence = sentence.replaceAll(secret, "[redacted]");
  const end = details.length > 0 ? ` (${details.join(", ")})` : "";
  return `${printable(sentence.replace(/[.\s]+$/, ""), 1000)}${printable(end, 200)}.`;
}

/**
 * How a secret may be repeated: as it is, and as it was sent.
 * @param {string} secret
 */
function formsOf(secret) {
  const inForm = new URLSearchParams([["", secret]]).toString().slice(1);
  return secret === "" ? [] : [secret, inForm, encodeURIComponent(secret)];
}

/**
 * The system's word for a connection that failed, such as `ECONNREFUSED`.
 * @param {Error} error
 */
function causeOf({ cause }) {
  for (let i = 0; i < 5 && cause instanceof Error; i++) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (cause);
    if (typeof code === "string" && /^[A-Z_\d]+$/.test(code)) return code;
    cause = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  }
  return undefined;
}
