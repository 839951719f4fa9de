import { read, remove, write } from "./session.js";

/** The exchanges of this tab, oldest first; kept across reloads and navigations. */

const NAME = "log";

/** The most that are kept. */
const CAPACITY = 200;

/** @typedef {import("../shared/exchange.js").Exchange} Exchange */

/** @type {Exchange[]} */
let exchanges = stored();

const listeners = new Set();

/** @returns {readonly Exchange[]} */
export function allExchanges() {
  return exchanges;
}

/** @param {Exchange} exchange */
export function addExchange(exchange) {
  if (exchanges.some(({ id }) => id === exchange.id)) return;
  exchanges = [...exchanges, exchange].sort((a, b) => a.at - b.at).slice(-CAPACITY);
  changed(exchange);
}

/**
 * @param {string} id
 * @param {Partial<Exchange>} answer
 */
export function finishExchange(id, answer) {
  const exchange = exchanges.find((each) => each.id === id);
  if (!exchange) return;
  Object.assign(exchange, answer);
  changed(exchange);
}

export function clearExchanges() {
  exchanges = [];
  remove(NAME);
  for (const listener of listeners) listener();
}

/** @param {(changed?: Exchange) => void} listener */
export function onExchange(listener) {
  listeners.add(listener);
}

function changed(exchange) {
  keep();
  for (const listener of listeners) listener(exchange);
}

function keep() {
  try {
    write(NAME, JSON.stringify(exchanges));
  } catch {
    // The storage is full: half of the log is better than none.
    exchanges = exchanges.slice(-Math.ceil(exchanges.length / 2));
  }
}

function stored() {
  try {
    const kept = JSON.parse(read(NAME) ?? "[]");
    // A request that was under way when the page was left will not be answered any more.
    return kept.map((each) => (each.status || each.failure ? each : { ...each, failure: "the page was left" }));
  } catch {
    return [];
  }
}
