import { printable } from "../printable.js";

/** How much is read of an answer that says which issuers there are. */
const LIMIT = 64 * 1024;

/** How many of them are shown. */
const SHOWN = 10;

/**
 * The message for a server without metadata for this issuer URL. A server can list its issuers in the member `issuers`
 * of that response.
 *
 * @param {string} issuer
 * @param {{ fetch?: typeof globalThis.fetch | undefined, signal?: AbortSignal | undefined }} options
 */
export async function noIssuer(issuer, { fetch = globalThis.fetch, signal }) {
  const { origin, pathname } = new URL(issuer);
  const start = `http_error: there is no issuer at ${printable(issuer, 300)} (status 404)`;
  const { issuers } = await metadataOf(issuer, fetch, signal);
  const others = Array.isArray(issuers) ? issuers.filter((other) => typeof other === "string") : [];
  if (others.length > 0) {
    const more = others.length > SHOWN ? `, and ${others.length - SHOWN} more` : "";
    const list = others
      .slice(0, SHOWN)
      .map((other) => printable(other, 300))
      .join(", ");
    return `${start}: the server has the following issuers; give one of them to --issuer: ${list}${more}.`;
  }
  if (pathname === "/") {
    return `${start}: the issuers of many servers have a path, such as ${origin}/realms/NAME or, at EIAM, ${origin}/v2/INSTANCE/APPLICATION/oidc; give the whole URL to --issuer.`;
  }
  return `${start}: the server has neither OpenID Connect nor OAuth metadata for it; give --issuer exactly the "issuer" of the server's metadata.`;
}

/**
 * The message for a server whose metadata name another issuer than the requested one.
 *
 * @param {string} issuer
 * @param {{ fetch?: typeof globalThis.fetch | undefined, signal?: AbortSignal | undefined }} options
 * @returns {Promise<string | undefined>} nothing if the server names no other
 */
export async function otherIssuer(issuer, { fetch = globalThis.fetch, signal }) {
  const { issuer: own } = await metadataOf(issuer, fetch, signal);
  if (typeof own !== "string" || own === issuer) return undefined;
  return `malformed_response: ${printable(issuer, 300)} is not exactly the server's issuer; give --issuer ${printable(own, 300)}.`;
}

/**
 * @param {string} issuer
 * @param {typeof globalThis.fetch} fetch
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Record<string, unknown>>} empty if the server does not say
 */
async function metadataOf(issuer, fetch, signal) {
  try {
    const patience = AbortSignal.timeout(10_000);
    const response = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, {
      headers: { accept: "application/json" },
      redirect: "manual",
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
    });
    return JSON.parse(await startOf(response)) ?? {};
  } catch {
    signal?.throwIfAborted();
    return {};
  }
}

/** @param {Response} response */
async function startOf(response) {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of /** @type {AsyncIterable<Uint8Array>} */ (response.body ?? [])) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LIMIT) break;
  }
  return text;
}
