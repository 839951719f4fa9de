import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startCommand } from "../../../pkg/test/support/command-process.mjs";
import { python } from "./virtual-environment.mjs";

/** @param {string} name */
const file = (name) => fileURLToPath(new URL(name, import.meta.url));

test("Alibaba Cloud's Python SDK against the command", { timeout: 300_000 }, async (t) => {
  const interpreter = await python();
  const command = await startCommand(["--port", "0", "--config", file("issuer.json")]);
  try {
    const { host } = new URL(command.address);
    const script = spawn(interpreter, [file("official_sdk.py"), host], {
      // A proxy of the environment has no business with 127.0.0.1.
      env: { ...process.env, NO_PROXY: "*", no_proxy: "*", PYTHONDONTWRITEBYTECODE: "1" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(script, "close");
    let cases = 0;
    for await (const line of createInterface({ input: script.stdout })) {
      const { name, failure } = JSON.parse(line);
      cases += 1;
      await t.test(name, () => assert.equal(failure, null, `${failure}\n${command.output()}`));
    }
    assert.deepEqual(await ended, [0, null]);
    assert.ok(cases >= 25, `only ${cases} cases were run`);
  } finally {
    await command.stop();
  }
});
