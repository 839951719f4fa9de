import { forget } from "./host.js";
import { forgetNavigations, since } from "./journal.js";

/**
 * What pages may ask. Each message brings the port for its answer.
 *
 * @param {ExtendableMessageEvent} event
 */
export async function onMessage(event) {
  const { type, ...rest } = event.data ?? {};
  const [port] = event.ports;
  try {
    port?.postMessage({ answer: await HANDLERS[type]?.(rest) });
  } catch (error) {
    port?.postMessage({ failure: String(error) });
  }
}

const HANDLERS = {
  /** A hard reload leaves a page without its worker. */
  claim: () => self.clients.claim(),

  navigations: ({ after }) => since(after),

  async forget() {
    await forget();
    await forgetNavigations();
  },
};
