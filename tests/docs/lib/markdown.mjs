import { anchorOf } from "../../../scripts/lib/docs/anchor.mjs";

/**
 * What the tests look at in a page of Markdown.
 *
 * @typedef {{ level: number, text: string, anchor: string, line: number }} Heading
 * @typedef {{ language: string, text: string, heading: string, line: number }} Block
 * @typedef {{ target: string, line: number }} Link
 * @typedef {{ headings: Heading[], blocks: Block[], links: Link[] }} Page
 */

const FENCE = /^ *```(\S*)/;

/**
 * @param {string} markdown
 * @returns {Page}
 */
export function read(markdown) {
  /** @type {Page} */
  const page = { headings: [], blocks: [], links: [] };
  /** @type {{ language: string, line: number, lines: string[] } | undefined} */
  let fence;
  for (const [index, line] of markdown.split("\n").entries()) {
    const number = index + 1;
    const [, language] = FENCE.exec(line) ?? [];
    if (fence && language !== undefined) {
      page.blocks.push({
        language: fence.language,
        text: `${fence.lines.join("\n")}\n`,
        heading: page.headings.at(-1)?.text ?? "",
        line: fence.line,
      });
      fence = undefined;
    } else if (fence) {
      fence.lines.push(line);
    } else if (language !== undefined) {
      fence = { language, line: number, lines: [] };
    } else {
      const [, marks, text = ""] = /^(#{1,6}) +(.*?) *$/.exec(line) ?? [];
      if (marks)
        page.headings.push({
          level: marks.length,
          text,
          anchor: anchorOf(
            text,
            page.headings.map(({ anchor }) => anchor),
          ),
          line: number,
        });
      for (const target of targets(line)) page.links.push({ target, line: number });
    }
  }
  if (fence) throw new Error(`the block of line ${fence.line} does not end`);
  return page;
}

/**
 * Where links lead to that are not inside code.
 *
 * @param {string} line
 */
function targets(line) {
  const text = line.replace(/(`+).*?\1/g, (code) => "`".repeat(code.length));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}
