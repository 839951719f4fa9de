import { byId, element } from "./dom.js";
import { indentJson } from "./json-text.js";
import { addExchange, allExchanges, clearExchanges, onExchange } from "./log.js";
import { onNews } from "./news.js";
import { read, write } from "./session.js";
import { ask } from "./worker.js";

/** How far the worker's journal of navigations was read. */
const POSITION = "journal position";

/** Shows the log, newest first, and keeps showing it. */
export function prepareLog() {
  byId("log-clear").addEventListener("click", () => {
    clearExchanges();
    byId("log-title").focus();
  });
  onExchange(show);
  for (const exchange of allExchanges()) show(exchange);
  count();
  onNews("navigation", ({ exchange }) => take([exchange]));
}

/** Fetches the navigations that happened while this tab showed the issuer's pages. */
export async function catchUp() {
  const isNew = read(POSITION) === null;
  const exchanges = await ask({ type: "navigations", after: Number(read(POSITION) ?? 0) });
  // What other tabs did before this one was opened is not its business.
  if (isNew) write(POSITION, String(exchanges.at(-1)?.position ?? 0));
  else take(exchanges);
}

function take(exchanges) {
  for (const { position, ...exchange } of exchanges) {
    addExchange(exchange);
    write(POSITION, String(Math.max(position, Number(read(POSITION) ?? 0))));
  }
}

function show(exchange) {
  count();
  const list = byId("log-list");
  if (!exchange) return list.replaceChildren();

  const old = document.getElementById(itemId(exchange));
  const isOpen = old?.querySelector("details")?.open ?? false;
  const made = element("li", { id: itemId(exchange) }, details(exchange, isOpen));
  if (old) {
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(made);
    if (hadFocus) made.querySelector("summary").focus();
    return;
  }
  const all = allExchanges();
  const later = all[all.findIndex(({ id }) => id === exchange.id) + 1];
  const neighbour = later && document.getElementById(itemId(later));
  if (neighbour) neighbour.after(made);
  else list.prepend(made);
  while (list.children.length > all.length) list.lastElementChild.remove();
}

function count() {
  const { length } = allExchanges();
  byId("log-none").hidden = length > 0;
  byId("log-count").textContent = length === 0 ? "" : length === 1 ? "1 exchange" : `${length} exchanges`;
}

function itemId({ id }) {
  return `exchange-${id}`;
}

function details(exchange, open) {
  const { kind, method, status, milliseconds, failure } = exchange;
  const outcome = status === undefined ? (failure ? "failed" : "…") : String(status);
  return element(
    "details",
    { open },
    element(
      "summary",
      {},
      element("span", { class: "method" }, method),
      element("span", { class: "what" }, element("b", {}, endpoint(exchange)), qualifier(exchange)),
      element("span", { class: "outcome", "data-kind": kindOf(status, failure) }, outcome),
      element("span", { class: "time" }, milliseconds === undefined ? "" : `${milliseconds} ms`),
    ),
    element(
      "div",
      { class: "exchange" },
      element("p", { class: "request-line" }, element("b", {}, method), ` ${exchange.url}`),
      element(
        "p",
        { class: "hint" },
        kind === "navigation" ? "Navigation, reported by the worker" : "Request of this page",
        `, ${clock(exchange.at)}`,
      ),
      pairs("Query", exchange.query),
      pairs("Header", exchange.headers),
      pairs("Form", exchange.form),
      answer(exchange),
    ),
  );
}

function answer({ status, milliseconds, answerHeaders = [], body, failure }) {
  if (failure) return element("p", { class: "result", "data-kind": "error" }, `No answer: ${failure}.`);
  if (status === undefined) return element("p", { class: "hint" }, "Under way …");
  return element(
    "div",
    { class: "answer" },
    element("p", { class: "request-line" }, element("b", {}, String(status)), ` after ${milliseconds} ms`),
    pairs("Header", answerHeaders),
    body ? element("pre", { class: "text" }, indentJson(body)) : undefined,
  );
}

function pairs(title, list) {
  if (list.length === 0) return undefined;
  const rows = list.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value === "" ? "(empty)" : value)),
  );
  return element("div", { class: "pairs" }, element("h3", {}, title), element("dl", {}, ...rows));
}

/** What follows `oauth2/` or `oidc/`: the endpoint's name. */
function endpoint({ url }) {
  const { pathname } = new URL(url);
  return /\/(?:oauth2|oidc)\/(?:\.well-known\/)?(.+)$/.exec(pathname)?.[1] ?? pathname;
}

/** The grant type, else the server's error, and whose request it is. */
function qualifier({ form, query, body, url }) {
  const grant = [...form, ...query]
    .find(([name]) => name === "grant_type")?.[1]
    .split(":")
    .at(-1);
  const error = /"error"\s*:\s*"([^"]{1,60})"/.exec(body ?? "")?.[1];
  const words = [grant ?? /\/(app_\w+)\//.exec(url)?.[1], error].filter((word) => word !== undefined);
  return words.length > 0 ? element("span", {}, words.join(" · ")) : undefined;
}

function kindOf(status, failure) {
  if (failure || status >= 400) return "error";
  return status === undefined ? "going" : "done";
}

function clock(at) {
  return new Date(at).toLocaleTimeString();
}
