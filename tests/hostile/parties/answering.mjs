import { ACCESS_TOKEN, METADATA } from "../lib/world.mjs";

/** @param {{ status: number, headers: object, body: Buffer }} answer */
export function responseOf({ status, headers, body }) {
  return new Response(status === 204 ? null : body, { status, headers });
}

/** A response with JSON. */
export function json(value, headers = {}) {
  const body = Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
  return responseOf({ status: 200, headers: { "content-type": "application/json", ...headers }, body });
}

/** A response that is a JWT. */
export const jwtResponse = (jwt, type) => responseOf({ status: 200, headers: { "content-type": type }, body: jwt });

/** The token answer with an id_token. */
export function tokenAnswer(idToken) {
  return json({
    access_token: ACCESS_TOKEN,
    token_type: "Bearer",
    expires_in: 1200,
    refresh_token: "RT1",
    id_token: idToken,
  });
}

/**
 * A `fetch` that answers at the endpoints of metadata. A URL that is none of them is not answered.
 *
 * @param {Record<string, () => Response>} answers by the names of the metadata's members
 * @param {object} [metadata]
 * @returns {(url: string | URL | Request) => Promise<Response>}
 */
export function answering(answers, metadata = METADATA) {
  return async (input) => {
    const url = String(input.url ?? input);
    const same = (value) => value === url || (URL.canParse(value) && new URL(value).href === url);
    const [name] = Object.entries(metadata).find(([name, value]) => name in answers && same(value)) ?? [];
    if (name === undefined) return new Response("", { status: 404 });
    return answers[name]();
  };
}
