import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runCases } from "./run-cases.mjs";

// As text: one of its numbers is beyond JSON.parse.
const config = readFileSync(new URL("official_sdk.json", import.meta.url), "utf8");

test("Alibaba Cloud's Python SDK against the command", { timeout: 900_000 }, (t) =>
  runCases(t, "official_sdk.py", config, { cases: 25 }),
);
