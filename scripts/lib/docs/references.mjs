import { cpSync, rmSync, writeFileSync } from "node:fs";
import { cargo, targetDir } from "../cargo.mjs";
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
  await cargo(["doc", "--no-deps", "--features", "testing"], { RUSTDOCFLAGS: "--deny warnings" });
}

/** @param {string} folder */
export async function writeRustReference(folder) {
  const written = `${targetDir()}/doc`;
  // Cargo leaves what it wrote about other crates, or about a module that is gone.
  rmSync(written, { recursive: true, force: true });
  await checkRustReference();
  cpSync(written, folder, { recursive: true, filter: (path) => !path.endsWith(".lock") });
  // Some pages of rustdoc lead to an index of all crates, which it does not write.
  writeFileSync(`${folder}/index.html`, forward("eiam_token/index.html"));
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
