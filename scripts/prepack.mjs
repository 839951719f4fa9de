import { copyDocuments } from "./lib/documents.mjs";
import { Sentence, main } from "./lib/report.mjs";
import { isBuilt } from "./lib/stamp.mjs";

// npm runs this before it packs or publishes pkg: what is packed is whole, or nothing is.
await main(async () => {
  if (!isBuilt()) {
    throw new Sentence('pkg/dist is not what "npm run build" makes of these sources: run it, then pack again.');
  }
  copyDocuments();
});
