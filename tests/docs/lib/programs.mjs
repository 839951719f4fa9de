import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { env, execPath } from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { Issuer, parseConfig } from "eiam-token/issuer";
import { runtimes } from "../../../pkg/test/support/runtimes.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { findPython } from "../../../scripts/lib/programs.mjs";
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

/**
 * Python that pytest would run. `pytest` itself need not be there: a stand-in has what the block uses of it,
 * and `main` does what pytest would do with the blocks of this heading up to this one.
 *
 * @param {{ main: string }} options
 */
export function python({ main }) {
  return {
    languages: ["python"],
    missing: () => (findPython() ? undefined : "Python 3"),
    /** @param {Block} block @param {World} world */
    async run(block, world) {
      world.memory["python"] = `${world.memory["python"] ?? ""}\n${block.text}`;
      world.write("python/pytest.py", "def fixture(**options):\n    return lambda function: function\n");
      const file = world.write(`python/block-${block.line}.py`, `${world.memory["python"]}\n${main}`);
      await run(/** @type {string} */ (findPython()), [file], { env: withCommand(world) });
    },
  };
}

/** The environment in which `npx eiam-token` is this repository's. @param {World} world */
function withCommand(world) {
  const command = inRoot("pkg/bin/eiam-token.js");
  const npx = world.write(
    "bin/npx",
    `#!/bin/sh\n[ "$1" = eiam-token ] || exit 1\nshift\nexec '${execPath}' '${command}' "$@"\n`,
  );
  chmodSync(npx, 0o755);
  return { ...env, PATH: [dirname(npx), env["PATH"]].join(delimiter) };
}

/** What was checked elsewhere, or cannot be run: the reason stands in the list of the page. @param {string[]} languages @param {string} reason */
export function notRun(languages, reason) {
  return { languages, reason };
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
