import { KEYS_ANSWER } from "./generated/tables.js";
import { type CallOptions, type Fetch, type HttpRequest, send } from "./http.js";
import type { FetchedKeys } from "./key-set.js";
import { read } from "./read.js";

/**
 * Fetches a server's public keys, past the cache of a browser, which would add to the age up to which the key set believes
 * them.
 *
 * @throws {ConnectionError} if no response comes
 * @throws {ResponseError} if the response is not a success
 * @throws {MalformedResponseError} if the response is not a JWK Set
 */
export async function fetchKeys(request: HttpRequest, options: CallOptions): Promise<FetchedKeys> {
  const { fetch = globalThis.fetch } = options;
  const response = await send(request, { ...options, fetch: pastCaches(fetch) });
  return { keys: read(KEYS_ANSWER, response).values["keys"], headers: response.headers };
}

/**
 * A `fetch` that asks the server even if the browser has the answer in its cache. A host whose requests have no such
 * setting has no such cache, and may refuse a setting that it does not know.
 */
function pastCaches(fetch: Fetch): Fetch {
  if (!fetch || !("cache" in (globalThis.Request?.prototype ?? {}))) return fetch;
  return ((url: string, init: object) => fetch(url, { ...init, cache: "no-cache" })) as Fetch;
}
