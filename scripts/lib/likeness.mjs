/**
 * @typedef {object} Search
 * @property {number} piece so many octets at a place of a text are compared with those at another
 * @property {number} window how many octets before a text are looked at
 * @property {number} [fixed] so many texts stay at the beginning, in their order; none by default
 */

/** Pieces that a function has too few of count as so many more, or the tiniest functions would always be alike. */
const FEW = 8;

/**
 * The order of texts in which each is followed by the one of which most was said shortly before. Of texts that are
 * equally alike the first comes first.
 *
 * @param {readonly Uint8Array[]} texts
 * @param {Search} search
 * @returns {number[]} their indexes
 */
export function byLikeness(texts, { piece, window, fixed = 0 }) {
  const all = texts.map((text, index) => ({ index, length: text.length, pieces: piecesOf(text, piece), known: 0 }));
  /** @typedef {(typeof all)[number]} Text `known` is how many of its pieces are in the window */
  /** @type {Map<number, Text[]>} the texts that have a piece */
  const owners = new Map();
  for (const text of all) {
    for (const each of text.pieces) {
      const others = owners.get(each);
      if (others) others.push(text);
      else owners.set(each, [text]);
    }
  }
  /** @type {Map<number, number>} how many texts in the window have a piece */
  const seen = new Map();
  /** @type {(text: Text, by: 1 | -1) => void} */
  const count = ({ pieces }, by) => {
    for (const each of pieces) {
      const before = seen.get(each) ?? 0;
      seen.set(each, before + by);
      if (before !== 0 && before + by !== 0) continue;
      for (const owner of owners.get(each) ?? []) owner.known += by;
    }
  };
  /** @param {Text} text */
  const likeness = ({ known, pieces }) => known / (pieces.length + FEW);

  const rest = new Set(all);
  /** @type {Text[]} */
  const recent = [];
  /** @type {number[]} */
  const ordered = [];
  let size = 0;
  for (const first of all) {
    let [next = first] = rest;
    if (ordered.length >= fixed) {
      for (const text of rest) if (likeness(text) > likeness(next)) next = text;
    }
    rest.delete(next);
    ordered.push(next.index);
    recent.push(next);
    count(next, 1);
    size += next.length;
    while (size > window && recent.length > 1) {
      const oldest = recent.shift() ?? next;
      count(oldest, -1);
      size -= oldest.length;
    }
  }
  return ordered;
}

/**
 * The different pieces of a text, as hashes (FNV-1a).
 *
 * @param {Uint8Array} text
 * @param {number} length
 */
function piecesOf(text, length) {
  const pieces = new Set();
  for (let start = 0; start + length <= text.length; start += 1) {
    let hash = 0x811c9dc5;
    for (const octet of text.subarray(start, start + length)) hash = Math.imul(hash ^ octet, 0x01000193);
    pieces.add(hash);
  }
  return [...pieces];
}
