import { same } from "./expect.mjs";
import { GOLDEN } from "./golden.mjs";

/** @typedef {import("../checks.mjs").Host} Host */

/**
 * A request, and the SHA-256 of its reply; or seconds by which the clock is moved.
 *
 * @typedef {{ method: string, url: string, headers: [string, string][], body?: string, sha256: string }
 *   | { advance: number }} Step
 */

/** The test issuer, with a server where the host can listen. */
export const testingChecks = [
  {
    name: "test issuer: the same seed and the same requests get the same octets everywhere",
    needs: /** @type {const} */ (["testing"]),
    async run(/** @type {Host} */ { testing }) {
      const runs = [];
      for (const { signing, steps } of GOLDEN.runs) {
        const issuer = await testing.createTestIssuer(optionsFor(signing));
        const found = await replay(issuer, /** @type {readonly Step[]} */ (steps));
        same(JSON.stringify(found), JSON.stringify(steps), signing);
        runs.push({ signing, steps: found });
        await issuer.close();
      }
      same(await wholeHash(runs), GOLDEN.sha256);
    },
  },
  {
    name: "test issuer: what it does for a test repeats with the seed everywhere",
    needs: /** @type {const} */ (["testing"]),
    run: async (/** @type {Host} */ { testing }) =>
      same(JSON.stringify(await acts(testing)), JSON.stringify(GOLDEN.acts)),
  },
  {
    name: "test issuer: it listens where programs can, and says so where they cannot",
    needs: /** @type {const} */ (["testing"]),
    run: async (/** @type {Host} */ { testing, listens = false }) =>
      same(await started(testing), listens ? "listens" : "not_supported"),
  },
];

/** @param {any} testing the module `eiam-token/testing` */
async function started({ startIssuer }) {
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
 * The options of the issuer that all this is asked of.
 *
 * @param {string} signing
 */
export const optionsFor = (signing) => ({ seed: "golden", clock: 1_900_000_000, config: { signing } });

/**
 * Sends the requests again, and gives them with the hashes of the replies that come now.
 *
 * @param {any} issuer
 * @param {readonly Step[]} steps
 */
async function replay(issuer, steps) {
  const found = [];
  for (const step of steps) {
    if ("advance" in step) {
      issuer.clock.advance(step.advance);
      found.push(step);
    } else {
      const { sha256: _, ...request } = step;
      found.push({ ...request, sha256: await hashOf(await issuer.handle(request)) });
    }
  }
  return found;
}

/**
 * The SHA-256 of a whole reply: a line for the status, one for each header field, an empty one, and the body.
 *
 * @param {{ status: number, headers: readonly (readonly [string, string])[], body: Uint8Array }} reply
 */
export function hashOf({ status, headers, body }) {
  const head = [status, ...headers.map(([name, value]) => `${name}: ${value}`), "", ""].join("\n");
  const start = new TextEncoder().encode(head);
  const octets = new Uint8Array(start.length + body.length);
  octets.set(start);
  octets.set(body, start.length);
  return sha256(octets);
}

/**
 * One hash for all: the SHA-256 of the hashes of all replies, each on a line.
 *
 * @param {readonly { steps: readonly Step[] }[]} runs
 */
export function wholeHash(runs) {
  const hashes = runs.flatMap(({ steps }) => steps.flatMap((step) => ("sha256" in step ? [step.sha256] : [])));
  return sha256(new TextEncoder().encode(hashes.map((hash) => `${hash}\n`).join("")));
}

/**
 * The SHA-256 of what an issuer of a seed gives at a fixed time, for each algorithm whose signatures repeat.
 *
 * @param {any} testing the module `eiam-token/testing`
 */
export async function acts({ createTestIssuer }) {
  /** @type {Record<string, Record<string, string>>} */
  const found = {};
  for (const signing of ["RS256", "EdDSA"]) {
    const issuer = await createTestIssuer(optionsFor(signing));
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
