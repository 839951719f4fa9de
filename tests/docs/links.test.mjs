// Every link inside the repository leads to a file that git knows, and to a heading that is there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, test } from "node:test";
import { absoluteLinks } from "../../scripts/lib/documents.mjs";
import { inRoot, root } from "../../scripts/lib/paths.mjs";
import { documents, generated, readDocument, translations } from "./lib/documents.mjs";

const all = [...documents, ...translations.map(({ path }) => path)];

/**
 * What is wrong with a link, if anything is.
 *
 * @param {string} path of the document
 * @param {string} target
 */
function fault(path, target) {
  if (/^[a-z]+:/i.test(target)) return /^https:\/\/[^/]+/.test(target) ? undefined : "is no https URL";
  const [file = "", anchor] = target.split("#");
  const goal = file === "" ? path : posix.join(posix.dirname(path), decodeURI(file));
  if (goal.startsWith("..")) return "leads out of the repository";
  if (!existsSync(inRoot(goal))) return `there is no ${goal}`;
  if (anchor === undefined) return undefined;
  const anchors = readDocument(goal).headings.map((heading) => heading.anchor);
  return anchors.includes(anchor) ? undefined : `${goal} has no heading #${anchor}`;
}

for (const path of all) {
  test(`${path}: its links lead somewhere`, () => {
    for (const { target, line } of readDocument(path).links) {
      const problem = fault(path, target);
      assert.ok(problem === undefined, `${path}:${line}: ${target} ${problem}`);
    }
  });
}

test("docs/rules: the links of the generated pages lead somewhere", () => {
  assert.ok(generated.length > 120, `only ${generated.length} were found`);
  for (const path of generated) {
    const { links } = readDocument(path);
    assert.ok(links.length > 0, `${path} has no link`);
    for (const { target, line } of links) {
      const problem = fault(path, target);
      assert.ok(problem === undefined, `${path}:${line}: ${target} ${problem}`);
    }
  }
});

test("README.md leads to every page, and a page to those in the folder of its name", () => {
  const targets = readDocument("README.md").links.map(({ target }) => target);
  const pages = documents.filter((path) => path.startsWith("docs/"));
  for (const path of [...pages, "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"]) {
    const folder = posix.dirname(path);
    const parent = ["docs", "."].includes(folder) ? "README.md" : `${folder}.md`;
    const found = parent === "README.md" ? targets : readDocument(parent).links.map(({ target }) => `docs/${target}`);
    assert.ok(found.includes(path), `${parent} has no link to ${path}`);
  }
});

test("pictures and linked files are in the repository, not only on this machine", () => {
  let known;
  try {
    known = new Set(execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n"));
  } catch {
    return; // An unpacked archive has no repository.
  }
  for (const path of all) {
    for (const { target } of readDocument(path).links) {
      if (/^[a-z]+:|^#/i.test(target)) continue;
      const goal = posix.join(posix.dirname(path), decodeURI(target.split("#")[0] ?? ""));
      const isKnown = known.has(goal) || [...known].some((file) => file.startsWith(`${goal}/`));
      assert.ok(isKnown, `${path} leads to ${goal}, which git does not know`);
    }
  }
});

test("a file or folder that is named is there", () => {
  const name = /`((?:src|tests|pkg|scripts|tools|examples|fuzz|bench|www)\/[\w./-]*)`/g;
  let count = 0;
  for (const path of all) {
    for (const [, named = ""] of readFileSync(inRoot(path), "utf8").matchAll(name)) {
      count += 1;
      // What is built is not there before that. The README of a folder names what stands beside it.
      const isThere = [named, posix.join(posix.dirname(path), named)].some((each) => existsSync(inRoot(each)));
      assert.ok(isThere || /^(pkg|www)\/dist/.test(named), `${path} names ${named}`);
    }
  }
  assert.ok(count > 30, `only ${count} were found`);
});

describe("the README that npm shows", () => {
  const { repository } = JSON.parse(readFileSync(inRoot("pkg/package.json"), "utf8"));
  const place = repository.url.replace(/^git\+|\.git$/g, "");
  const text = absoluteLinks(readFileSync(inRoot("README.md"), "utf8"));

  test("has no relative link, for it does not stand beside the pages", () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
    assert.ok(targets.length > 10);
    for (const target of targets) assert.match(target ?? "", /^https:\/\//);
  });

  test("leads to the pages and the picture in the repository", () => {
    assert.ok(text.includes(`](${place}/blob/HEAD/docs/client.md)`));
    assert.ok(text.includes(`](${place}/raw/HEAD/docs/images/demo.webp)`));
  });

  test("keeps code and other URLs as they are", () => {
    const markdown = "`[a](b)` [c](https://d.example/) [e](#f) [g](h.md#i)\n```js\n[j](k)\n```\n";
    const expected = `\`[a](b)\` [c](https://d.example/) [e](#f) [g](${place}/blob/HEAD/h.md#i)\n\`\`\`js\n[j](k)\n\`\`\`\n`;
    assert.equal(absoluteLinks(markdown), expected);
  });
});
