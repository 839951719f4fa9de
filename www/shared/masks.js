/** What no log shows, in requests. */
const SECRET_PARAMETERS = new Set(["password", "client_secret"]);

const MASK = "••••••••";

/**
 * The parameters of a form or a query as pairs, secrets masked.
 *
 * @param {string} encoded
 * @returns {[string, string][]}
 */
export function maskedParameters(encoded) {
  return [...new URLSearchParams(encoded)].map(([name, value]) => [
    name,
    SECRET_PARAMETERS.has(name) && value !== "" ? MASK : value,
  ]);
}

/**
 * A header field's value; credentials of a client are masked.
 *
 * @param {string} name
 * @param {string} value
 */
export function maskedHeader(name, value) {
  return name.toLowerCase() === "authorization" && /^basic /i.test(value) ? `Basic ${MASK}` : value;
}
