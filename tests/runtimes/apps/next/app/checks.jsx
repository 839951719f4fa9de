"use client";

// The component of the browser that the tests call.
import { useEffect } from "react";
import * as client from "eiam-token";
import * as issuer from "eiam-token/issuer";
import { printSecrets, runChecks } from "../tests/runtimes/checks.mjs";
import { remoteAt } from "../tests/runtimes/apps/remote.mjs";

/**
 * Where an answer says 401 with `WWW-Authenticate: Basic`, as it must to a wrong secret that came so
 * (RFC 6749 section 5.2), a browser asks its user for a password, unless the page leaves credentials out.
 */
function withoutCredentials(url, init) {
  return fetch(url, { ...init, credentials: "omit" });
}

function run(base) {
  const remote = { ...remoteAt(base, "follow"), fetch: withoutCredentials };
  return runChecks({ client, issuer, remote });
}

export function Checks() {
  useEffect(() => {
    globalThis.runtimeChecks = { run, printSecrets: () => printSecrets(client) };
  }, []);
  return null;
}
