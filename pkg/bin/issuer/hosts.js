import { isLoopback, misdirected, nameOf } from "../host.js";

/**
 * Returns a function that says why a request is not answered, because it is for another host.
 *
 * A website can let its own domain name resolve to 127.0.0.1 (DNS rebinding). For a browser, it then has the same
 * origin as whatever listens there, but its requests still name its own host. A server that only this machine can
 * reach therefore answers only to names of this machine and to the host of its base URL, at any port, because ports
 * can be forwarded. A server that others can reach answers to every host, because it cannot know the names of
 * containers and networks.
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
    // HTTP/1.0 allows requests without a host, but browsers always send one.
    if (target.host === undefined) return undefined;
    const name = nameOf(target.host);
    if (name !== undefined && (isLoopback(name) || name === own)) return undefined;
    const others = own === undefined || isLoopback(own) ? "" : ` and ${own}`;
    return misdirected(
      target,
      `this server answers only to localhost, 127.0.0.1, [::1]${others}, so that no website can reach it under its own ` +
        `domain name. To use another name, start it with that name in --base-url or in "baseUrl" of its ` +
        `configuration, or with a --host that is not loopback.`,
    );
  };
}

/**
 * The same for a server whose issuer is under control: control requests are answered at loopback names only, also where
 * the issuer itself has others.
 *
 * @param {(target: import("../host.js").Target) => string | undefined} others says so of other requests
 * @returns {(target: import("../host.js").Target) => string | undefined}
 */
export function controlHosts(others) {
  return (target) => {
    // A query may name anything, such as a redirect URI. To a URL, a backslash in a path is a slash.
    if (!/^[^?#]*[/\\]_control/.test(target.path) || target.host === undefined) return others(target);
    if (isLoopback(nameOf(target.host) ?? "")) return undefined;
    return misdirected(target, "control requests are answered at localhost, 127.0.0.1 and [::1] only.");
  };
}
