import { copyFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";

/** What both packages have, and npm takes only from the folder that it packs. */
const DOCUMENTS = ["README.md", "LICENSE-APACHE", "LICENSE-MIT"];

/** Copies the documents that belong into the npm package. */
export function copyDocuments() {
  for (const name of DOCUMENTS) copyFileSync(inRoot(name), inRoot(`pkg/${name}`));
}
