import { KEYS_ANSWER, KEYS_KEYS } from "./generated/tables.js";
import { type CallOptions, type Fetch, type HttpRequest, send } from "./http.js";
import type { FetchedKeys } from "./key-set.js";
import { read, writtenAt } from "./read.js";

/** Fetches a server's public keys. The key set says how old they get, and a browser's own cache must not add to it. */
export async function fetchKeys(request: HttpRequest, options: CallOptions): Promise<FetchedKeys> {
  const { fetch = globalThis.fetch } = options;
  const response = await send(request, { ...options, fetch: pastCaches(fetch) });
  const keys = read(KEYS_ANSWER, response, 0, () => writtenAt(KEYS_KEYS));
  return { keys, headers: response.headers };
}

/** Where requests have no such setting there is no such cache, and some hosts refuse settings that they do not have. */
function pastCaches(fetch: Fetch): Fetch {
  if (!fetch || !("cache" in (globalThis.Request?.prototype ?? {}))) return fetch;
  return ((url: string, init: object) => fetch(url, { ...init, cache: "no-cache" })) as Fetch;
}
