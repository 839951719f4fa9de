import { GatewayError, NotSupportedError, OAuthError } from "eiam-token";
import { printable } from "../printable.js";

/**
 * What went wrong, in one sentence that begins with the error's code. It contains the server's own text, in which this
 * command's secrets are masked.
 *
 * @param {import("eiam-token").EiamTokenError} error
 * @param {import("./secrets.js").Secrets} secrets
 * @param {import("./options.js").Options} options
 */
export function failure(error, secrets, options) {
  /** @type {string[]} */
  const words = [error.code];
  if (error instanceof OAuthError || error instanceof GatewayError) {
    words.push(secrets.mask(error.error));
    if (error.description) words.push(secrets.mask(error.description));
  } else {
    words.push(secrets.mask(error.message));
  }
  const details = [];
  if ("status" in error && error.status !== undefined && !error.message.includes(`status ${error.status}`)) {
    details.push(`status ${error.status}`);
  }
  if ("requestId" in error && typeof error.requestId === "string")
    details.push(`request id ${printable(secrets.mask(error.requestId), 100)}`);
  const cause = causeOf(error);
  if (cause) details.push(cause);
  const end = details.length > 0 ? ` (${details.join(", ")})` : "";
  return `${printable(words.join(": ").replace(/[.\s]+$/, ""), 1000)}${end}${remedy(error, options)}.`;
}

/**
 * What to change on the command line.
 *
 * @param {import("eiam-token").EiamTokenError} error
 * @param {import("./options.js").Options} options
 */
function remedy(error, { eiam, grant, clientSecretFile, privateKey }) {
  if (error instanceof NotSupportedError && error.message.includes("portal")) return "; add --portal";
  if (
    error instanceof NotSupportedError &&
    eiam === undefined &&
    /^(?:authorization|device_authorization)_endpoint$/.test(error.endpoint)
  ) {
    return `, which --grant ${grant} needs; choose another --grant`;
  }
  const secret = clientSecretFile ?? privateKey ?? (process.env["EIAM_TOKEN_CLIENT_SECRET"] || undefined);
  if (error instanceof OAuthError && error.error === "invalid_client" && secret === undefined) {
    return "; no secret was sent: give --client-secret-file, or set EIAM_TOKEN_CLIENT_SECRET";
  }
  return "";
}

/**
 * The system's code for a connection that failed, such as `ECONNREFUSED`.
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
