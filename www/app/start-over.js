import { byId, tell } from "./dom.js";
import { clear } from "./session.js";
import { HOME, ask } from "./worker.js";

/** Forgets everything: tokens and log of this tab, the issuer's state, the worker. */
export function prepareStartOver() {
  byId("start-over").addEventListener("click", async () => {
    tell(byId("state"), "Forgetting everything …", "going");
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
    location.replace(HOME);
  });
}
