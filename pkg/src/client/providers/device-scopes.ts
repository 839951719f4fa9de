import type { Fetch } from "../http.js";

/** The longest answer that is remembered, in characters. One with a device code has a few hundred. */
const LONGEST = 65_536;

/** How many device codes are remembered at most. */
const MOST = 100;

/** Which scopes were asked for with which device code, for a server that wants them again with each poll. */
export interface DeviceScopes {
  /** The function that sends requests, and remembers the scopes of those to the device authorization endpoint. */
  readonly fetch: Fetch;
  /** The scopes of a device code; `undefined` if it was got elsewhere, or too many others since. */
  of(deviceCode: string): string | undefined;
}

/**
 * Remembers the scopes of device codes.
 *
 * @param fetch sends the requests. Default: the host's `fetch`
 * @param endpoint the device authorization endpoint
 * @param parameter the name of the parameter that has the scopes in requests
 */
export function deviceScopes(fetch: Fetch | undefined, endpoint: string, parameter: string): DeviceScopes {
  const known = new Map<string, string>();
  const remembering = async (url: string, init: { body?: unknown }) => {
    const send = (fetch ?? globalThis.fetch) as (url: string, init: object) => Promise<Response>;
    const response = await send(url, init);
    const scopes = url === endpoint && new URLSearchParams(`${init.body}`).get(parameter);
    const code = scopes && (await deviceCodeOf(response));
    if (!code) return response;
    known.set(code, scopes);
    for (const oldest of known.keys()) if (known.size > MOST) known.delete(oldest);
    return response;
  };
  return { fetch: remembering as Fetch, of: (deviceCode) => known.get(deviceCode) };
}

/** The device code of a copy of an answer; `undefined` if it has none, or cannot be copied. The client judges the answer. */
async function deviceCodeOf(response: Response): Promise<string | undefined> {
  try {
    const reader = response.clone().body!.getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
      if (text.length > LONGEST) {
        // A copy is only cancelled together with the answer, for which nobody waits here.
        reader.cancel().catch(() => {});
        return undefined;
      }
    }
    const code: unknown = (JSON.parse(text) as { device_code?: unknown } | null)?.device_code;
    return typeof code === "string" ? code : undefined;
  } catch {
    return undefined;
  }
}
