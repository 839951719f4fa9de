import { controls, delivered } from "./subjects.mjs";
import { newWorld } from "./world.mjs";

/**
 * Who is given the cases.
 *
 * @typedef {object} Party
 * @property {string} name with the version
 * @property {Record<string, (input: object) => Promise<unknown>>} subjects what it does with each; it rejects what it refuses
 * @property {(one: import("./cases.mjs").Case) => boolean} leaves whether it leaves this to its caller
 * @property {(error: unknown) => boolean} isRefusal whether an error says that a case was refused
 *
 * @typedef {"refused" | "accepted" | "left" | "broken"} Verdict `left`: there is no function for it; `broken`: an error that
 *   is none of the party's own
 *
 * @typedef {{ one: import("./cases.mjs").Case, verdicts: Verdict[], errors: unknown[] }} Result in the order of the parties
 */

/** What a party says of an input. @returns {Promise<{ verdict: Verdict, error?: unknown }>} */
export async function verdictOf(party, subject, input) {
  try {
    await party.subjects[subject](input);
    return { verdict: "accepted" };
  } catch (error) {
    return { verdict: party.isRefusal(error) ? "refused" : "broken", error };
  }
}

/**
 * Gives each case to each party.
 *
 * @param {readonly import("./cases.mjs").Case[]} all
 * @param {readonly Party[]} parties
 * @returns {Promise<Result[]>}
 */
export async function run(all, parties) {
  const keys = await newWorld();
  const results = [];
  for (const one of all) {
    /** @type {Result} */
    const result = { one, verdicts: [], errors: [] };
    for (const party of parties) {
      const isGiven = one.subject in party.subjects && !party.leaves(one);
      // Made anew for each: nobody may refuse a case because of the time that others took.
      const input = isGiven && inputOf(one, worldNow(keys));
      const { verdict, error } = isGiven ? await verdictOf(party, one.subject, input) : { verdict: "left" };
      result.verdicts.push(verdict);
      result.errors.push(error);
    }
    results.push(result);
  }
  return results;
}

/** The world at the present time. */
export function worldNow(keys) {
  return { ...keys, now: Math.floor(Date.now() / 1000) };
}

/** What the parties get in a case. */
export function inputOf({ subject, change }, world) {
  return delivered(change.apply(controls[subject](world), world), world);
}

/** What the parties get as the control of a subject. */
export function controlOf(subject, world) {
  return delivered(controls[subject](world), world);
}
