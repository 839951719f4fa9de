import { DeviceFlowError, EiamTokenError, GatewayError, OAuthError } from "../dist/client.js";

/** For errors that the server sends without words. */
const WORDS = {
  access_denied: "the user refused",
  invalid_client: "the server does not accept this client or its secret",
  invalid_grant: "the code, the token or the password is not valid, not any more, or not for this client",
  invalid_token: "the token is not valid, or not any more",
  expired_token: "the code has expired",
  slow_down: "polled too early",
};

/**
 * An error as a sentence that begins with its code.
 *
 * @param {unknown} error
 */
export function sentence(error) {
  if (error instanceof OAuthError || error instanceof GatewayError) {
    return ended(`${error.error}: ${error.description || WORDS[error.error] || error.message}`);
  }
  if (error instanceof DeviceFlowError) {
    return error.code === "device_denied"
      ? "access_denied: the request was refused in the other tab."
      : "expired_token: the code has expired; start again.";
  }
  if (error instanceof EiamTokenError) return ended(`${error.code}: ${error.message}`);
  return ended(error instanceof Error ? error.message : String(error));
}

/**
 * Words of somebody else as the end of a sentence.
 *
 * @param {string} text
 */
export function ended(text) {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
