import { printable } from "../printable.js";

/**
 * Prints the access token, or all of the answer; and to people what it is worth.
 *
 * @param {import("eiam-token").TokenSet} tokens
 * @param {import("./options.js").Options} options
 */
export function print(tokens, { json, refreshTokenFile }) {
  process.stdout.write(`${json ? jsonOf(tokens) : tokens.accessToken}\n`);
  if (json) return;
  const { tokenType, expiresIn, scope, claims, refreshToken, idToken } = tokens;
  const parts = [tokenType];
  parts.push(expiresIn === undefined ? "of unknown lifetime" : `for ${expiresIn} seconds`);
  if (scope !== undefined) parts.push(`scope "${scope}"`);
  const { sub } = claims ?? {};
  if (typeof sub === "string") parts.push(`of ${sub}`);
  if (idToken !== undefined) parts.push("with an id_token");
  if (refreshToken !== undefined) {
    parts.push(refreshTokenFile === undefined ? "with a refresh token" : "the refresh token written");
  }
  process.stderr.write(`${printable(parts.join(", "))}\n`);
}

/**
 * The answer as the server's would be, and the claims; seconds with all their digits.
 * @param {import("eiam-token").TokenSet} tokens
 */
function jsonOf({ accessToken, tokenType, refreshToken, idToken, scope, expiresIn, expiresAt, claims }) {
  const members = Object.entries({
    token_type: tokenType,
    access_token: accessToken,
    refresh_token: refreshToken,
    id_token: idToken,
    scope,
    expires_in: expiresIn,
    expires_at: expiresAt,
    claims,
  });
  const lines = members
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  "${name}": ${typeof value === "bigint" ? value : JSON.stringify(value)}`);
  return `{\n${lines.join(",\n")}\n}`;
}
