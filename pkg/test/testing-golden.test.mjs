// What tests/runtimes does in every runtime, here in this one.
import { test } from "node:test";
import * as testing from "eiam-token/testing";
import { testingChecks } from "../../tests/runtimes/checks/testing.mjs";

for (const { name, run } of testingChecks) test(name, () => run({ testing, listens: true }));
