import { hush, tell } from "./dom.js";
import { sentence } from "./errors.js";

/** Until the issuer is there, no button works. */
let locked = true;
const waiting = new Set();

/** The issuer is there: buttons work. */
export function unlock() {
  locked = false;
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
  const start = async () => {
    if (locked || busy) return;
    const reason = obstacle();
    if (reason !== undefined) return tell(status, reason, "going");
    busy = true;
    refresh();
    hush(status);
    try {
      await run();
    } catch (error) {
      tell(status, sentence(error), "error");
    } finally {
      busy = false;
      refresh();
    }
  };
  waiting.add(refresh);
  refresh();
  // A form's button acts by the form's submit event.
  if (button.getAttribute("type") !== "submit") button.addEventListener("click", start);
  return { run: start, refresh };
}
