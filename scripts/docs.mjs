import "./lib/require-node.mjs";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { build } from "./build.mjs";
import { writeGuides } from "./lib/docs/guides.mjs";
import { writeJavaScriptReference, writeRustReference } from "./lib/docs/references.mjs";
import { inRoot } from "./lib/paths.mjs";
import { installPackages } from "./lib/prepare.mjs";
import { mainOf, step } from "./lib/report.mjs";

/** The folder of the documentation, which any static host can serve under any path. */
export const DOCS = inRoot("target/docs");

/**
 * Writes the guides and both API references. Whatever was in the folder before is removed.
 *
 * @param {string} [folder]
 */
export async function writeDocs(folder = DOCS) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await step("Writing the guides", () => writeGuides(folder));
  await step("Writing the JavaScript reference", () => writeJavaScriptReference(`${folder}/javascript`));
  await step("Writing the Rust reference", () => writeRustReference(`${folder}/rust`));
}

await mainOf(import.meta.url, async () => {
  await installPackages();
  // TypeDoc reads the declarations of the WebAssembly modules, which only a build writes.
  if (!existsSync(inRoot("pkg/generated/issuer")) || !existsSync(inRoot("pkg/generated/client"))) await build();
  await writeDocs();
  console.log(`\nOpen ${DOCS}/index.html, or serve that folder with any web server.`);
});
