/** The longest body that an issuer takes. */
const BODY_LIMIT = 64 * 1024;

/**
 * A web request as plain values. The body is read once, and no more of it than it takes to see that it
 * is too long.
 *
 * @param {Request} request
 */
export async function plainRequest(request) {
  const { method, url } = request;
  return { method, url, headers: [...request.headers], body: await readBody(request) };
}

/** @param {Request} request */
async function readBody(request) {
  if (!request.body) return undefined;
  const length = Number(request.headers.get("content-length") ?? Infinity);
  if (length <= BODY_LIMIT) return new Uint8Array(await request.arrayBuffer());
  const chunks = [];
  let read = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of request.body) {
    chunks.push(chunk);
    read += chunk.length;
    if (read > BODY_LIMIT) break;
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/**
 * A header field.
 *
 * @param {{ headers: readonly (readonly [string, string])[] }} message with names in lower case
 * @param {string} name
 */
export function header({ headers }, name) {
  return headers.find(([other]) => other === name)?.[1];
}

/**
 * A parameter of the form, or of the query.
 *
 * @param {{ url: string, body?: any }} request
 * @param {string} name
 */
export function value({ url, body }, name) {
  const form = new URLSearchParams(new TextDecoder().decode(body));
  return form.get(name) ?? new URL(url).searchParams.get(name) ?? undefined;
}
