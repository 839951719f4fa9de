import assert from "node:assert/strict";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { readOutput } from "../../scripts/lib/process.mjs";
import { findGo, findGofmt } from "../../scripts/lib/programs.mjs";
import { runExample, runWithoutIssuer } from "./lib/examples.mjs";

// Nothing is fetched: the example needs nothing but Go.
const place = { folder: "examples/go", env: { GOPROXY: "off", GOTOOLCHAIN: "local", GOFLAGS: "-count=1" } };
const go = findGo() ?? "go";

test("examples/go is formatted, and go vet finds nothing", async () => {
  assert.equal(await readOutput(findGofmt() ?? "gofmt", ["-l", "."], { cwd: inRoot(place.folder) }), "");
  await readOutput(go, ["vet", "./..."], {
    cwd: inRoot(place.folder),
    env: { ...process.env, ...place.env, GOFLAGS: "" },
  });
});

test("examples/go passes", async () => {
  const { output, failure } = await runExample(go, ["test", "-v", "./..."], place);
  assert.equal(failure, undefined, output);
  assert.equal(output.match(/^--- PASS/gm)?.length, 4, output);
});

test("examples/go fails where no issuer starts", () => runWithoutIssuer(go, ["test", "./..."], place));
