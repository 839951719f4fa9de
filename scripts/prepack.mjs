import { copyDocuments } from "./lib/documents.mjs";
import { Sentence, main } from "./lib/report.mjs";
import { isBuilt } from "./lib/stamp.mjs";

// npm runs this before it packs or publishes pkg: what is packed is whole, or nothing is.
await main(async () => {
  if (!isBuilt()) {
    throw new Sentence('pkg/dist was not built from the current sources: run "npm run build", then pack again.');
  }
  copyDocuments();
});
