/**
 * What a party should do with a case: `refuse`, or `either` where the standards allow both and a strict party refuses, or
 * `free` where they allow both and neither is stricter, or `accept` where a party that refuses is too strict.
 *
 * @typedef {"refuse" | "either" | "free" | "accept"} Rule
 *
 * @typedef {object} Case
 * @property {string} name unique
 * @property {string} subject a name of `controls`
 * @property {string} kind the row of the table in which it is counted
 * @property {Rule} rule
 * @property {string} section of the standard that says so
 * @property {import("./change.mjs").Change} change what differs from the control, and nothing else does
 */

/**
 * The cases of a kind: each change at each subject.
 *
 * @param {{ kind: string, subjects: readonly string[], rule?: Rule, section: string }} about
 * @param {Record<string, import("./change.mjs").Change>} changes by their names
 * @returns {Case[]}
 */
export function cases({ kind, subjects, rule = "refuse", section }, changes) {
  return subjects.flatMap((subject) =>
    Object.entries(changes).map(([name, change]) => ({
      name: `${subject}: ${name}`,
      subject,
      kind,
      rule,
      section,
      change,
    })),
  );
}

/** The same change with several values. @returns {Record<string, import("./change.mjs").Change>} */
export function each(name, values, change) {
  return Object.fromEntries(Object.entries(values).map(([label, value]) => [`${name} ${label}`, change(value)]));
}
