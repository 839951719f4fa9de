import { type EiamTokenError, OAuthError, ResponseError } from "../../errors.js";
import type { PlainReply } from "../../issuer/plain.js";
import { saidBy } from "./page.js";

/**
 * The error for what the issuer did not do: its own words, from JSON or from a page.
 *
 * @param act what was tried
 */
export function refused(act: string, { status, body }: PlainReply): EiamTokenError {
  const text = new TextDecoder().decode(body);
  let answer: { error?: unknown; error_description?: unknown } | undefined;
  try {
    answer = JSON.parse(text);
  } catch {
    // It is a page.
  }
  if (typeof answer?.error === "string") return oauthError(act, answer.error, answer.error_description, status);
  const { error, sentence } = saidBy(text);
  if (error !== undefined) return oauthError(act, error, sentence, status);
  const words = sentence === undefined ? "" : `: ${sentence}`;
  return new ResponseError("http_error", `${act}: the issuer answered ${status}${words}`, status);
}

/** The error for an OAuth error code. */
export function oauthError(act: string, error: string, description: unknown, status?: number): OAuthError {
  const words = typeof description === "string" ? description : undefined;
  const message = `${act}: the issuer refused with ${error}${words === undefined ? "" : `: ${words}`}`;
  return new OAuthError(message, { error, description: words, status });
}
