import { lookup } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIPv6 } from "node:net";
import { Readable } from "node:stream";
import { EiamTokenError } from "eiam-token/issuer";

/**
 * Addresses that are no public server's (RFC 6890): a name that resolves to one could make the issuer ask servers that
 * only its own network reaches.
 */
const SPECIAL = new BlockList();
for (const [network, prefix] of /** @type {const} */ ([
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
])) {
  SPECIAL.addSubnet(network, prefix, "ipv4");
}
// Some of these lead to an IPv4 address that stands in them.
for (const [network, prefix] of /** @type {const} */ ([
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
])) {
  SPECIAL.addSubnet(network, prefix, "ipv6");
}

/** What is given out to anybody (RFC 4291 section 2.4); everything else is special. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet("2000::", 3, "ipv6");

/**
 * Whether an address can be that of a public server.
 * @param {string} address
 */
export function isPublic(address) {
  if (isIPv6(address)) return GLOBAL.check(address, "ipv6") && !SPECIAL.check(address, "ipv6");
  return !SPECIAL.check(address, "ipv4");
}

/**
 * A function that fetches documents of clients, and connects to no address of a private network, whatever a name
 * resolves to. Proxies are not used.
 *
 * @param {boolean} allowLoopback whether `localhost` may be itself; the issuer refuses other URLs of this machine
 * @returns {import("eiam-token/issuer").DocumentFetch}
 */
export function documentFetch(allowLoopback) {
  return (url, { method, headers, signal }) =>
    new Promise((resolve, reject) => {
      const { protocol, hostname } = new URL(url);
      const request = protocol === "https:" ? httpsRequest : httpRequest;
      const isLocal = allowLoopback && hostname === "localhost";
      const options = { method, headers, signal, agent: false, ...(isLocal ? {} : { lookup: publicOnly }) };
      const sent = request(url, options, (response) => {
        const body = /** @type {ReadableStream<Uint8Array>} */ (Readable.toWeb(response));
        const get = (/** @type {string} */ name) => String(response.headers[name] ?? "") || null;
        const arrayBuffer = () => new Response(body).arrayBuffer();
        resolve({ status: response.statusCode ?? 0, headers: { get }, body, arrayBuffer });
      });
      sent.on("error", reject);
      sent.end();
    });
}

/** @type {import("node:net").LookupFunction} Refuses a name if any of its addresses is special. */
function publicOnly(hostname, options, callback) {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isPublic(address))) {
      return callback(new EiamTokenError("invalid_argument", "its host has an address of a private network"), []);
    }
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
}
