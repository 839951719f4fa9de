import { answered, begun } from "../shared/exchange.js";
import { addExchange, finishExchange } from "./log.js";

/**
 * A `fetch` that keeps every exchange in the log. The client takes it in the place of the
 * browser's own.
 *
 * @type {typeof fetch}
 */
export async function recordedFetch(url, init = {}) {
  const { method = "GET", headers, body = "" } = init;
  const exchange = begun("request", method, new URL(url, location.href).href, new Headers(headers), body);
  const began = performance.now();
  addExchange(exchange);
  try {
    const response = await fetch(url, init);
    const text = await response.clone().text();
    finishExchange(exchange.id, answered(response.status, response.headers, text, began));
    return response;
  } catch (error) {
    finishExchange(exchange.id, { failure: init.signal?.aborted ? "cancelled" : String(error.message) });
    throw error;
  }
}
