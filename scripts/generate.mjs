import "./lib/require-node.mjs";
import { writeFileSync } from "node:fs";
import { inRoot } from "./lib/paths.mjs";
import { installPackages } from "./lib/prepare.mjs";
import { mainOf } from "./lib/report.mjs";

/** Writes the committed files that are made of the crate's structs. */
async function generate() {
  await installPackages();
  const { configFiles } = await import("./lib/config-files.mjs");
  for (const [file, text] of Object.entries(await configFiles())) writeFileSync(inRoot(file), text);
}

await mainOf(import.meta.url, generate);
