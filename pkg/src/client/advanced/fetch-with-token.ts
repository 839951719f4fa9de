import { NotSupportedError } from "../../errors.js";
import { fieldOf } from "../answer.js";
import { HTTP_ON_LOOPBACK } from "../generated/tables.js";
import type { Fetch } from "../http.js";
import { invalid, unlessInvalid } from "../invalid.js";
import { checkUrl } from "../safety.js";
import type { Int64 } from "../seconds.js";
import { SignInClient } from "../sign-in-client.js";
import type { TokenSet } from "../tokens.js";
import { asksForNonce } from "./nonces.js";

/** The host's `RequestInit`: the second parameter of `fetch`. */
export type FetchInit = NonNullable<Parameters<Fetch>[1]>;

/** The host's `Response`. */
export type FetchResponse = Awaited<ReturnType<Fetch>>;

/**
 * Sends a request of the application to a resource server with an access token: by the header field `Authorization` (RFC
 * 6750 section 2.1), and for a token that is bound to the client's key with a proof of that key (RFC 9449 section 7). If
 * the server demands a nonce, the request is sent once more, unless its body is a stream.
 *
 * It follows no redirect unless `redirect` of `init` says so, because the server that it leads to would get the proof.
 *
 * @param tokens the tokens, or only the access token. A token alone counts as bound if the client has the setting `dpop`
 * @param url an https URL, or one on loopback; in a page it may be relative
 * @param init what `fetch` takes. It must not have the fields `Authorization` and `DPoP`
 * @returns the response, whatever its status is
 * @throws {InvalidArgumentError} if the URL is not safe, if a token is missing or cannot be sent in a header field, or if
 *   it is bound and the client has no setting `dpop`
 * @throws {NotSupportedError} if there is no `fetch`
 * @throws {TypeError} the host's own error, if no response comes
 * @example
 * ```js
 * import { fetchWithToken } from "eiam-token";
 *
 * const response = await fetchWithToken(client, tokens, "https://api.example/files", { method: "POST", body: "x" });
 * response.status; // 201
 * ```
 */
export async function fetchWithToken(
  client: SignInClient<Int64>,
  tokens: TokenSet<Int64> | string,
  url: string | { toString(): string },
  init: FetchInit = {},
): Promise<FetchResponse> {
  const { dpop, least, fetch = globalThis.fetch } = SignInClient.party(client);
  if (!fetch) throw new NotSupportedError("fetch is missing: pass one to the client", "fetch");
  const { href, origin } = unlessInvalid("url", "not a URL", () => new URL(`${url}`, globalThis.location?.href));
  checkUrl(href, "url", Math.min(least, HTTP_ON_LOOPBACK));
  const { accessToken, tokenType } =
    typeof tokens === "string" ? { accessToken: tokens, tokenType: dpop ? "DPoP" : "Bearer" } : (tokens ?? {});
  if (typeof accessToken !== "string" || !/^[!-~]+$/.test(accessToken)) {
    throw invalid("tokens", "no access token of printable ASCII without spaces");
  }
  const isBound = /^dpop$/i.test(`${tokenType}`);
  if (isBound && !dpop) throw invalid("tokens", "bound to a key: the client needs the setting dpop");

  const { method = "GET", body, redirect = "manual" } = init as RequestInit;
  const attempt = async (nonce: string | undefined) => {
    const headers = new Headers((init as RequestInit).headers);
    if (headers.has("authorization") || headers.has("dpop")) {
      throw invalid("init", "has the field Authorization or DPoP already");
    }
    headers.set("authorization", `${isBound ? "DPoP" : "Bearer"} ${accessToken}`);
    if (isBound) headers.set("dpop", await dpop!.proof({ method: sent(method), url: href, accessToken, nonce }));
    return fetch(href, { ...init, redirect, headers });
  };
  if (!isBound) return attempt(undefined);
  const isStream = typeof (body as ReadableStream | undefined)?.getReader === "function";
  return dpop!.nonces.with(
    `resource ${origin}`,
    attempt,
    ({ status, headers }) => !isStream && status === 401 && asksForNonce(fieldOf(headers, "www-authenticate")),
  );
}

/** A method as `fetch` sends it, which writes these in capital letters (Fetch Standard section 2.2.1). */
function sent(method: string): string {
  return /^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method;
}
