import { same } from "./expect.mjs";
import { GOLDEN } from "./golden.mjs";

/** @typedef {import("../checks.mjs").Host} Host */

/** The test issuer, with a server where the host can listen. */
export const testingChecks = [
  {
    name: "test issuer: the same seed and the same requests make the same octets everywhere",
    needs: /** @type {const} */ (["testing"]),
    run: async (/** @type {Host} */ { testing }) => same(JSON.stringify(await golden(testing)), JSON.stringify(GOLDEN)),
  },
  {
    name: "test issuer: it listens where there are sockets, and says so where there are none",
    needs: /** @type {const} */ (["testing"]),
    run: async (/** @type {Host} */ { testing }) =>
      same(await listens(testing), canListen() ? "listens" : "not_supported"),
  },
];

/** Whether the host has servers: Workers have Node's modules only if they ask for them, and browsers never. */
function canListen() {
  const { process, navigator } = /** @type {any} */ (globalThis);
  return typeof process?.versions?.node === "string" && navigator?.userAgent !== "Cloudflare-Workers";
}

/** @param {any} testing the module `eiam-token/testing` */
async function listens({ startIssuer }) {
  let issuer;
  try {
    issuer = await startIssuer();
  } catch (error) {
    return /** @type {any} */ (error).code;
  }
  try {
    const response = await fetch(issuer.clients.spa.discovery);
    const { issuer: name } = await response.json();
    return name === issuer.clients.spa.issuer ? "listens" : `another issuer: ${name}`;
  } finally {
    await issuer.close();
  }
}

/**
 * The SHA-256 of what an issuer of a seed gives at a fixed time, for each algorithm whose signatures repeat.
 *
 * @param {any} testing the module `eiam-token/testing`
 */
export async function golden({ createTestIssuer }) {
  /** @type {Record<string, Record<string, string>>} */
  const found = {};
  for (const signing of ["RS256", "EdDSA"]) {
    const issuer = await createTestIssuer({ seed: "golden", clock: 1_900_000_000, config: { signing } });
    const device = new URLSearchParams({ client_id: "device", scope: "openid" }).toString();
    const given = {
      user: await issuer.tokens({ user: "alice", client: "web", scope: "openid profile api", nonce: "n" }),
      client: await issuer.tokens({ client: "machine" }),
      device: (await post(issuer, issuer.clients.device.deviceAuthorizationEndpoint, device)).body,
      cookies: await issuer.signIn("bob"),
      keys: (await issuer.handle({ method: "GET", url: issuer.clients.web.jwksUri })).body,
    };
    issuer.clock.advance("10m");
    const later = await issuer.tokens({ user: "bob", client: "spa" });
    const entries = Object.entries({ ...given, later });
    found[signing] = Object.fromEntries(
      await Promise.all(entries.map(async ([name, value]) => [name, await sha256(value)])),
    );
    await issuer.close();
  }
  return found;
}

/** @param {any} issuer @param {string} url @param {string} body */
function post(issuer, url, body) {
  return issuer.handle({
    method: "POST",
    url,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  });
}

/** @param {unknown} value octets, or what JSON can say */
async function sha256(value) {
  const octets = value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {Uint8Array<ArrayBuffer>} */ (octets)));
  return Array.from(hash, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
