import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { virtualEnvironment } from "../../../scripts/lib/virtual-environment.mjs";
import { startIssuer } from "../issuer.mjs";

const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Runs a script of cases against the command, each as a test of its own.
 *
 * @param {import("node:test").TestContext} t
 * @param {string} script its name here; it is called with the issuer's host and port
 * @param {object | string} config of the issuer, without the address
 * @param {object} options
 * @param {number} options.cases how many there are at least
 * @param {Record<string, string>} [options.secrets] environment variables of the script
 */
export async function runCases(t, script, config, { cases, secrets = {} }) {
  const program = await virtualEnvironment(here(".venv"), here("requirements.txt"));
  const command = await startIssuer(config);
  try {
    const { host } = new URL(command.address);
    const child = spawn(program("python"), [here(script), host], {
      // A proxy of the environment has no business with 127.0.0.1.
      env: {
        ...process.env,
        ...secrets,
        NO_PROXY: "*",
        no_proxy: "*",
        PYTHONDONTWRITEBYTECODE: "1",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "close");
    let seen = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const { name, failure } = JSON.parse(line);
      seen += 1;
      await t.test(name, () => assert.equal(failure, null, `${failure}\n${command.output()}`));
    }
    assert.deepEqual(await ended, [0, null]);
    assert.ok(seen >= cases, `only ${seen} cases were run`);
  } finally {
    await command.stop();
  }
}
