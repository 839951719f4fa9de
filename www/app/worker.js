import { byId, element, tell } from "./dom.js";
import { ended } from "./errors.js";

/** The folder of the page: the worker's scope, and the redirect URI. */
export const HOME = new URL("../", import.meta.url).href;

/** What the page says when it can be used. */
export const READY = "The issuer is ready.";

/** How long the worker may take to answer for this page. */
const PATIENCE = 8000;

/**
 * Registers the worker and waits until it answers for this page; false if it does not.
 *
 * Where one answers already the page goes on with it. To register it again is a job that waits for
 * others, such as a look for a new version, and a new version takes the page over when it is there.
 */
export async function workerReady() {
  const state = byId("state");
  const registered = register();
  try {
    if (navigator.serviceWorker.controller) {
      registered.catch((error) =>
        tell(state, ended(`The service worker could not be registered again: ${error.message}`), "error"),
      );
    } else {
      await registered;
      const { active } = await navigator.serviceWorker.ready;
      if (!(await controlled(active))) {
        const reload = element("button", { type: "button", click: () => location.reload() }, "Reload");
        tell(
          state,
          ["After a hard reload a page has no service worker, so it cannot reach its issuer. ", reload],
          "error",
        );
        return false;
      }
    }
  } catch (error) {
    tell(state, ended(`The service worker with the issuer could not start: ${error.message}`), "error");
    return false;
  }
  tell(state, READY);
  return true;
}

function register() {
  return navigator.serviceWorker.register(`${HOME}sw.js`, { type: "module", scope: HOME, updateViaCache: "none" });
}

/**
 * Whether the worker answers for this page. A first visit is claimed by the worker itself; after
 * a hard reload it is asked to.
 *
 * @param {ServiceWorker} worker
 */
async function controlled(worker) {
  if (navigator.serviceWorker.controller) return true;
  const changed = new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", () => resolve(true), { once: true });
    setTimeout(() => resolve(Boolean(navigator.serviceWorker.controller)), PATIENCE);
  });
  await ask({ type: "claim" }, worker);
  return changed;
}

/**
 * Asks the worker something that is not HTTP.
 *
 * @param {{ type: string } & Record<string, unknown>} message
 * @param {ServiceWorker | null} [worker]
 */
export function ask(message, worker = navigator.serviceWorker.controller) {
  return new Promise((resolve, reject) => {
    if (!worker) return reject(new Error("this page has no service worker"));
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => reject(new Error("the service worker does not answer")), PATIENCE);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      port1.close();
      if (data.failure) reject(new Error(data.failure));
      else resolve(data.answer);
    };
    worker.postMessage(message, [port2]);
  });
}
