import "./lib/require-node.mjs";
import { writeFileSync } from "node:fs";
import { inRoot } from "./lib/paths.mjs";
import { installPackages } from "./lib/prepare.mjs";
import { mainOf } from "./lib/report.mjs";

/** Writes the committed files that are made of what the crate says. */
async function generate() {
  await installPackages();
  const { generatedFiles } = await import("./lib/generated-files.mjs");
  for (const [file, text] of Object.entries(await generatedFiles())) writeFileSync(inRoot(file), text);
}

await mainOf(import.meta.url, generate);
