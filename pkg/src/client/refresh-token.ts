import { type HttpResponse, isSuccess } from "./answer.js";

/**
 * The refresh token of a success, whatever is wrong with the rest of the response. The server has withdrawn the former
 * one by the time it sends this one (RFC 9700 section 4.14.2), so it must be kept even if the response is refused.
 *
 * The client's strict parser gives nothing of a response that it refuses, and so this one member is read here. Nothing
 * else of such a response is believed.
 *
 * @returns `undefined` if there is none that could be sent (RFC 6749 appendix A.17)
 */
export function refreshTokenOf(response: HttpResponse): string | undefined {
  if (!isSuccess(response.status)) return undefined;
  const text = lenientText(response);
  let token: unknown;
  try {
    token = JSON.parse(text).refresh_token;
  } catch {
    // Not quite JSON, such as a text that was cut. The client says what is wrong with it.
    token = MEMBER.exec(text)?.[1];
  }
  return typeof token === "string" && /^[ -~]{1,65536}$/.test(token) ? token : undefined;
}

/** The member in a text that is no JSON. */
const MEMBER = /"refresh_token"\s*:\s*"([^"\\]+)"/;

/** The text of a body, also of one that is not valid UTF-8. */
function lenientText({ body }: HttpResponse): string {
  return typeof body === "string" ? body.replace(/^\ufeff/, "") : new TextDecoder().decode(body);
}
