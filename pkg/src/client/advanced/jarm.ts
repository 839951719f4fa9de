import { CallbackError } from "../../errors.js";
import type { AuthorizationRequest, AuthorizationResponse } from "../authorization.js";
import type { CallOptions, HostUrl } from "../http.js";
import { unlessInvalid } from "../invalid.js";
import type { Int64 } from "../seconds.js";
import { SignInClient } from "../sign-in-client.js";
import { verifiedClaims } from "./verified-jwt.js";

/** The parameters of a response that are claims of its JWT (JARM section 2.1), and those that nobody understands are not. */
const PARAMETERS = ["code", "state", "error", "error_description", "error_uri"];

/**
 * Reads an authorization response that the server has signed (JARM section 2.4), for a request whose `responseMode` was
 * `jwt`, `query.jwt`, `fragment.jwt` or `form_post.jwt`. A response that is not signed is refused. What is in it is then
 * checked as {@link SignInClient.parseCallback} checks any other response.
 *
 * @param callback what came to the redirect URI: its URL, query or fragment, or the body of a `form_post.jwt`
 * @param request the request, or the text of its `serialize()`
 * @returns the code, for {@link SignInClient.exchangeCode}
 * @throws {OAuthError} if the server refused the request
 * @throws {CallbackError} if the callback has no signed response, or does not belong to the request
 * @throws {MalformedResponseError} if the response is not signed by the server, not for this client, or too old
 * @throws {NotSupportedError} if the server's keys are not known
 * @throws {ConnectionError} if the keys cannot be fetched
 * @example
 * ```js
 * import { parseJwtCallback } from "eiam-token";
 *
 * const request = client.authorizationRequest({ redirectUri, scope: "openid", responseMode: "jwt" });
 * // … and at the redirect URI:
 * const response = await parseJwtCallback(client, location.href, request);
 * ```
 */
export async function parseJwtCallback(
  client: SignInClient<Int64>,
  callback: string | HostUrl,
  request: AuthorizationRequest | string | null | undefined,
  options: CallOptions = {},
): Promise<AuthorizationResponse> {
  const written = unlessInvalid("callback", "has no text", () => String(callback));
  const [jwt, ...others] = responsesIn(written);
  if (!jwt || others.length > 0) {
    const reason = jwt ? "is there twice" : "is missing: the response is not signed";
    throw new CallbackError(`the callback is refused: response ${reason}`, "response");
  }
  const claims = await verifiedClaims(
    SignInClient.party(client),
    jwt,
    // Section 2.1 requires these claims, and names no `typ`.
    { what: "response", types: [undefined, "jwt", "oauth-authz-resp+jwt"], required: ["iss", "aud", "exp"] },
    options,
  );
  const form = new URLSearchParams({ iss: `${claims["iss"]}` });
  for (const name of PARAMETERS) {
    const value = claims[name];
    if (typeof value === "string") form.append(name, value);
  }
  return client.parseCallback(`?${form}`, request);
}

/** All parameters `response` of a URL, in its query and in its fragment, or of the text of either. */
function responsesIn(callback: string): string[] {
  const [, before = "", fragment = ""] = /^([^#]*)#?(.*)$/s.exec(callback)!;
  const query = before.includes("?") ? before.slice(before.indexOf("?") + 1) : before;
  return [query, fragment].flatMap((text) => new URLSearchParams(text).getAll("response"));
}
