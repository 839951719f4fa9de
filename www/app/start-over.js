import { lock } from "./actions.js";
import { byId, tell } from "./dom.js";
import { onNews, spread } from "./news.js";
import { clear } from "./session.js";
import { HOME, ask } from "./worker.js";

/** What other tabs are told: the issuer that their tokens are from is forgotten. */
const STARTED_OVER = "started over";

/** Forgets everything: tokens and log of every tab, the issuer's state, the worker. */
export function prepareStartOver() {
  const button = byId("start-over");
  button.addEventListener("click", async () => {
    if (button.hasAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    tell(byId("state"), "Forgetting everything …", "going");
    lock();
    clear();
    // A worker that does not answer is removed all the same.
    if (navigator.serviceWorker.controller) await ask({ type: "forget" }).catch(() => undefined);
    const registration = await navigator.serviceWorker.getRegistration(HOME);
    await registration?.unregister();
    const databases = (await indexedDB.databases?.()) ?? [];
    const path = new URL(HOME).pathname;
    for (const { name } of databases) {
      if (name?.startsWith("eiam-token-demo ") && name.endsWith(` ${path}`)) indexedDB.deleteDatabase(name);
    }
    spread({ type: STARTED_OVER });
    location.replace(HOME);
  });
  onNews(STARTED_OVER, () => {
    clear();
    location.replace(HOME);
  });
}
