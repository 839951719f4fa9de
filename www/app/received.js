import { element } from "./dom.js";

/**
 * Says what came, with the way to it.
 *
 * @param {string} what
 */
export function received(what) {
  const link = element("a", { href: "#tokens-title" }, "look at it");
  return [`${what} came: `, link, "."];
}
