// An application of browsers that imports both halves; the tests call it by what it puts on the page.
import * as client from "eiam-token";
import * as issuer from "eiam-token/issuer";
import { printSecrets, runChecks } from "../checks.mjs";
import { remoteAt } from "./remote.mjs";

/** @param {string} [base] an issuer elsewhere */
function run(base) {
  return runChecks({ client, issuer, ...(base && { remote: remoteAt(base, "follow") }) });
}

Object.assign(globalThis, { runtimeChecks: { client, issuer, run, printSecrets: () => printSecrets(client) } });
