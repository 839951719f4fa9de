import { deserializeTokens } from "../dist/client.js";
import { read, remove, write } from "./session.js";

const NAME = "tokens";

/**
 * The tokens that the page has, and whose they are.
 *
 * @typedef {object} Held
 * @property {import("./clients.js").Name} client
 * @property {string} by how they were got
 * @property {string} [asked] the scope that was asked for
 * @property {"revoked" | "refused"} [accessToken] what became of it, where the page knows
 * @property {"refused"} [refreshToken] the same
 * @property {import("eiam-token").TokenSet} tokens
 */

/** @type {Held | undefined} */
let held = stored();

const listeners = new Set();
const listenersToOthers = new Set();

export function heldTokens() {
  return held;
}

/** @param {Held} next */
export function holdTokens(next) {
  hold(next);
  for (const listener of listenersToOthers) listener();
}

export function dropTokens() {
  held = undefined;
  remove(NAME);
  for (const listener of [...listeners, ...listenersToOthers]) listener();
}

/**
 * Keeps what became of tokens, a reload long, unless the page has others by now.
 *
 * @param {Held} which
 * @param {Pick<Held, "accessToken" | "refreshToken">} fate
 * @returns {boolean} whether the page still has them
 */
export function noteFate(which, fate) {
  if (held?.tokens !== which.tokens) return false;
  hold({ ...held, ...fate });
  return true;
}

/**
 * Hears that there are other tokens, or none, or that something became of them.
 *
 * @param {() => void} listener
 */
export function onTokens(listener) {
  listeners.add(listener);
}

/**
 * Hears that there are other tokens, or none: what was said of those before is overtaken.
 *
 * @param {() => void} listener
 */
export function onOtherTokens(listener) {
  listenersToOthers.add(listener);
}

function hold(next) {
  held = next;
  write(NAME, JSON.stringify({ ...next, tokens: next.tokens.serialize() }));
  for (const listener of listeners) listener();
}

function stored() {
  const text = read(NAME);
  if (!text) return undefined;
  try {
    const { tokens, ...rest } = JSON.parse(text);
    return { ...rest, tokens: deserializeTokens(tokens) };
  } catch {
    remove(NAME);
    return undefined;
  }
}
