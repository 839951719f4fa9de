import type { RequestLike } from "../issuer/host-types.js";
import type { PlainRequest } from "../issuer/plain.js";

/** What the issuer reads of a request of the web. */
export async function plainOf(request: RequestLike): Promise<PlainRequest> {
  const headers: [string, string][] = [];
  request.headers.forEach((value, name) => headers.push([name, value]));
  return { method: request.method, url: request.url, headers, body: new Uint8Array(await request.arrayBuffer()) };
}
