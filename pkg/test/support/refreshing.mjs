import { Client, parseTokenResponse } from "eiam-token";
import { json } from "./mock-fetch.mjs";

/** A client whose token endpoint is this `fetch`. */
export function clientOf(fetch, settings = {}) {
  return new Client({ server: { tokenEndpoint: "https://as.example/token" }, clientId: "app_spa", fetch, ...settings });
}

/** The refresh token of a token request. */
export const sentBy = ({ body }) => new URLSearchParams(body).get("refresh_token");

/** A token response with these members instead of the usual ones. */
export function tokenResponse(members = {}) {
  return json(JSON.stringify({ token_type: "Bearer", access_token: "AT1", expires_in: 3600, ...members }));
}

/** Tokens that are so old, in seconds. */
export function tokens({ age = 0, lifetime = 3600, refresh = "RT0", access = "AT0" } = {}) {
  const now = Math.floor(Date.now() / 1000) - age;
  const members = {
    token_type: "Bearer",
    access_token: access,
    refresh_token: refresh || undefined,
    expires_in: lifetime,
  };
  return parseTokenResponse(JSON.stringify(members), { now });
}

/** A `fetch` whose answers come when the test gives them. */
export function heldFetch() {
  const asked = [];
  const waiting = [];
  const fetch = (url, init) =>
    new Promise((resolve, reject) => {
      const request = { url, sent: sentBy(init), answer: resolve, fail: reject };
      (waiting.shift() ?? ((next) => asked.push(next)))(request);
    });
  const next = () => (asked.length ? Promise.resolve(asked.shift()) : new Promise((resolve) => waiting.push(resolve)));
  return { fetch, next, asked };
}

/** `localStorage`, as far as a store needs it. `failing` makes some of its methods throw. */
export function webStorage(failing = {}) {
  const items = new Map();
  const unless =
    (method, action) =>
    (...args) => {
      if (failing[method]) throw failing[method];
      return action(...args);
    };
  return {
    items,
    failing,
    getItem: unless("getItem", (key) => items.get(key) ?? null),
    setItem: unless("setItem", (key, value) => void items.set(key, value)),
    removeItem: unless("removeItem", (key) => void items.delete(key)),
  };
}

/**
 * Collects the rejections that nobody handles, and exceptions that nobody catches, while `body` runs and a moment
 * after it.
 */
export async function unhandledDuring(body) {
  const unhandled = [];
  const collect = (error) => void unhandled.push(error);
  process.on("unhandledRejection", collect);
  process.on("uncaughtException", collect);
  try {
    await body();
    // Node reports them after the microtasks; messages of channels come a little later.
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  } finally {
    process.off("unhandledRejection", collect);
    process.off("uncaughtException", collect);
  }
  return unhandled;
}
