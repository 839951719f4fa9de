import { invalid, unlessInvalid } from "../../../client/invalid.js";
import { EiamTokenError, InvalidArgumentError, NotSupportedError } from "../../../errors.js";
import { isLoopback } from "../../hosts.js";
import { FOLDER, READY } from "../messages.js";
import type { WorkerPlace } from "./options.js";

/**
 * Registers the worker, and waits until it runs.
 *
 * @throws {InvalidArgumentError} if it cannot be this page's
 * @throws {NotSupportedError} if the page cannot have workers
 * @throws {EiamTokenError} if it cannot be registered
 */
export async function register({ worker, scope, anyHost }: WorkerPlace): Promise<ServiceWorkerRegistration> {
  if (!anyHost && !isLoopback(location.hostname)) {
    const problem = `${location.hostname} is not this machine, and a test issuer lets everybody sign in`;
    throw invalid("options.anyHost", `${problem}: set it to true if that is wanted`);
  }
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  if (container === undefined) {
    const problem = "this page cannot have a service worker: it needs https or localhost, and no private window";
    throw new NotSupportedError(problem, "navigator.serviceWorker");
  }
  const script = urlOf("worker", worker ?? "/issuer-worker.js", location.href);
  const folder = scope === undefined ? new URL(".", script) : urlOf("scope", scope, location.href);
  if (!folder.pathname.endsWith("/"))
    throw invalid("options.scope", "expected the path of a folder, with a / at its end");
  if (!location.href.startsWith(folder.href)) {
    throw invalid("options.scope", `this page, ${location.pathname}, is not in the worker's folder ${folder.pathname}`);
  }
  try {
    const registration = await container.register(script, { scope: folder.href, updateViaCache: "none" });
    await activated(registration);
    return registration;
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const hint = 'write it there with "npx eiam-token worker FOLDER", FOLDER being what the site serves as it is';
    throw new EiamTokenError("internal", `the worker ${script.href} cannot be registered (${reason}): ${hint}`);
  }
}

/** The URL of an option. A page has workers of its own origin alone. @throws {InvalidArgumentError} */
function urlOf(option: "worker" | "scope", text: string, base: string): URL {
  const url = unlessInvalid(`options.${option}`, "expected a URL", () => new URL(text, base));
  if (url.origin === location.origin) return url;
  throw invalid(`options.${option}`, `expected a URL of this page's origin ${location.origin}, not of ${url.origin}`);
}

/** Looks for another file of the worker, and waits until it runs. */
export async function update(registration: ServiceWorkerRegistration): Promise<void> {
  await registration.update();
  await activated(registration);
}

/**
 * Waits until the page's requests come to the worker.
 *
 * @throws {EiamTokenError} if they go to another one
 */
export async function controlled(registration: ServiceWorkerRegistration): Promise<void> {
  const container = navigator.serviceWorker;
  while (container.controller === null) {
    await new Promise((resolve) => container.addEventListener("controllerchange", resolve, { once: true }));
  }
  const response = await fetch(new URL(`${FOLDER}/${READY}`, registration.scope), { cache: "no-store" });
  if (response.status === 204) return;
  const other = container.controller?.scriptURL;
  const hint = "a page has one worker, so let that import issuer-worker.js before everything else";
  throw new EiamTokenError(
    "internal",
    `this page's requests go to the worker ${other} and from there elsewhere: ${hint}`,
  );
}

/** Waits until the newest worker of a registration runs. */
async function activated(registration: ServiceWorkerRegistration): Promise<void> {
  for (;;) {
    const all = [registration.installing, registration.waiting, registration.active];
    const worker = all.find((each) => each !== null && each.state !== "redundant");
    if (!worker) throw new Error("it could not be installed");
    if (worker.state === "activated") return;
    // One that cannot be installed leaves the former one in its place.
    await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  }
}
