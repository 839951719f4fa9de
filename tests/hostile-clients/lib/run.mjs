import { setTimeout as pause } from "node:timers/promises";
import { LIFETIMES } from "./rules.mjs";
import { OWN_LIMIT_MS, networkOf } from "./world.mjs";

/**
 * @typedef {object} Given what a flow of a client gets
 * @property {import("./world.mjs").World} world
 * @property {typeof fetch} fetch the network
 * @property {boolean} isSlow whether an answer takes sixteen seconds
 * @property {number} [limit] the milliseconds after which the client gives up, if it has an option for that
 *
 * @typedef {object} Result what came of a flow that did not fail
 * @property {bigint | number | string} [lifetime] of the access token, as the client says it
 * @property {number} [expiresAt] when it ends, in seconds, if the client says that instead
 * @property {number} [since] the milliseconds before the answer
 * @property {"hangs" | "crashes"} [outcome] of a client that finds that out itself
 * @property {boolean} [isElsewhere] whether somebody else was asked, of a client that is not in this process
 *
 * @typedef {object} Client
 * @property {string} name
 * @property {string} [version]
 * @property {boolean} hasLimit whether it has an option that ends a slow answer
 * @property {boolean} [usesGlobalFetch] because it has no option for another one
 * @property {boolean} [isOnNetwork] whether it reaches an issuer on a port of this machine
 * @property {boolean} [hasOwnPatience] whether it says itself that an answer does not come
 * @property {(error: unknown) => boolean} [isRefusal] whether an error is one that the client documents
 * @property {() => void} [abandon] ends what hangs
 * @property {() => Promise<void>} [stop]
 * @property {Partial<Record<Flow, (given: Given) => Promise<Result | void>>>} flows
 *
 * @typedef {"signIn" | "formPost" | "device" | "signedCallback" | "signedUserInfo" | "logoutToken" | "accessToken"} Flow
 *
 * @typedef {object} Row a case in a flow
 * @property {string} name
 * @property {Flow} flow
 * @property {import("eiam-token/testing").HostileCase} one
 *
 * @typedef {object} Verdict
 * @property {string} outcome `none` if the client never gets what is hostile
 * @property {unknown} [error]
 */

/** The flows in which each place occurs. @type {Record<string, readonly Flow[]>} */
const FLOWS = {
  id_token: ["signIn"],
  access_token: ["accessToken"],
  token: ["signIn"],
  callback: ["signIn", "formPost"],
  signed_callback: ["signedCallback"],
  device_authorization: ["device"],
  userinfo: ["signIn"],
  signed_userinfo: ["signedUserInfo"],
  logout_token: ["logoutToken"],
  jwks: ["signIn"],
  discovery: ["signIn"],
};

/** Every case in every flow in which it can happen. @param {readonly import("eiam-token/testing").HostileCase[]} cases */
export function rowsOf(cases) {
  return cases.flatMap((one) => {
    const flows = FLOWS[one.where];
    if (flows === undefined) throw new Error(`tests/hostile-clients/lib/run.mjs has no flow for ${one.where}`);
    return flows.map((flow) => ({ name: one.name, flow, one }));
  });
}

/** More than any flow asks for, so that what is left says how often a case happened. */
const MANY = 1000;

/** How long a client without a limit of its own is waited for where an answer takes sixteen seconds. */
const PATIENCE_MS = 1500;

/**
 * Runs one flow of a client at an issuer that misbehaves in one way, or in none.
 *
 * @param {import("./world.mjs").World} world
 * @param {Client} client
 * @param {Flow} flow
 * @param {string} [name] of the case
 * @returns {Promise<Verdict>}
 */
export async function verdictOf(world, client, flow, name) {
  const act = client.flows[flow];
  if (act === undefined) return { outcome: "none" };
  const { issuer } = world;
  await issuer.reset();
  if (name !== undefined) await issuer.hostile.be(name, { times: MANY });
  const network = networkOf(world);
  world.isPlain = name?.startsWith("expires_in_") ?? false;
  const isSlow = name === "body_slow";
  const limit = isSlow && client.hasLimit ? OWN_LIMIT_MS : undefined;
  const given = { world, fetch: network.fetch, limit, isSlow };
  const flowEnded = withFetch(client.usesGlobalFetch ? network.fetch : undefined, () => act(given));
  const ended = flowEnded.then(
    (result) => ({ outcome: outcomeOf(name, result ?? {}) }),
    (error) => ({ outcome: error.isElsewhere ? "elsewhere" : "refused", error }),
  );
  const verdict = await (isSlow && limit === undefined && !client.hasOwnPatience
    ? patience(ended, () => happened(issuer, name))
    : ended);
  if (verdict.outcome === "hangs") {
    client.abandon?.();
    network.end();
    await ended;
  }
  if (network.elsewhere.length > 0) verdict.outcome = "elsewhere";
  if (name !== undefined && !(await happened(issuer, name))) return { outcome: "none" };
  return verdict;
}

/** Whether a case happened. It is left as often as it did not, and one that happens once is not left then. */
async function happened(issuer, name) {
  const { left } = (await issuer.hostile.cases()).find((one) => one.name === name);
  return left !== MANY && !(name.startsWith("keys_renewed") && left === 1);
}

/** What came of a flow that did not fail. Of the cases about lifetimes it is what the client has understood. */
function outcomeOf(name, result) {
  if (result.outcome) return result.outcome;
  if (result.isElsewhere) return "elsewhere";
  if (!name?.startsWith("expires_in_")) return "accepted";
  return understood(result, LIFETIMES[name] ?? 1200n);
}

/**
 * @param {Result} result
 * @param {bigint} expected
 * @returns {"exact" | "unknown" | "other"}
 */
function understood({ lifetime, expiresAt, since }, expected) {
  const said = since === undefined ? lifetime : expiresAt;
  if (said === undefined || said === null || Number.isNaN(said)) return "unknown";
  if (since === undefined) return /^-?\d+$/.test(`${said}`) && BigInt(said) === expected ? "exact" : "other";
  // Whole seconds are rounded somehow, and nobody can say a moment of 2^53 seconds in a number.
  const [first, last] = [Math.floor(since / 1000), Math.ceil(Date.now() / 1000)];
  const isNear = first + Number(expected) <= said && said <= last + Number(expected);
  return isNear && Number.isSafeInteger(Number(expected)) ? "exact" : "other";
}

async function withFetch(own, act) {
  if (own === undefined) return act();
  const usual = globalThis.fetch;
  globalThis.fetch = own;
  try {
    return await act();
  } finally {
    globalThis.fetch = usual;
  }
}

/**
 * The verdict, or that it does not come. The time counts from when the case has begun.
 *
 * @param {Promise<Verdict>} ended
 * @param {() => Promise<boolean>} hasBegun
 * @returns {Promise<Verdict>}
 */
async function patience(ended, hasBegun) {
  const within = (/** @type {number} */ milliseconds) => Promise.race([ended, pause(milliseconds)]);
  let verdict;
  while (verdict === undefined && !(await hasBegun())) verdict = await within(50);
  return verdict ?? (await within(PATIENCE_MS)) ?? { outcome: "hangs" };
}

/**
 * Runs every case with every client.
 *
 * @param {readonly Client[]} clients
 * @param {{ inProcess: import("./world.mjs").World, onNetwork: import("./world.mjs").World }} worlds
 */
export async function run(clients, { inProcess, onNetwork }) {
  const rows = rowsOf(await inProcess.issuer.hostile.cases());
  const lines = [];
  for (const row of rows) {
    const verdicts = [];
    for (const client of clients) {
      const world = client.isOnNetwork ? onNetwork : inProcess;
      verdicts.push(await verdictOf(world, client, row.flow, row.name));
    }
    lines.push({ row, verdicts, outcomes: verdicts.map(({ outcome }) => outcome) });
  }
  return lines;
}
