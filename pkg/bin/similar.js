import { printable } from "./printable.js";

/**
 * A word that was not expected, and what was meant, perhaps. What follows a "=" is left out: it may be a
 * secret.
 *
 * @param {string} word
 * @param {readonly string[]} known
 */
export function unknown(word, known) {
  const [name = ""] = word.split("=", 1);
  const similar = mostSimilar(name, known);
  return `"${printable(name, 40)}"${similar === undefined ? "" : ` (did you mean "${similar}"?)`}`;
}

/**
 * The known word that a word with a slip or two may stand for.
 *
 * @param {string} word
 * @param {readonly string[]} known
 */
export function mostSimilar(word, known) {
  // Many commands have short options, named after the long ones.
  if (/^-[a-z]$/.test(word)) return known.find((candidate) => candidate.startsWith(`-${word}`));
  // Two words of very different lengths are never similar, however long they are.
  if (word.length > 40) return undefined;
  const distances = known.map((candidate) => ({
    candidate,
    slips: slipsBetween(word.toLowerCase(), candidate.toLowerCase()),
  }));
  const [best] = distances.sort((a, b) => a.slips - b.slips);
  return best !== undefined && best.slips <= Math.max(1, best.candidate.replace(/^-+/, "").length / 3)
    ? best.candidate
    : undefined;
}

/**
 * How many characters have to be put in, left out, changed or swapped with their neighbour.
 *
 * @param {string} a
 * @param {string} b
 */
function slipsBetween(a, b) {
  // The last three rows of the table of distances between the beginnings of both.
  let twoAbove = /** @type {number[]} */ ([]);
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let slips = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        slips = Math.min(slips, (twoAbove[j - 2] ?? 0) + 1);
      }
      row.push(slips);
    }
    twoAbove = above;
    above = row;
  }
  return above[b.length] ?? 0;
}
