// The packed test issuer under the test runners that people use, each run for real: the code of docs/testing, and what
// their features need.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { runApart } from "../../scripts/lib/process.mjs";
import { findChromium } from "../../scripts/lib/programs.mjs";
import { findBun, findDeno, findNode24 } from "../runtimes/suites/servers.mjs";
import { openWorkspace } from "./workspace.mjs";

/** How long a run may take: several times what the longest does on a busy machine. */
const MINUTES = 6;

/** What a runner says of a process that does not end by itself, and Node of listeners that pile up. */
const LEAKS = /MaxListenersExceeded|did not exit|failed to exit|open handle|hanging-process/i;

const workspace = await openWorkspace();
after(() => workspace.close());
const node24 = findNode24(workspace);
const deno = findDeno();
const bun = findBun();
const chromium = findChromium();

/** What a machine lacks skips a test, and fails it in continuous integration. @param {unknown} found @param {string} name */
function lacking(found, name) {
  if (found !== undefined) return false;
  assert.notEqual(process.env["CI"], "true", `${name} is missing`);
  return `${name} is missing`;
}

/**
 * Runs a runner to its end, and returns what it printed.
 *
 * @param {string} folder
 * @param {string | undefined} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [more]
 */
async function runner(folder, program, args, more) {
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...own } = process.env;
  const env = { ...own, ...more, NO_COLOR: "1", CI: "true", DENO_NO_UPDATE_CHECK: "1" };
  const ended = await runApart(String(program), args, {
    cwd: workspace.path(folder),
    env,
    minutes: MINUTES,
    withGroup: true,
  });
  assert.equal(ended.failure, undefined, ended.all);
  assert.doesNotMatch(ended.all, LEAKS);
  return ended;
}

/** The script of an installed command. @param {string} path */
const script = (path) => workspace.path(`node_modules/${path}`);

/** @param {string} text whose last part is an object */
const json = (text) => JSON.parse(text.slice(text.search(/^\{/m)));

describe("Vitest", { skip: lacking(node24, "Node 24") }, () => {
  for (const pool of ["threads", "forks"]) {
    test(`in ${pool}: jsdom, fake timers, MSW, nock, one issuer for all files`, async () => {
      const file = workspace.path(`vitest/${pool}.json`);
      const args = [script("vitest/vitest.mjs"), "run", `--pool=${pool}`, "--reporter=json", `--outputFile=${file}`];
      await runner("vitest", node24, args);
      const report = JSON.parse(readFileSync(file, "utf8"));
      assert.equal(report.success, true);
      assert.equal(report.numTotalTests, 12);
      assert.equal(report.numPassedTests, 12);
    });
  }

  test("watches: tests run again when a file changes, and it ends when it is asked to", async () => {
    const args = [script("vitest/vitest.mjs"), "watch", "parallel", "--reporter=default"];
    const env = { ...process.env, NO_COLOR: "1", CI: "" };
    const child = spawn(String(node24), args, { cwd: workspace.path("vitest"), env, stdio: ["pipe", "pipe", "pipe"] });
    const ended = once(child, "close");
    let output = "";
    const passes = () => output.match(/Waiting for file changes/g)?.length ?? 0;
    const until = (/** @type {number} */ count) =>
      new Promise((resolve, reject) => {
        const look = () => passes() >= count && resolve(undefined);
        child.stdout.on("data", look);
        child.on("close", () => reject(new Error(output)));
        look();
      });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    try {
      await until(1);
      const file = readFileSync(workspace.path("vitest/parallel-1.test.js"), "utf8");
      for (let round = 2; round <= 4; round++) {
        workspace.write("vitest/parallel-1.test.js", `${file}// ${round}\n`);
        await until(round);
      }
      assert.doesNotMatch(output, /FAIL|failed/);
      assert.doesNotMatch(output, LEAKS);
    } finally {
      child.kill("SIGTERM");
      await ended;
    }
  });
});

describe("Jest", () => {
  for (const [name, program] of [
    ["this Node", process.execPath],
    ["Node 24", node24],
  ]) {
    test(`in ${name}, without flags: CommonJS, jsdom, fake timers, workers`, {
      skip: lacking(program, `${name}`),
    }, async () => {
      const args = [script("jest/bin/jest.js"), "--json", "--maxWorkers=2"];
      const { stdout } = await runner("jest", program, args);
      const report = json(stdout);
      assert.equal(report.success, true);
      assert.equal(report.numTotalTests, 8);
      assert.equal(report.numPassedTests, 8);
    });
  }
});

test("Playwright: the fixture in two workers, and a browser that is signed in", {
  skip: lacking(chromium, "Chromium"),
}, async () => {
  const { args } = JSON.parse(readFileSync(inRoot("webdriver.json"), "utf8"))["goog:chromeOptions"];
  const more = { CHROMIUM: chromium, CHROMIUM_ARGUMENTS: JSON.stringify(args) };
  const command = [script("@playwright/test/cli.js"), "test", "--reporter=json"];
  const { stats } = json((await runner("playwright", process.execPath, command, more)).stdout);
  assert.deepEqual(
    { expected: stats.expected, unexpected: stats.unexpected, flaky: stats.flaky, skipped: stats.skipped },
    {
      expected: 2,
      unexpected: 0,
      flaky: 0,
      skipped: 0,
    },
  );
});

for (const [name, program] of [
  ["this Node", process.execPath],
  ["Node 24", node24],
]) {
  test(`node:test in ${name}`, { skip: lacking(program, `${name}`) }, async () => {
    const { stdout } = await runner("node", program, ["--test", "--test-reporter=tap"]);
    assert.match(stdout, /^# pass 1$/m);
    assert.match(stdout, /^# fail 0$/m);
  });
}

test("Deno's runner, which looks for what is left open", { skip: lacking(deno, "Deno") }, async () => {
  const { all } = await runner("deno", deno, ["test", "--no-lock", "--allow-net", "--allow-read", "--allow-env"]);
  assert.match(all, /1 passed.* 0 failed/);
});

test("Bun's runner", { skip: lacking(bun, "Bun") }, async () => {
  const { all } = await runner("bun", bun, ["test"]);
  assert.match(all, /^ *1 pass$/m);
  assert.match(all, /^ *0 fail$/m);
});
