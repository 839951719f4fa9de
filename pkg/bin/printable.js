/**
 * Text of somebody else for a terminal or a log: without the characters that a terminal acts on, and
 * those that turn the direction of writing.
 *
 * @param {string} text
 * @param {number} [limit] how many characters of it
 */
export function printable(text, limit = 500) {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "?");
}
