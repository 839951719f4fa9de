import { CommandError } from "../errors.js";
import { printable, printableJson } from "../printable.js";

/** RFC 6749 appendix A.12. */
const ACCESS_TOKEN = /^[ -~]+$/;

/**
 * Prints the access token, or all of the answer; and to people what it is worth. Nothing of it but the
 * tokens has a secret that a server repeats.
 *
 * @param {import("eiam-token").TokenSet} tokens
 * @param {import("./options.js").Options} options
 * @param {import("./secrets.js").Secrets} secrets
 * @throws {CommandError} if the access token is none, and would do something to a terminal or a script
 */
export function print(tokens, { json, refreshTokenFile }, secrets) {
  if (json) return void process.stdout.write(`${jsonOf(tokens, secrets)}\n`);
  const { accessToken, tokenType, expiresIn, scope, claims, refreshToken, idToken } = tokens;
  if (!ACCESS_TOKEN.test(accessToken)) {
    throw new CommandError(
      "The server's access_token has characters that no token can have (RFC 6749 appendix A.12); --json shows it, escaped.",
    );
  }
  process.stdout.write(`${accessToken}\n`);
  const parts = [tokenType];
  parts.push(expiresIn === undefined ? "of unknown lifetime" : `for ${expiresIn} seconds`);
  if (scope !== undefined) parts.push(`scope "${scope}"`);
  const { sub } = claims ?? {};
  if (typeof sub === "string") parts.push(`of ${sub}`);
  if (idToken !== undefined) parts.push("with an id_token");
  if (refreshToken !== undefined) {
    parts.push(refreshTokenFile === undefined ? "with a refresh token" : "the refresh token written");
  }
  process.stderr.write(`${printable(secrets.mask(parts.join(", ")))}\n`);
}

/**
 * The answer as the server's would be, and the claims; numbers with all their digits.
 *
 * @param {import("eiam-token").TokenSet} tokens
 * @param {import("./secrets.js").Secrets} secrets
 */
function jsonOf({ accessToken, tokenType, refreshToken, idToken, scope, expiresIn, expiresAt, claims }, secrets) {
  const text = (/** @type {string | undefined} */ value) => (value === undefined ? undefined : JSON.stringify(value));
  const masked = (/** @type {string | undefined} */ value) => text(value && secrets.mask(value));
  const members = Object.entries({
    token_type: masked(tokenType),
    access_token: text(accessToken),
    refresh_token: text(refreshToken),
    id_token: text(idToken),
    scope: masked(scope),
    expires_in: expiresIn?.toString(),
    expires_at: expiresAt?.toString(),
    claims: claims && idToken && maskedJson(claimsOf(idToken), secrets),
  });
  const lines = members
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  "${name}": ${printableJson(value ?? "")}`);
  return `{\n${lines.join(",\n")}\n}`;
}

/**
 * The claims of an id_token that was checked, as they stand there: values of JavaScript would have lost
 * digits of long numbers.
 *
 * @param {string} idToken
 */
function claimsOf(idToken) {
  return Buffer.from(idToken.split(".", 2)[1] ?? "", "base64url").toString();
}

/**
 * @param {string} json
 * @param {import("./secrets.js").Secrets} secrets
 */
function maskedJson(json, secrets) {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, (literal) => {
    const text = JSON.parse(literal);
    const masked = secrets.mask(text);
    return masked === text ? literal : JSON.stringify(masked);
  });
}
