// What `npm run docs` writes: every page and its links, read as a static host or a disk would give them.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, posix } from "node:path";
import { after, before, test } from "node:test";
import { writeDocs } from "../../scripts/docs.mjs";
import { inRoot, root } from "../../scripts/lib/paths.mjs";
import { documents, translations } from "./lib/documents.mjs";

/** @typedef {{ links: string[], anchors: Set<string>, loaded: string[] }} Html */

/** @type {string} */
let folder;
/** @type {Map<string, string>} Every file by its path in the folder, as text. */
const files = new Map();
/** @type {Map<string, Html>} */
const pages = new Map();

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "docs-site-"));
  await writeDocs(folder);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!statSync(join(folder, name)).isFile()) continue;
    const path = name.replaceAll("\\", "/");
    files.set(path, readFileSync(join(folder, name), "latin1"));
    if (path.endsWith(".html")) pages.set(path, read(readFileSync(join(folder, name), "utf8")));
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * What a page leads to, what can be led to in it, and what a browser loads with it.
 *
 * @param {string} html
 * @returns {Html}
 */
function read(html) {
  const text = html.replace(/<!--[\s\S]*?-->/g, "");
  /** @type {Html} */
  const page = { links: [], anchors: new Set(), loaded: [] };
  for (const [, tag = "", attributes = ""] of text.matchAll(
    /<([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*"|='[^']*'|=[^\s"'>]+)?)*)\s*\/?>/gi,
  )) {
    for (const [, name = "", ...values] of attributes.matchAll(/([\w:-]+)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g)) {
      const value = decode(values.find((each) => each !== undefined) ?? "");
      if (name === "id" || name === "name") page.anchors.add(value);
      if (name === "href" && tag === "a") page.links.push(value);
      if ((name === "href" && tag === "link") || name === "src") page.loaded.push(value);
    }
  }
  return page;
}

/** @param {string} text */
function decode(text) {
  return text
    .replace(/&#(x?)([\da-f]+);/gi, (_, hex, digits) => String.fromCodePoint(parseInt(digits, hex ? 16 : 10)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/**
 * What is wrong with a relative link, if anything is.
 *
 * @param {string} path of the page
 * @param {string} target
 */
function fault(path, target) {
  if (target.startsWith("/")) return "starts at the root of the host";
  const [file = "", anchor = ""] = target.split("#");
  const [name = ""] = file.split("?");
  // A query would be ignored by a host, and a folder has no page of its own on a disk.
  const goal = name === "" ? path : posix.join(posix.dirname(path), decodeURIComponent(name));
  if (goal.startsWith("..")) return "leads out of the folder";
  if (!files.has(goal)) return "leads to no file";
  const page = pages.get(goal);
  const isThere = page?.anchors.has(anchor) || page?.anchors.has(decodeURIComponent(anchor));
  // The lines of a source file of Rust are numbered by a script, when the page is shown.
  const isMade = goal.startsWith("rust/src/") && /^\d+(?:-\d+)?$/.test(anchor);
  return anchor === "" || isMade || isThere ? undefined : "leads to an anchor that is not there";
}

const isElsewhere = (/** @type {string} */ target) => /^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(target);

test("every link inside the documentation leads to a file that is there, and to its anchor", () => {
  /** @type {string[]} */
  const faults = [];
  let links = 0;
  for (const [path, page] of pages) {
    for (const target of page.links) {
      if (isElsewhere(target)) continue;
      links++;
      const problem = fault(path, target);
      if (problem !== undefined) faults.push(`${path}: ${target} ${problem}`);
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(links > 1000, `only ${links} links`);
});

test("a link that leads nowhere would be found", () => {
  for (const target of ["docs/nowhere.html", "docs/client.html#nowhere", "/docs/client.html", "../x.html", "docs/"]) {
    assert.notEqual(fault("index.html", target), undefined, target);
  }
  assert.equal(fault("index.html", "docs/client.html#device-flow"), undefined);
});

test("links to elsewhere are https", () => {
  for (const [path, page] of pages) {
    for (const target of page.links.filter(isElsewhere))
      assert.match(target, /^https:\/\/|^javascript:void\(0\)$/, path);
  }
});

test("nothing is loaded from elsewhere", () => {
  for (const [path, page] of pages) {
    for (const target of page.loaded) {
      if (target.startsWith("data:")) continue;
      assert.ok(!isElsewhere(target), `${path} loads ${target}`);
      // rustdoc names a list of implementations for each trait, and writes none where no type of the crate has it.
      if (target.includes("/trait.impl/")) continue;
      assert.equal(fault(path, target), undefined, `${path} loads ${target}`);
    }
  }
  for (const [path, text] of files) {
    if (!path.endsWith(".css")) continue;
    for (const [, target = ""] of text.matchAll(/(?:url\(|@import\s*)["']?([^"')]+)/g)) {
      assert.ok(!isElsewhere(target) || target.startsWith("data:"), `${path} loads ${target}`);
    }
  }
});

test("no file names a path of the machine that wrote it", () => {
  for (const [path, text] of files) {
    for (const place of [root.replace(/\/$/, ""), homedir(), folder, tmpdir() + "/docs-site"]) {
      // In a container the home may be the root folder itself.
      if (place.length < 3) continue;
      assert.ok(
        !new RegExp(`(?<![\\w.])${place.replace(/[^\w/]/g, "\\$&")}(?:/|\\b)`).test(text),
        `${path} names ${place}`,
      );
    }
  }
});

test("every document has a page, which the index page leads to in its language, or the page of its folder", () => {
  for (const [all, index] of /** @type {[string[], string][]} */ ([
    [documents.filter((path) => path !== "README.md"), "index.html"],
    [translations.map(({ path }) => path).filter((path) => path !== "README.zh-CN.md"), "index.zh-CN.html"],
  ])) {
    for (const path of all) {
      const page = path.replace(/README\.md$/, "index.html").replace(/\.md$/, ".html");
      assert.ok(pages.has(page), page);
      const above = `${posix.dirname(page)}.html`;
      const leader = pages.has(above) ? above : index;
      const links = pages.get(leader)?.links ?? [];
      assert.ok(links.includes(posix.relative(posix.dirname(leader), page)), `${leader} does not lead to ${page}`);
    }
  }
});

test("both references are there, and the index page leads to them and they to the guides", () => {
  const { links = [] } = pages.get("index.html") ?? {};
  assert.ok(links.includes("javascript/index.html"));
  assert.ok(links.includes("rust/eiam_token/index.html"));
  assert.ok(pages.get("javascript/index.html")?.links.includes("../index.html"));
  assert.ok(pages.get("javascript/classes/eiam-token.Client.html")?.links.includes("../../index.html"));
});

test("the JavaScript reference has every entry of the package and all that it exports", () => {
  const { exports } = JSON.parse(readFileSync(inRoot("pkg/package.json"), "utf8"));
  const entries = Object.entries(exports).filter(([, target]) => typeof target === "object");
  assert.ok(entries.length >= 3);
  for (const [entry, conditions] of entries) {
    // An entry that is there for require(), too, has types for each.
    const types = conditions.types ?? conditions.default.types;
    const name = posix.join("eiam-token", entry).replaceAll("/", "_");
    const module = pages.get(`javascript/modules/${name}.html`);
    assert.ok(module, `there is no page of ${entry}`);
    const declarations = readFileSync(inRoot(posix.join("pkg", types)), "utf8");
    const names = [
      ...declarations.matchAll(/^export (?:type )?\{([^}]*)\}|^export declare (?:function|class|const) (\w+)/gm),
    ].flatMap(([, list, one]) => (list ?? one ?? "").split(",").map((each) => each.replace(/\btype\b/, "").trim()));
    assert.ok(names.length > 3);
    for (const each of names.filter((each) => each !== "")) {
      assert.ok(
        module.links.some((link) => link.endsWith(`.${each}.html`)),
        `the page of ${entry} lacks ${each}`,
      );
    }
  }
});

test("the Rust reference has every public module of the crate", () => {
  let count = 0;
  for (const [file, path] of [
    ["src/lib.rs", "rust/eiam_token"],
    ["src/client/mod.rs", "rust/eiam_token/client"],
    ["src/issuer/mod.rs", "rust/eiam_token/issuer"],
  ]) {
    assert.ok(pages.has(`${path}/index.html`), path);
    for (const [, name] of readFileSync(inRoot(file ?? ""), "utf8").matchAll(/^pub mod (\w+);/gm)) {
      count++;
      assert.ok(pages.has(`${path}/${name}/index.html`), `${path}/${name}`);
    }
  }
  assert.ok(count > 10);
});
