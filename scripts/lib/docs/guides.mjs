import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import hljs from "highlight.js";
import { Marked } from "marked";
import { repositoryUrl } from "../documents.mjs";
import { inRoot } from "../paths.mjs";
import { anchorOf } from "./anchor.mjs";
import { escapeHtml, page } from "./page.mjs";

/**
 * A document of the repository and the page that is made of it.
 *
 * @typedef {object} Guide
 * @property {string} source its path in the repository
 * @property {string} path of the page in the folder of the documentation
 * @property {string} title its first heading
 * @property {string} language as HTML names it
 */

/** The line under a title that leads to the page in the other language: on a page the header does that. */
const OTHER_LANGUAGE = /^(?:English \| \[.*|\[English\].*)\n\n/m;

/** The documents beside those of docs/, with the pages that are made of them. */
const OTHERS = {
  "README.md": "index.html",
  "README.zh-CN.md": "index.zh-CN.html",
  "CHANGELOG.md": "CHANGELOG.html",
  "CONTRIBUTING.md": "CONTRIBUTING.html",
  "SECURITY.md": "SECURITY.html",
  "examples/mcp/README.md": "examples/mcp/index.html",
  "examples/worker/README.md": "examples/worker/index.html",
};

/** Where the two references stand, in the folder of the documentation. */
export const REFERENCES = { javascript: "javascript/index.html", rust: "rust/eiam_token/index.html" };

/** The pages of a language: where its README is, and what the menu calls its groups. */
const LANGUAGES = [
  {
    language: "en",
    home: "README.md",
    words: { guides: "Guides", reference: "Reference", project: "Project", menu: "Contents", other: "简体中文" },
  },
  {
    language: "zh-CN",
    home: "README.zh-CN.md",
    words: { guides: "指南", reference: "参考", project: "项目", menu: "目录", other: "English" },
  },
];

/**
 * Writes the README, the pages of docs/ in both languages and the other documents as HTML. The README becomes
 * the index page.
 *
 * @param {string} folder
 */
export function writeGuides(folder) {
  const guides = findGuides();
  for (const guide of guides) {
    const file = join(folder, guide.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, render(guide, guides));
  }
  cpSync(inRoot("docs/images"), join(folder, "docs/images"), { recursive: true });
  cpSync(inRoot("scripts/lib/docs/style.css"), join(folder, "style.css"));
}

/** @returns {Guide[]} */
function findGuides() {
  const pages = ["docs", "docs/testing", "docs/zh-CN", "docs/zh-CN/testing"].flatMap((folder) =>
    readdirSync(inRoot(folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  );
  const paths = { ...OTHERS, ...Object.fromEntries(pages.map((path) => [path, path.replace(/\.md$/, ".html")])) };
  return Object.entries(paths).map(([source, path]) => ({
    source,
    path,
    title: /^# +(.*)$/m.exec(readFileSync(inRoot(source), "utf8"))?.[1] ?? source,
    language: source.includes("zh-CN") ? "zh-CN" : "en",
  }));
}

/**
 * @param {Guide} guide
 * @param {readonly Guide[]} guides
 */
function render(guide, guides) {
  const markdown = readFileSync(inRoot(guide.source), "utf8");
  const to = (/** @type {string} */ path) => posix.relative(posix.dirname(guide.path), path);
  const isHome = LANGUAGES.some(({ home }) => home === guide.source);
  return page({
    title: isHome ? guide.title : `${guide.title} · eiam-token`,
    language: guide.language,
    style: to("style.css"),
    ...menu(guide, guides, to),
    content: html(markdown.replace(OTHER_LANGUAGE, ""), guide, guides),
  });
}

/**
 * What stands beside a page: the guides in the order in which the README names them.
 *
 * @param {Guide} guide
 * @param {readonly Guide[]} guides
 * @param {(path: string) => string} to
 */
function menu(guide, guides, to) {
  const [own, other] = guide.language === "en" ? LANGUAGES : [...LANGUAGES].reverse();
  if (!own || !other) throw new Error("LANGUAGES must have two entries");
  const readme = readFileSync(inRoot(own.home), "utf8");
  const named = [...new Set([...readme.matchAll(/\]\(([^)#\s]+\.md)\)/g)].map(([, target]) => target))]
    .map((target) => guides.find(({ source }) => source === target))
    .filter((each) => each !== undefined)
    .filter((each) => !LANGUAGES.some(({ home }) => home === each.source));
  const examples = guides.filter(({ source }) => source.startsWith("examples/"));
  const link = (/** @type {Guide} */ { path, title }) => ({ href: to(path), text: title, isHere: path === guide.path });
  const homeOf = (/** @type {string} */ readme) => guides.find(({ source }) => source === readme);
  const twin = guides.find(({ source }) => source === twinOf(guide.source)) ?? homeOf(other.home);
  return {
    home: to(homeOf(own.home)?.path ?? ""),
    menuName: own.words.menu,
    twin: { href: to(twin?.path ?? ""), text: own.words.other, language: other.language },
    groups: [
      { name: own.words.guides, links: named.filter(({ source }) => source.startsWith("docs/")).map(link) },
      {
        name: own.words.reference,
        links: [
          { href: to(REFERENCES.javascript), text: "JavaScript", isHere: false },
          { href: to(REFERENCES.rust), text: "Rust", isHere: false },
        ],
      },
      {
        name: own.words.project,
        links: [...named.filter(({ source }) => !source.startsWith("docs/")), ...examples].map(link),
      },
    ],
  };
}

/**
 * The path of the same document in the other language, if there were one.
 *
 * @param {string} source
 */
function twinOf(source) {
  if (source.includes("zh-CN")) return source.replace("docs/zh-CN/", "docs/").replace(".zh-CN", "");
  return source.startsWith("docs/") ? source.replace("docs/", "docs/zh-CN/") : source.replace(/\.md$/, ".zh-CN.md");
}

/**
 * @param {string} markdown
 * @param {Guide} guide
 * @param {readonly Guide[]} guides
 */
function html(markdown, guide, guides) {
  /** @type {string[]} */
  const anchors = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, text, depth }) {
        const anchor = anchorOf(text, anchors);
        anchors.push(anchor);
        return `<h${depth} id="${escapeHtml(anchor)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      code({ text, lang = "" }) {
        const language = hljs.getLanguage(lang) ? lang : "plaintext";
        const { value } = hljs.highlight(text, { language });
        // What may be wider than its place can be scrolled by keyboard as well.
        return `<pre tabindex="0"><code>${value}</code></pre>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escapeHtml(hrefOf(href, guide, guides))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escapeHtml(href)}" alt="${escapeHtml(text)}">`;
      },
    },
  });
  const written = marked.parse(markdown, { async: false });
  return written
    .replaceAll("<table>", '<div class="table" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>");
}

/**
 * Where a link of a document leads on its page: to the page of another document, or to the file in the
 * repository.
 *
 * @param {string} href
 * @param {Guide} guide
 * @param {readonly Guide[]} guides
 */
function hrefOf(href, guide, guides) {
  if (/^[a-z]+:|^#/i.test(href)) return href;
  const [file = "", anchor] = href.split("#");
  const source = posix.join(posix.dirname(guide.source), decodeURI(file));
  const goal = guides.find((each) => each.source === source);
  if (!goal && !existsSync(inRoot(source))) throw new Error(`${guide.source} leads to ${source}, which does not exist`);
  if (!goal) return repositoryUrl(source);
  const path = posix.relative(posix.dirname(guide.path), goal.path);
  return anchor === undefined ? path : `${path}#${anchor}`;
}
