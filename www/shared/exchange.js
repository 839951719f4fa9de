import { maskedHeader, maskedParameters } from "./masks.js";

/**
 * One HTTP request and its answer, as the log keeps it.
 *
 * @typedef {object} Exchange
 * @property {string} id
 * @property {"request" | "navigation"} kind
 * @property {number} at when it began, as Date.now() counts
 * @property {string} method
 * @property {string} url without its query
 * @property {[string, string][]} query
 * @property {[string, string][]} headers those that matter
 * @property {[string, string][]} form
 * @property {number} [status]
 * @property {number} [milliseconds]
 * @property {[string, string][]} [answerHeaders] those that matter
 * @property {string} [body]
 * @property {string} [failure] why no answer came
 */

const REQUEST_HEADERS = ["authorization", "content-type", "accept"];
const ANSWER_HEADERS = ["content-type", "location", "www-authenticate", "retry-after", "cache-control"];

/** The longest body that is kept. */
const LONGEST_BODY = 20_000;

/**
 * What is known when a request begins.
 *
 * @param {"request" | "navigation"} kind
 * @param {string} method
 * @param {string} url
 * @param {Headers} headers
 * @param {string} body
 * @returns {Exchange}
 */
export function begun(kind, method, url, headers, body) {
  const { origin, pathname, search } = new URL(url);
  const isForm = (headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
  return {
    id: crypto.randomUUID(),
    kind,
    at: Date.now(),
    method,
    url: origin + pathname,
    query: maskedParameters(search),
    headers: present(headers, REQUEST_HEADERS).map(([name, value]) => [name, maskedHeader(name, value)]),
    form: isForm ? maskedParameters(body) : [],
  };
}

/**
 * What is known when its answer is there.
 *
 * @param {number} status
 * @param {Headers} headers
 * @param {string} body
 * @param {number} began as performance.now() counts
 */
export function answered(status, headers, body, began) {
  return {
    status,
    milliseconds: Math.max(1, Math.round(performance.now() - began)),
    answerHeaders: present(headers, ANSWER_HEADERS),
    body: body.length > LONGEST_BODY ? `${body.slice(0, LONGEST_BODY)} …` : body,
  };
}

function present(headers, names) {
  return names.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)]] : []));
}
