/**
 * The authorization server. Every request and every navigation below issuer/ is answered here;
 * everything else goes where it always went.
 */
import { issuerBase } from "./shared/configuration.js";
import { answer } from "./worker/answer.js";
import { onMessage } from "./worker/messages.js";

const home = self.registration.scope;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  if (!event.request.url.startsWith(`${issuerBase(home)}/`)) return;
  event.respondWith(answer(event, home));
});

self.addEventListener("message", (event) => event.waitUntil(onMessage(event)));
