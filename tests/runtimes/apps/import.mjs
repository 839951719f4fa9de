// An application of Node, Deno or Bun that imports the package.
import * as client from "eiam-token";
import * as library from "eiam-token/file-storage";
import * as issuer from "eiam-token/issuer";
import * as testing from "eiam-token/testing";
import { printSecrets, runChecks } from "../checks.mjs";
import { withFile } from "./file.mjs";
import { remoteAt } from "./remote.mjs";
import { report } from "./report.mjs";

await printSecrets(client);
const remote = remoteAt(process.argv[2]);
report(
  await withFile((path) => runChecks({ client, issuer, testing, listens: true, remote, file: { library, path } })),
);
