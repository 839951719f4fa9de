import { invalid } from "../client/invalid.js";

/** Names that an object may have, as the keys of an object that the compiler compares with the type. */
export type Names = Readonly<Record<string, unknown>>;

/**
 * Refuses what is no plain object, and a name in it that is unknown; the error says which name was probably meant.
 *
 * @param path where the object stands, as `config.clients.web`
 * @throws {InvalidArgumentError}
 */
export function checkNames(path: string, value: unknown, names: Names): asserts value is Record<string, unknown> {
  checkObject(path, value);
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(names, name)) continue;
    const known = Object.keys(names);
    const hint = hintAt(name, known, `known are ${known.join(", ")}`);
    throw invalid(`${path}.${shortened(name)}`, `there is no such key (${hint})`);
  }
}

/** @throws {InvalidArgumentError} if it is no plain object */
export function checkObject(path: string, value: unknown): asserts value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, "expected an object");
}

/**
 * What an error says about a name that is not known: which one was probably meant.
 *
 * @param otherwise what it says if none is similar
 */
export function hintAt(name: string, known: readonly string[], otherwise: string): string {
  // Two names of very different lengths are never similar, however long they are.
  if (name.length > 40) return otherwise;
  let best: string | undefined;
  let fewest = Infinity;
  for (const candidate of known) {
    const slips = slipsBetween(name.toLowerCase(), candidate.toLowerCase());
    if (slips < fewest && slips <= Math.max(1, candidate.length / 3)) [best, fewest] = [candidate, slips];
  }
  return best === undefined ? otherwise : `did you mean "${best}"?`;
}

/** A name as errors show it. */
export function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

/** How many characters have to be put in, left out, changed or swapped with their neighbour. */
function slipsBetween(a: string, b: string): number {
  // The last three rows of the table of distances between the beginnings of both.
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped && i > 1 && j > 1 ? (twoAbove[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(changed, swapped, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    twoAbove = above;
    above = row;
  }
  return above[b.length] ?? 0;
}
