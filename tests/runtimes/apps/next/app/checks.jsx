"use client";

import * as client from "eiam-token";
import * as issuer from "eiam-token/issuer";
import * as testing from "eiam-token/testing";
// The component of the browser that the tests call.
import { useEffect } from "react";
import { remoteAt } from "../tests/runtimes/apps/remote.mjs";
import { printSecrets, runChecks } from "../tests/runtimes/checks.mjs";

function run(base) {
  return runChecks({ client, issuer, testing, remote: remoteAt(base, "follow") });
}

export function Checks() {
  useEffect(() => {
    globalThis.runtimeChecks = { run, printSecrets: () => printSecrets(client) };
  }, []);
  return null;
}
