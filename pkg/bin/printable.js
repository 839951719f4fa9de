/**
 * What a terminal acts on, what turns the direction of writing, what is not seen, and halves of characters:
 * control, format, private and unassigned characters, lone surrogates, line separators.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text of somebody else for a terminal or a log: characters that would not be seen as themselves are
 * written by their numbers, such as `\u{202e}`.
 *
 * @param {string} text
 * @param {number} [limit] how many characters of it
 */
export function printable(text, limit = 500) {
  return cut(text, limit).replace(UNSEEN, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * JSON that says the same and can be shown in a terminal. Characters that would not be seen as themselves
 * are written as JSON's escapes, and outside of strings, where they can only be spaces, as spaces.
 *
 * @param {string} json
 */
export function printableJson(json) {
  return json.replace(UNSEEN, (found) => {
    if (/[\t\n\r]/.test(found)) return " ";
    return Array.from({ length: found.length }, (_, i) => {
      return `\\u${found.charCodeAt(i).toString(16).padStart(4, "0")}`;
    }).join("");
  });
}

/**
 * The start of a text, whose characters stay whole.
 *
 * @param {string} text
 * @param {number} limit
 */
function cut(text, limit) {
  if (text.length <= limit) return text;
  // A character has one or two units.
  const characters = [...text.slice(0, 2 * limit)];
  return characters.length > limit || text.length > 2 * limit ? `${characters.slice(0, limit).join("")}…` : text;
}
