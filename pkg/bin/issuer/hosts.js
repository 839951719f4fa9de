import { isLoopback, misdirected, nameOf } from "../host.js";

/**
 * Says why a request is for somebody else.
 *
 * A page of the web can have its own name lead to 127.0.0.1 (DNS rebinding), and is then, to a browser, of
 * one origin with whatever listens there. What it cannot do is name another host than its own: so a server
 * that only this machine reaches answers only to names that mean this machine, and to the host of its
 * base URL, at whatever port, as one may be forwarded. A server that others reach is reached by names that
 * it cannot know, of containers and networks, and answers to all.
 *
 * @param {import("node:http").Server | import("node:https").Server} server that listens
 * @param {URL} base
 * @returns {(target: import("../host.js").Target) => string | undefined}
 */
export function hostsOf(server, base) {
  const { address } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const listening = nameOf(address.includes(":") ? `[${address}]` : address);
  if (listening === undefined || !isLoopback(listening)) return () => undefined;
  const own = nameOf(base.host);
  return (target) => {
    // HTTP/1.0 may name none; no browser leaves it out.
    if (target.host === undefined) return undefined;
    const name = nameOf(target.host);
    if (name !== undefined && (isLoopback(name) || name === own)) return undefined;
    const others = own === undefined || isLoopback(own) ? "" : ` and ${own}`;
    return misdirected(
      target,
      `localhost, 127.0.0.1, [::1]${others} are answered, so that no page of the web reaches it under a name of ` +
        `its own. To be reached by another name, start it with --base-url or "baseUrl" in its configuration ` +
        `that has this name, or with a --host that is not loopback.`,
    );
  };
}
