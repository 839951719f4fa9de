/** @param {{ status: number, headers: any, body: any }} reply of an issuer */
export function toResponse({ status, headers, body }) {
  return new Response(body.length > 0 ? body : null, { status, headers });
}

/**
 * A refusal of the Worker's own: a page for people, JSON for programs, as an issuer's are.
 *
 * @param {Request} request
 * @param {number} status
 * @param {string} code
 * @param {string} text
 * @param {Record<string, string>} [more]
 */
export function refusal(request, status, code, text, more) {
  const isPage = new URL(request.url).pathname.includes("/login/app/");
  const headers = {
    "content-type": isPage ? "text/html;charset=UTF-8" : "application/json;charset=UTF-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    ...more,
  };
  const body = isPage
    ? `<!doctype html><html lang="en"><title>${code}</title><h1>${text}</h1></html>`
    : JSON.stringify({ error: code, error_description: text });
  return new Response(body, { status, headers });
}
