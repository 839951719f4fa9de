/** A string, so that what looks like a comment in one is none; or a comment, ended or not. */
const STRING_OR_COMMENT = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g;

/**
 * JSON without its comments, `// …` and `/* … *\/`. Spaces take their place, so that line and column of
 * a mistake stay what they are. A comment that does not end is left, and is no JSON.
 *
 * @param {string} text
 */
export function withoutComments(text) {
  return text.replace(STRING_OR_COMMENT, (found) => (found.startsWith("/") ? found.replace(/[^\n\r]/g, " ") : found));
}
