/** The longest body that an issuer takes. */
const BODY_LIMIT = 64 * 1024;

/**
 * A web request as plain values, with no more of its body than it takes to see that it is too long.
 *
 * @param {Request} request
 */
export async function plainRequest(request) {
  const chunks = [];
  let length = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of request.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > BODY_LIMIT) break;
  }
  const { method, url } = request;
  return { method, url, headers: [...request.headers], body: await new Blob(chunks).bytes() };
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
