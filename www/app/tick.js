/** What shows time is told each second, while the page can be seen. */
const listeners = new Set();

/**
 * @param {() => void} listener
 * @returns {() => void} ends it
 */
export function onTick(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tick() {
  if (!document.hidden) for (const listener of listeners) listener();
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
