/** So many octets at a place of a function are compared with those at another. */
const PIECE = 6;

/** Pieces that a function has too few of count as so many more, or the tiniest functions would always be alike. */
const FEW = 4;

/**
 * The order of texts in which each is followed by the one of which most was said shortly before. Of texts that are
 * equally alike the first comes first.
 *
 * @param {readonly Uint8Array[]} texts
 * @param {number} window how many octets before a text are looked at
 * @param {number} fixed so many stay at the beginning, in their order
 * @returns {number[]} their indexes
 */
export function byLikeness(texts, window, fixed = 0) {
  const all = texts.map((text, index) => ({ index, length: text.length, pieces: piecesOf(text), known: 0 }));
  /** @typedef {(typeof all)[number]} Text `known` is how many of its pieces are in the window */
  /** @type {Map<number, Text[]>} the texts that have a piece */
  const owners = new Map();
  for (const text of all) {
    for (const piece of text.pieces) {
      const others = owners.get(piece);
      if (others) others.push(text);
      else owners.set(piece, [text]);
    }
  }
  /** @type {Map<number, number>} how many texts in the window have a piece */
  const seen = new Map();
  /** @type {(text: Text, by: 1 | -1) => void} */
  const count = ({ pieces }, by) => {
    for (const piece of pieces) {
      const before = seen.get(piece) ?? 0;
      seen.set(piece, before + by);
      if (before !== 0 && before + by !== 0) continue;
      for (const owner of owners.get(piece) ?? []) owner.known += by;
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
 */
function piecesOf(text) {
  const pieces = new Set();
  for (let start = 0; start + PIECE <= text.length; start += 1) {
    let hash = 0x811c9dc5;
    for (const octet of text.subarray(start, start + PIECE)) hash = Math.imul(hash ^ octet, 0x01000193);
    pieces.add(hash);
  }
  return [...pieces];
}
