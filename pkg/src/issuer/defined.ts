/** Far deeper than the issuer reads, which says what is wrong with it. */
const MAX_DEPTH = 100;

/**
 * A copy without members that are `undefined`, as `JSON.stringify` leaves them out: the reader of the
 * WebAssembly module cannot tell them from `null`. It is of arrays and plain objects alone, so whatever
 * the original does when it is looked at is done here.
 *
 * @param value of any kind; may contain itself
 */
export function defined(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return value;
  const copy = (member: unknown) => defined(member, depth + 1);
  if (Array.isArray(value)) return value.map(copy);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, copy(member)]));
}
