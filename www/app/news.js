/** What the worker and other tabs of the demo tell this page. */
import { CHANNEL } from "../shared/channel.js";

const channel = new BroadcastChannel(CHANNEL);

/**
 * @param {string} type
 * @param {(news: { type: string } & Record<string, any>) => void} listener
 */
export function onNews(type, listener) {
  channel.addEventListener("message", ({ data }) => {
    if (data.type === type) listener(data);
  });
}

/**
 * Tells the other tabs.
 *
 * @param {{ type: string } & Record<string, unknown>} news
 */
export function spread(news) {
  channel.postMessage(news);
}
