import type { Fetch } from "../http.js";

/** A request of the client, as a preset changes it. */
interface Outgoing {
  readonly url: string;
  readonly form: URLSearchParams;
  readonly headers: Record<string, string>;
}

/**
 * A `fetch` that changes the forms which the client sends.
 *
 * @param change changes the form; what it returns is sent as the body instead
 */
export function rewriting(fetch: Fetch | undefined, change: (request: Outgoing) => string | undefined): Fetch {
  return ((url: string, init: { body?: unknown; headers?: Record<string, string> }) => {
    const send = (fetch ?? globalThis.fetch) as (url: string, init: object) => Promise<never>;
    if (typeof init.body !== "string") return send(url, init);
    const headers = { ...init.headers };
    const form = new URLSearchParams(init.body);
    const body = change({ url, form, headers }) ?? form.toString();
    return send(url, { ...init, headers, body });
  }) as Fetch;
}
