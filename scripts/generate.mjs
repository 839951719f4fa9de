import "./lib/require-node.mjs";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inRoot } from "./lib/paths.mjs";
import { installPackages } from "./lib/prepare.mjs";
import { mainOf } from "./lib/report.mjs";

/** Writes the committed files that are made of what the crate says. */
async function generate() {
  await installPackages();
  const { generatedFiles } = await import("./lib/generated-files.mjs");
  const files = await generatedFiles();
  // No page stays of a rule that is gone.
  rmSync(inRoot("docs/rules"), { recursive: true, force: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(inRoot(file)), { recursive: true });
    writeFileSync(inRoot(file), text);
  }
}

await mainOf(import.meta.url, generate);
