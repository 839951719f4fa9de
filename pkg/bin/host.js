import { printable } from "./printable.js";

/**
 * The target of a request: the host that it names, and the path with its query.
 *
 * @typedef {object} Target
 * @property {string | undefined} host in lower case, with its port if it has one; none where HTTP/1.0 names none
 * @property {string} path with its query; `*` of `OPTIONS *` is "/"
 */

/**
 * Reads the target of a request. A host in the request line goes before the field Host (RFC 9112 section
 * 3.2.2).
 *
 * @param {import("node:http").IncomingMessage} request
 * @returns {Target | undefined} none if it is not to be believed: two fields Host, or one that is no host
 *   (RFC 9112 section 3.2)
 */
export function targetOf({ url = "/", rawHeaders }) {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && /^host$/i.test(rawHeaders[i - 1] ?? ""));
  if (hosts.length > 1) return undefined;
  const [field] = hosts;
  // An empty one is that of a target without a host.
  if (field !== undefined && field !== "" && nameOf(field) === undefined) return undefined;
  const absolute = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(url);
  if (absolute) {
    const [, host = "", rest = ""] = absolute;
    if (nameOf(host) === undefined) return undefined;
    return { host: host.toLowerCase(), path: rest.startsWith("/") ? rest : `/${rest}` };
  }
  return { host: field?.toLowerCase(), path: url.startsWith("/") ? url : "/" };
}

/**
 * The name or address in a host, without its port and as a URL has it.
 *
 * @param {string} host
 */
export function nameOf(host) {
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`).hostname.replace(/\.$/, "");
}

/**
 * Whether a name or address, as {@link nameOf} gives it, is of this machine whatever a name server says
 * (RFC 6761 section 6.3).
 *
 * @param {string} name
 */
export function isLoopback(name) {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])$/.test(name);
}

/**
 * Why a request that was sent to another host is not answered (RFC 9110 section 15.5.20).
 *
 * @param {Target} target
 * @param {string} accepted which requests are answered: one or more sentences that continue after "but"
 */
export function misdirected({ host }, accepted) {
  return `The request is for the host "${printable(host ?? "", 200)}", but ${accepted}`;
}
