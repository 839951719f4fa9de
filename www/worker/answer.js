import { answered, begun } from "../shared/exchange.js";
import { failure } from "./failure.js";
import { issuer, restart } from "./host.js";
import { report } from "./journal.js";

/**
 * Answers what is below the issuer's address, whatever happens.
 *
 * @param {FetchEvent} event
 * @param {string} home
 */
export async function answer(event, home) {
  const { request } = event;
  // The page keeps a log of its own requests; of navigations only the worker can tell.
  if (request.mode !== "navigate") return respond(event, home);

  const body = request.method === "POST" ? await request.clone().text() : "";
  const exchange = begun("navigation", request.method, request.url, request.headers, body);
  const began = performance.now();
  const response = await respond(event, home);
  const told = answered(response.status, response.headers, await summary(response), began);
  event.waitUntil(report({ ...exchange, ...told }));
  return response;
}

async function respond(event, home) {
  const { request } = event;
  try {
    const waitUntil = (promise) => event.waitUntil(promise);
    return await (await issuer(home)).fetch(request, { waitUntil });
  } catch (error) {
    console.error("the issuer failed", error);
    if (error?.code === "storage_error") restart();
    return failure(request, home, error);
  }
}

/** A page is told by its title; its markup would say less. */
async function summary(response) {
  const text = await response.clone().text();
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  return title === undefined ? text : `page: ${decode(title.trim())}`;
}

function decode(text) {
  const characters = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => characters[name]);
}
