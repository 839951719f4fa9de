/**
 * A service worker that is an issuer: it answers requests and navigations below the folder `_issuer` of its scope, and
 * leaves all others alone. Nothing is there until a page starts it.
 *
 * It is a classic script, so that another worker can take it by `importScripts`.
 */
import { FOLDER, READY } from "../messages.js";
import { answer } from "./answer.js";
import { onMessage } from "./on-message.js";
import { scope } from "./scope.js";

const base = `${new URL(FOLDER, scope.registration.scope).href}/`;

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));

scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener("fetch", (event) => {
  const { url } = event.request;
  if (!url.startsWith(base)) return;
  // Another worker's code beside this one would send the request to the network.
  event.stopImmediatePropagation();
  event.respondWith(url === base + READY ? Promise.resolve(new Response(null, { status: 204 })) : answer(event));
});

scope.addEventListener("message", onMessage);

// Other code in this worker may end it when its last page has gone, as that of MSW does. The pages of a sign-in come then.
Object.defineProperty(scope.registration, "unregister", { value: async () => false });
