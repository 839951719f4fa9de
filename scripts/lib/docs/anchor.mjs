/**
 * The anchor that GitHub gives a heading: its letters and digits in lower case, hyphens for spaces, and a
 * number after an anchor that the page already has.
 *
 * @param {string} text the heading, in Markdown
 * @param {readonly string[]} earlier the anchors of the headings above it
 */
export function anchorOf(text, earlier) {
  const words = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
  const same = earlier.filter((anchor) => anchor.replace(/-\d+$/, "") === words).length;
  return same === 0 ? words : `${words}-${same}`;
}
