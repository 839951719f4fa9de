import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { testAdvisories } from "../../scripts/test/advisories.mjs";
import { unreachable } from "../../scripts/test/deny.mjs";
import { verdict } from "../../scripts/test/npm-audit.mjs";

describe("advisories", () => {
  test("are counted: who could not be asked is skipped, and has not passed", async () => {
    const counts = await testAdvisories({
      "that are none": async () => undefined,
      "that nobody gives": async () => "no network",
      "that there are": () => Promise.reject(new Error("vulnerable")),
    });
    assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 1 });
  });
});

describe("npm's answer", () => {
  /** @param {object} report @param {string} [failure] */
  const answer = (report, failure) => ({ stdout: JSON.stringify(report), all: "all that was printed", failure });
  const report = { auditReportVersion: 2, vulnerabilities: {} };

  test("is a report", () => {
    assert.equal(verdict(answer(report), "auditReportVersion"), undefined);
    assert.equal(verdict(answer({ invalid: [], missing: [] }), "invalid"), undefined);
  });

  test("is a report of something bad, which is shown", () => {
    const bad = { message: /exit code 1\nall that was printed/ };
    assert.throws(() => verdict(answer(report, "exit code 1"), "auditReportVersion"), bad);
    assert.throws(() => verdict(answer({ invalid: [{ name: "some" }], missing: [] }, "exit code 1"), "invalid"), bad);
  });

  test("is that there is nobody to ask", () => {
    const none = { error: { code: "ENOTFOUND", summary: "request failed" } };
    assert.equal(verdict(answer(none, "exit code 1"), "invalid"), "no network: request failed");
    const refused = { message: "405 Method Not Allowed", statusCode: 405, error: { summary: "" } };
    assert.equal(verdict(answer(refused, "exit code 1"), "invalid"), "the registry answered 405");
    const unsigned = "found no dependencies to audit that were installed from a supported registry";
    assert.equal(
      verdict(answer({ error: { summary: unsigned } }, "exit code 1"), "invalid"),
      "the registry does not sign",
    );
  });

  test("is anything else, which is a failure", () => {
    for (const [stdout, failure] of [
      ["", undefined],
      ["{}", undefined],
      ["npm is not well", "exit code 1"],
      ['{"error":{"code":"ENOLOCK","summary":"no lock file"}}', "exit code 1"],
      [JSON.stringify(report), "stopped by SIGTERM"],
    ]) {
      const ended = { stdout: String(stdout), all: "", failure };
      assert.throws(() => verdict(ended, "auditReportVersion"), /npm audit/, String(stdout));
    }
  });
});

describe("cargo-deny's answer", () => {
  const line = (/** @type {string} */ message) => JSON.stringify({ fields: { level: "ERROR", message }, type: "log" });

  test("is that its list is out of reach, and why", () => {
    const message =
      "failed to fetch database: failed to fetch advisory database: failed to clone\nfatal: no such host\n";
    assert.equal(unreachable(`some words\n${line(message)}\n`), "fatal: no such host");
  });

  test("is something else", () => {
    assert.equal(unreachable(""), undefined);
    assert.equal(unreachable(line("failed to read deny.toml")), undefined);
  });
});
