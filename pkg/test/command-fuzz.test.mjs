import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzIssuer, fuzzToken } from "./support/command-fuzz.mjs";

const CASES = 3000;

test("whatever bytes come, issuer goes on answering", async () => {
  assert.ok((await fuzzIssuer({ seed: 1, cases: CASES })) > CASES);
});

test("whatever bytes come, token goes on waiting, and prints the token", async () => {
  assert.ok((await fuzzToken({ seed: 2, cases: CASES })) > CASES);
});
