// An application of Node, Deno or Bun that imports the package.
import * as client from "eiam-token";
import * as issuer from "eiam-token/issuer";
import { printSecrets, runChecks } from "../checks.mjs";
import { remoteAt } from "./remote.mjs";
import { report } from "./report.mjs";

await printSecrets(client);
report(await runChecks({ client, issuer, remote: remoteAt(process.argv[2]) }));
