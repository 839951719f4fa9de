/**
 * What must survive a reload and a navigation, and no other tab may see: sessionStorage.
 */
const PREFIX = `eiam-token-demo ${new URL("../", import.meta.url).pathname} `;

/** Whether the page is about to begin anew: what still comes in is not kept. */
let isOver = false;

/** @param {string} name */
export function read(name) {
  return sessionStorage.getItem(PREFIX + name);
}

/**
 * @param {string} name
 * @param {string} text
 */
export function write(name, text) {
  if (!isOver) sessionStorage.setItem(PREFIX + name, text);
}

/** @param {string} name */
export function remove(name) {
  sessionStorage.removeItem(PREFIX + name);
}

/** Forgets all that the demo kept, and keeps nothing any more until the page is loaded anew. */
export function clear() {
  isOver = true;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}
