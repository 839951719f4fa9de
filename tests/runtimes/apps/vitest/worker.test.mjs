// The list in a test of vitest that runs inside a Worker, beside the Worker that is the issuer.
import { exports } from "cloudflare:workers";
import * as client from "eiam-token";
import * as issuer from "eiam-token/issuer";
import * as testing from "eiam-token/testing";
import { expect, test } from "vitest";
import { printSecrets, runChecks } from "../../checks.mjs";
import { objectBy } from "../object.mjs";
import { remoteAt } from "../remote.mjs";
import { report } from "../report.mjs";

test("everything in the list", { timeout: 240_000 }, async () => {
  const fetch = (url, init) => exports.default.fetch(new Request(url, init));
  await printSecrets(client);
  const remote = remoteAt("https://issuer.example", "manual", fetch);
  const results = await runChecks({ client, issuer, testing, remote, object: objectBy(fetch) });
  report(results);
  expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
});
