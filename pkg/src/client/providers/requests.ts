import type { Fetch } from "../http.js";

/** A request of the client, as a preset changes it. */
interface Outgoing {
  readonly url: string;
  /** The parameters, which a preset may change in place. */
  readonly form: URLSearchParams;
  /** The header fields, which a preset may change in place. */
  readonly headers: Record<string, string>;
}

/**
 * Returns a `fetch` that changes the forms which the client sends, and passes on all other requests.
 *
 * @param fetch sends the requests. Default: the host's `fetch`
 * @param change changes the form and the header fields, and may return a body to be sent in place of the form
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
