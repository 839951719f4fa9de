// An application of browsers that imports both halves; the tests call it by what it puts on the page.
import * as client from "eiam-token";
import * as issuer from "eiam-token/issuer";
import * as testing from "eiam-token/testing";
import { printSecrets, runChecks } from "../checks.mjs";
import { remoteAt } from "./remote.mjs";

/** @param {string} [base] an issuer elsewhere */
function run(base) {
  return runChecks({ client, issuer, testing, ...(base && { remote: remoteAt(base, "follow") }) });
}

/**
 * Has a service worker take over this page.
 * @param {"module" | "classic"} type
 */
async function register(type) {
  const { serviceWorker } = navigator;
  const controlled = new Promise((resolve) => serviceWorker.addEventListener("controllerchange", resolve));
  await serviceWorker.register("/worker.js", { type });
  if (!serviceWorker.controller) await controlled;
}

/**
 * Has that worker do something.
 * @param {"run" | "print"} what
 */
function askWorker(what) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    navigator.serviceWorker.controller?.postMessage(what, [port2]);
  });
}

/**
 * What both halves throw where they cannot start, and whether it names the remedy.
 * @param {string} remedy
 */
function tryBoth(remedy) {
  const thrown = (/** @type {() => unknown} */ action) => {
    try {
      return `no error but ${action()}`;
    } catch (/** @type {any} */ error) {
      return `${error.name} ${error.code} ${error.message.includes(remedy)}`;
    }
  };
  return [thrown(() => client.generatePkce()), thrown(() => issuer.exampleConfig(location.origin))].join();
}

const print = () => printSecrets(client);
Object.assign(globalThis, { runtimeChecks: { run, printSecrets: print, register, askWorker, tryBoth } });
