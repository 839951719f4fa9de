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
 * @property {import("eiam-token").TokenSet} tokens
 */

/** @type {Held | undefined} */
let held = stored();

const listeners = new Set();

export function heldTokens() {
  return held;
}

/** @param {Held} next */
export function holdTokens(next) {
  held = next;
  write(NAME, JSON.stringify({ ...next, tokens: next.tokens.serialize() }));
  for (const listener of listeners) listener();
}

export function dropTokens() {
  held = undefined;
  remove(NAME);
  for (const listener of listeners) listener();
}

/** @param {() => void} listener */
export function onTokens(listener) {
  listeners.add(listener);
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
