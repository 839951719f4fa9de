// A service worker that is an issuer at /issuer/, and runs the checks in itself when it is asked to.
import * as client from "eiam-token";
import * as issuer from "eiam-token/issuer";
import * as testing from "eiam-token/testing";
import { printSecrets, runChecks } from "../checks.mjs";

const { Issuer, exampleConfig, indexedDbStorage } = issuer;
const base = `${self.location.origin}/issuer`;
/** @type {Promise<import("eiam-token/issuer").Issuer> | undefined} */
let served;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  if (!event.request.url.startsWith(`${base}/`)) return;
  served ??= Issuer.create(exampleConfig(base), { storage: indexedDbStorage(), sessions: "host" });
  event.respondWith(served.then((issuer) => issuer.fetch(event.request)));
});

self.addEventListener("message", (event) => {
  const [port] = event.ports;
  const work = event.data === "print" ? printSecrets(client) : runChecks({ client, issuer, testing });
  event.waitUntil(work.then((results) => port.postMessage(results)));
});
