// Each translated page has the headings and the code of its original, in the same order, and its links: to the
// translation where there is one. A page that is not translated yet is no fault.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { describe, test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { readDocument, translations } from "./lib/documents.mjs";
import { read } from "./lib/markdown.mjs";

/** @typedef {import("./lib/markdown.mjs").Page} Page */

/**
 * The first thing in which a translation is not in step with its original.
 *
 * @param {Page} original
 * @param {Page} translated
 */
function difference(original, translated) {
  const [ours, theirs] = [original.headings, translated.headings];
  for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
    const [wanted, found] = [ours[index], theirs[index]];
    if (!wanted) return `line ${found?.line}: a heading that the original does not have`;
    if (!found) return `the heading "${wanted.text}" is missing`;
    if (wanted.level !== found.level) {
      return `line ${found.line}: a heading of level ${found.level}, where "${wanted.text}" has ${wanted.level}`;
    }
  }
  for (let index = 0; index < Math.max(original.blocks.length, translated.blocks.length); index++) {
    const [wanted, found] = [original.blocks[index], translated.blocks[index]];
    if (!wanted) return `line ${found?.line}: a block of code that the original does not have`;
    if (!found) return `the block of line ${wanted.line} is missing`;
    if (wanted.language !== found.language || code(wanted) !== code(found)) {
      return `line ${found.line}: other code than the original's line ${wanted.line}`;
    }
    if (place(original, wanted) !== place(translated, found)) {
      return `line ${found.line}: code under another heading than the original's line ${wanted.line}`;
    }
  }
  return undefined;
}

/**
 * The number of the heading that a block stands under.
 *
 * @param {Page} page
 * @param {import("./lib/markdown.mjs").Block} block
 */
function place({ headings }, { line }) {
  return headings.filter((heading) => heading.line < line).length;
}

/**
 * Code without its comments, which may be translated.
 *
 * @param {import("./lib/markdown.mjs").Block} block
 */
function code({ language, text }) {
  const comment = ["sh", "python", "toml"].includes(language) ? /(^|\s)#(?!!).*$/gm : /(^|\s)\/\/.*$/gm;
  return text.replace(comment, "").replace(/[ \t]+$/gm, "");
}

/**
 * Where the links of a page should lead in a translation, or do lead: a heading is told by its number, for it
 * has another name there. The links between the two languages of a page are left out. Words change their order
 * from one language to another, so the list is sorted.
 *
 * @param {string} path of the page
 * @param {Page} page
 */
function goals(path, page) {
  const ways = page.links.map(({ target }) => {
    if (/^[a-z]+:/i.test(target)) return target;
    const [file = "", anchor] = target.split("#");
    const goal = file === "" ? path : posix.join(posix.dirname(path), file);
    if (anchor === undefined) return translated(goal);
    const { headings } = goal === path ? page : readDocument(goal);
    return `${translated(goal)}#${headings.findIndex((heading) => heading.anchor === anchor)}`;
  });
  return ways.filter((way) => way !== translated(path)).sort();
}

/**
 * The path of the translation, if there is one.
 *
 * @param {string} path
 */
const translated = (path) => translations.find(({ original }) => original === path)?.path ?? path;

for (const { path, original } of translations) {
  test(`${path} has the links of ${original}, in Chinese where there is a page`, () => {
    assert.deepEqual(goals(path, readDocument(path)), goals(original, readDocument(original)));
    const own = readDocument(path).links.map(({ target }) =>
      posix.join(posix.dirname(path), target.split("#")[0] ?? ""),
    );
    for (const page of own) assert.ok(page === original || translated(page) === page, `${path} leads to ${page}`);
  });

  test(`${path} and ${original} lead to each other`, () => {
    for (const [from, to] of [
      [path, original],
      [original, path],
    ]) {
      const [first] = readDocument(String(from)).links;
      assert.equal(first?.target, posix.relative(posix.dirname(String(from)), String(to)), `the first link of ${from}`);
    }
  });

  test(`${path} is in step with ${original}`, () => {
    assert.ok(existsSync(inRoot(original)), `${path} translates nothing: there is no ${original}`);
    const problem = difference(readDocument(original), readDocument(path));
    assert.ok(problem === undefined, `${path}: ${problem}`);
  });
}

describe("what is out of step is found", () => {
  const original = "# A\n\n```js\nrun(); // one\n```\n\n## B\n\n```sh\nnpm start   # here\n```\n";
  /** @param {string} translated */
  const of = (translated) => difference(read(original), read(translated));

  test("words and comments may differ", () => {
    const translated = original.replace("# A", "# 甲").replace("// one", "// 一").replace("# here", "# 这里");
    assert.equal(of(translated), undefined);
  });

  test("a link less, to another heading or to another page", () => {
    const page = read("# A\n\n[one](#b) [two](other.md)\n\n## B\n");
    const inOrder = goals("docs/client.md", page);
    assert.deepEqual(inOrder, ["docs/other.md", "docs/zh-CN/client.md#1"]);
    for (const other of ["[two](other.md)", "[two](other.md) [one](#a)", "[two](more.md) [one](#b)"]) {
      assert.notDeepEqual(goals("docs/client.md", read(`# A\n\n${other}\n\n## B\n`)), inOrder, other);
    }
    assert.deepEqual(goals("docs/client.md", read("# A\n\n[two](other.md) [one](#b)\n\n## B\n")), inOrder);
  });

  for (const [what, wanted, from, to] of [
    ["a heading less", /heading "B" is missing/, "## B\n", ""],
    ["a heading more", /does not have/, "## B", "## B\n\n## C"],
    ["another level", /level 3/, "## B", "### B"],
    ["other code", /other code/, "run()", "walk()"],
    ["another language", /other code/, "```js", "```ts"],
    ["a block less", /block of line 9 is missing/, "```sh\nnpm start   # here\n```\n", ""],
    [
      "a block under another heading",
      /another heading/,
      "```js\nrun(); // one\n```\n\n## B\n",
      "## B\n\n```js\nrun(); // one\n```\n",
    ],
  ]) {
    test(String(what), () =>
      assert.match(of(original.replace(String(from), String(to))) ?? "", /** @type {RegExp} */ (wanted)),
    );
  }
});
