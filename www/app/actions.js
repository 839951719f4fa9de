import { hush, tell } from "./dom.js";
import { sentence } from "./errors.js";

/** Until the issuer is there, no button works. */
let locked = true;
const waiting = new Set();

/**
 * The end of what is under way, by the place that tells it. A place has room for one sentence, so the
 * next action begins when the one before has ended, and works with what that has brought.
 *
 * @type {WeakMap<HTMLElement, Promise<void>>}
 */
const ends = new WeakMap();

/** The issuer is there: buttons work. */
export function unlock() {
  locked = false;
  for (const refresh of waiting) refresh();
}

/** Nothing may begin any more. */
export function lock() {
  locked = true;
  for (const refresh of waiting) refresh();
}

/**
 * Lets a button do something that takes a while, and shows how it ends beside it. A button that
 * cannot be used stays in the tab order, so that its reason can be read.
 *
 * @param {HTMLElement} button
 * @param {HTMLElement} status
 * @param {() => Promise<void>} run
 * @param {() => string | undefined} [obstacle] why it cannot be used now
 * @returns {{ run: () => Promise<void>, refresh: () => void }}
 */
export function action(button, status, run, obstacle = () => undefined) {
  let busy = false;
  const refresh = () => {
    const off = locked || busy || obstacle() !== undefined;
    if (off) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
    button.toggleAttribute("data-busy", busy);
  };
  const once = async () => {
    if (locked) return;
    const reason = obstacle();
    if (reason !== undefined) return tell(status, reason, "going");
    hush(status);
    try {
      await run();
    } catch (error) {
      tell(status, sentence(error), "error");
    }
  };
  const start = async () => {
    if (locked || busy) return;
    busy = true;
    refresh();
    const end = (ends.get(status) ?? Promise.resolve()).then(once).finally(() => {
      busy = false;
      refresh();
    });
    ends.set(status, end);
    await end;
  };
  waiting.add(refresh);
  refresh();
  // A form's button acts by the form's submit event.
  if (button.getAttribute("type") !== "submit") button.addEventListener("click", start);
  return { run: start, refresh };
}
