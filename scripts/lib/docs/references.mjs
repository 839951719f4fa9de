import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { EVERYTHING, cargo, targetDir } from "../cargo.mjs";
import { inRoot } from "../paths.mjs";
import { run } from "../process.mjs";

const TYPEDOC = "tools/typedoc/node_modules/typedoc/bin/typedoc";

/**
 * Checks the doc comments of the npm package: every export has one, and every link in one has a target.
 * TypeDoc's warnings are errors.
 */
export async function checkJavaScriptReference() {
  await typedoc("--emit", "none");
}

/** @param {string} folder */
export async function writeJavaScriptReference(folder) {
  await typedoc("--out", folder);
}

/** @param {...string} args */
function typedoc(...args) {
  return run(process.execPath, [inRoot(TYPEDOC), "--options", inRoot("tools/typedoc/typedoc.json"), ...args]);
}

/** Checks the doc comments of the crate in the same way; what rustdoc writes is in Cargo's own folder. */
export async function checkRustReference() {
  await cargo(["doc", "--no-deps", ...EVERYTHING], { RUSTDOCFLAGS: "--deny warnings" });
}

/** @param {string} folder */
export async function writeRustReference(folder) {
  const written = `${targetDir()}/doc`;
  // Cargo leaves what it wrote about other crates, or about a module that is gone.
  rmSync(written, { recursive: true, force: true });
  await checkRustReference();
  cpSync(written, folder, { recursive: true, filter: (path) => !path.endsWith(".lock") });
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".html")) continue;
    const page = readFileSync(`${folder}/${path}`, "utf8");
    const mended = withoutForeignLinks(page);
    if (mended !== page) writeFileSync(`${folder}/${path}`, mended);
  }
  // Some pages of rustdoc lead to an index of all crates, which it does not write.
  writeFileSync(`${folder}/index.html`, forward("eiam_token/index.html"));
}

/**
 * A page of rustdoc without the links that lead nowhere in what other crates say of traits that every type has: rustdoc
 * copies their texts, whose links are relative to the pages of those crates.
 *
 * @param {string} page
 */
function withoutForeignLinks(page) {
  const at = page.indexOf('id="blanket-implementations-list"');
  if (at < 0) return page;
  const foreign = page.slice(at).replace(/<a href="(?!https:|#|[\w./-]+\.html)[^"]*"[^>]*>(.*?)<\/a>/gs, "$1");
  return page.slice(0, at) + foreign;
}

/**
 * A page that leads on to another one.
 *
 * @param {string} target
 */
function forward(target) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>eiam-token for Rust</title>
<meta http-equiv="refresh" content="0; url=${target}">
<p>The reference begins at <a href="${target}">eiam_token</a>.</p>
</html>
`;
}
