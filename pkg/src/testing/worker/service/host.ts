import { seedOctets } from "../../seed.js";
import type { Beginning } from "../messages.js";
import { WorkerIssuer } from "./issuer.js";
import { forget, keep, load } from "./store.js";

/** The issuer, or that there is none; `undefined` before anybody has asked. */
let current: Promise<WorkerIssuer | undefined> | undefined;

/** The issuer, where it was when the worker was stopped; `undefined` if no page has started one. */
export function running(): Promise<WorkerIssuer | undefined> {
  return (current ??= resumed().catch((error) => {
    // What failed once may work the next time.
    current = undefined;
    throw error;
  }));
}

async function resumed(): Promise<WorkerIssuer | undefined> {
  const kept = await load();
  return kept && WorkerIssuer.resume(kept);
}

/**
 * The issuer of this beginning: the one that there is, or a new one in its place.
 *
 * @throws {IssuerConfigError} if the configuration is not valid
 */
export function start(beginning: string): Promise<WorkerIssuer> {
  return inTurn(async () => {
    const former = await running().catch((error: unknown) => {
      // Another version has written it, for example. Without a new one, pages could do nothing about it.
      console.warn("eiam-token: the former issuer cannot go on, so there is a new one", error);
      return undefined;
    });
    if (former?.beginning === beginning) return former;
    const given = (JSON.parse(beginning) as Beginning).octets;
    const kept = { beginning, octets: given === undefined ? await seedOctets(undefined) : Uint8Array.from(given) };
    // One whose configuration is wrong takes nobody's place.
    const issuer = await WorkerIssuer.resume(kept);
    await replace(former, issuer, () => keep(kept));
    return issuer;
  });
}

/** Ends the issuer, and forgets all that it knew. */
export function end(): Promise<void> {
  return inTurn(async () => replace(await running().catch(() => undefined), undefined, forget));
}

async function replace(
  former: WorkerIssuer | undefined,
  next: WorkerIssuer | undefined,
  change: () => Promise<void>,
): Promise<void> {
  // Requests that come meanwhile wait.
  current = (async () => {
    await former?.close();
    await change();
    return next;
  })();
  await current.catch((error) => {
    current = undefined;
    throw error;
  });
}

/** Two pages may want different issuers at once. */
let turns: Promise<unknown> = Promise.resolve();

function inTurn<T>(act: () => Promise<T>): Promise<T> {
  const turn = turns.then(act);
  turns = turn.catch(() => {});
  return turn;
}
