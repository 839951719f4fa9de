import { EiamTokenError } from "../../../errors.js";
import { ADDRESS, type Asked, type Failure, type Told } from "../messages.js";

/** How long a worker is waited for that may be none of this package, in milliseconds. */
const PATIENCE = 60_000;

/** The worker could not do what it was asked. */
export class Failed extends EiamTokenError {
  /** The key of the configuration that is wrong. */
  readonly path: string | undefined;

  constructor({ message, path }: Failure) {
    super("internal", `the issuer in the service worker: ${message}`);
    this.path = path;
  }
}

/**
 * Asks the worker of a registration.
 *
 * @throws {Failed} if it refuses
 * @throws {EiamTokenError} `timeout` if it does not answer
 */
export function ask(registration: ServiceWorkerRegistration, asked: Asked): Promise<unknown> {
  const { active } = registration;
  if (active === null) {
    throw new EiamTokenError("internal", "the service worker was unregistered: call startIssuerWorker() again");
  }
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      port1.close();
      const hint = 'it has to be the file that "eiam-token worker" writes, or to import that';
      reject(new EiamTokenError("timeout", `the service worker ${active.scriptURL} does not answer: ${hint}`));
    }, PATIENCE);
    port1.onmessage = ({ data }: MessageEvent<Told | null>) => {
      // Other code of the same worker may answer whatever comes.
      if (data === null || typeof data !== "object" || !("failure" in data || "answer" in data)) return;
      clearTimeout(timer);
      port1.close();
      if ("failure" in data) reject(new Failed(data.failure));
      else resolve(data.answer);
    };
    active.postMessage({ to: ADDRESS, ...asked }, [port2]);
  });
}
