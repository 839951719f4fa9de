import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { env, execPath } from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { Issuer, parseConfig } from "eiam-token/issuer";
import { runtimes } from "../../../pkg/test/support/runtimes.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { freePort } from "../../browser/harness/free-port.mjs";
import { until } from "../../browser/harness/patience.mjs";

/** @typedef {import("./world.mjs").World} World */
/** @typedef {import("./markdown.mjs").Block} Block */

const run = promisify(execFile);

/** A file of tests that "node --test" runs. */
export function nodeTest() {
  return {
    languages: ["js"],
    /** @param {Block} block @param {World} world */
    async run(block, world) {
      const file = world.write(`block-${block.line}.test.js`, block.text);
      // This process is a test itself, and another runner would report to it.
      const { NODE_TEST_CONTEXT: _, ...environment } = env;
      const { stdout } = await run(execPath, ["--test", "--test-reporter=tap", file], {
        cwd: world.folder,
        env: environment,
      });
      assert.match(stdout, /^# pass [1-9]/m);
      assert.match(stdout, /^# fail 0$/m);
    },
  };
}

/** A server of Deno, at a free port: it has to answer `path`. @param {{ path: string }} options */
export function denoServer({ path }) {
  return {
    languages: ["js"],
    missing: () => (runtimes.Deno ? undefined : "Deno"),
    /** @param {Block} block @param {World} world */
    async run(block, world) {
      const port = await freePort();
      const file = world.write(`deno/block-${block.line}.js`, block.text.replaceAll("9400", String(port)));
      const args = ["run", "--no-lock", "--allow-all", "--node-modules-dir=manual", file];
      const deno = spawn(/** @type {string} */ (runtimes.Deno), args, {
        cwd: world.folder,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      deno.stderr.on("data", (text) => (said += text));
      const closed = once(deno, "close");
      try {
        await until(
          () => `Deno does not answer: ${said}`,
          async () => {
            assert.equal(deno.exitCode, null, said);
            return fetch(`http://127.0.0.1:${port}${path}`).then(
              ({ ok }) => ok,
              () => delay(50, false),
            );
          },
        );
      } finally {
        deno.kill();
        await closed;
      }
    },
  };
}

/** A file of Rust, which rustdoc compiles and runs with the crate's own documentation. @param {string} page */
export function rust(page) {
  return {
    languages: ["rust"],
    async run() {
      const included = `#[doc = include_str!("../${page}")]`;
      assert.ok(readFileSync(inRoot("src/lib.rs"), "utf8").includes(included), `src/lib.rs has no ${included}`);
      const markdown = readFileSync(inRoot(page), "utf8");
      assert.doesNotMatch(markdown, /^```rust,/m, "a block that rustdoc does not run");
    },
  };
}

/** A configuration that an issuer starts with. */
export function configuration() {
  return {
    languages: ["json"],
    /** @param {Block} block */
    async run(block) {
      JSON.parse(block.text);
      (await Issuer.create(parseConfig(block.text))).free();
    },
  };
}
