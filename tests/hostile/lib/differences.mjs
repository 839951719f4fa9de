/**
 * The names of what differs between a control and what a change has made of it, such as `header.alg`. The members of
 * objects that a case can change alone are compared one by one.
 *
 * @param {Record<string, unknown>} control
 * @param {Record<string, unknown>} changed
 * @returns {string[]}
 */
export function differences(control, changed) {
  return namesOf(control, changed).flatMap((name) => {
    const [one, other] = [control[name], changed[name]];
    if (!["header", "claims", "members", "headers"].includes(name)) return same(one, other) ? [] : [name];
    return namesOf(one, other)
      .filter((member) => !same(one[member], other[member]))
      .map((member) => `${name}.${member}`);
  });
}

const namesOf = (one, other) => [...new Set([...Object.keys(one), ...Object.keys(other)])];

/** Functions and keys are the same if they are one; values if they are written alike. */
function same(one, other) {
  if (one === other) return true;
  if (typeof one === "function" || typeof other === "function") return false;
  return JSON.stringify(one) === JSON.stringify(other);
}
