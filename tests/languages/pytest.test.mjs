import assert from "node:assert/strict";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { virtualEnvironment } from "../../scripts/lib/virtual-environment.mjs";
import { runExample, runWithoutIssuer } from "./lib/examples.mjs";

const place = { folder: "examples/pytest", env: { PYTHONDONTWRITEBYTECODE: "1" } };
const args = ["-m", "pytest", "-p", "no:cacheprovider"];

async function python() {
  const folder = inRoot("tests/peers/python");
  return (await virtualEnvironment(`${folder}/.venv`, `${folder}/requirements.txt`))("python");
}

test("examples/pytest passes", async () => {
  const { output, failure } = await runExample(await python(), args, place);
  assert.equal(failure, undefined, output);
  assert.match(output, /^=+ 10 passed in \S+ =+$/m);
});

test("examples/pytest fails where no issuer starts", async () => {
  await runWithoutIssuer(await python(), args, place);
});
