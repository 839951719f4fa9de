import assert from "node:assert/strict";
import { test } from "node:test";
import { findBash } from "../../scripts/lib/programs.mjs";
import { runExample, runWithoutIssuer } from "./lib/examples.mjs";

const place = { folder: "examples/curl" };
const bash = findBash() ?? "bash";

test("examples/curl passes", async () => {
  const { output, failure } = await runExample(bash, ["test.sh"], place);
  assert.equal(failure, undefined, output);
  assert.equal(output.match(/^ok: /gm)?.length, 7, output);
});

test("examples/curl fails where no issuer starts", () => runWithoutIssuer(bash, ["test.sh"], place));
