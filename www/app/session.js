/**
 * What must survive a reload and a navigation, and no other tab may see: sessionStorage.
 */
const PREFIX = `eiam-token-demo ${new URL("../", import.meta.url).pathname} `;

/** @param {string} name */
export function read(name) {
  return sessionStorage.getItem(PREFIX + name);
}

/**
 * @param {string} name
 * @param {string} text
 */
export function write(name, text) {
  sessionStorage.setItem(PREFIX + name, text);
}

/** @param {string} name */
export function remove(name) {
  sessionStorage.removeItem(PREFIX + name);
}

/** Forgets all that the demo kept. */
export function clear() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}
