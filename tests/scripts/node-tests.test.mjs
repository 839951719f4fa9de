import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { testFiles, testFolder } from "../../scripts/test/node.mjs";
import report from "../../scripts/test/node-reporter.mjs";
import { TestsFailed } from "../../scripts/test/run.mjs";

/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "eiam-token-runner-"));
});
after(() => rm(folder, { recursive: true }));

/**
 * What comes of a file of tests.
 * @param {string} body what stands in it under its imports
 */
async function run(body) {
  await writeFile(
    join(folder, "some.test.mjs"),
    `import { after, before, describe, test } from "node:test";\n${body}\n`,
  );
  return testFiles(["some.test.mjs"], { cwd: folder });
}

/**
 * @param {string} body
 * @param {{ passed?: number, failed: number, skipped?: number }} counts
 * @param {RegExp} said in the message, or in what is printed before it
 */
async function fails(body, { passed = 0, failed, skipped = 0 }, said) {
  const error = await run(body).catch((error) => error);
  assert.ok(error instanceof TestsFailed, String(error));
  assert.deepEqual(error.counts, { passed, failed, skipped });
  assert.match(`${error.output}\n${error.message}`, said);
}

const PASSES = 'test("passes", () => {});';

describe("counted", () => {
  test("what passed and what was left out, without suites", async () => {
    const body = `${PASSES}
      describe("a suite", () => { ${PASSES} test("skipped", { skip: "why" }, () => {}); });
      test("with a test inside", (t) => t.test("inside", () => {}));
      test("todo", { todo: true }, () => { throw new Error("not yet"); });`;
    assert.deepEqual(await run(body), { passed: 4, failed: 0, skipped: 2 });
  });

  test("what failed, whose output is seen", () =>
    fails(
      `${PASSES} test("fails", () => { console.log("printed", 6 * 7); throw new Error("re" + "ason"); });`,
      {
        passed: 1,
        failed: 1,
      },
      /printed 42[\s\S]*reason/,
    ));

  test("what was cancelled", () =>
    fails(
      'describe("s", () => { before(() => { throw new Error("x"); }); test("never", () => {}); });',
      {
        failed: 1,
      },
      /never/,
    ));

  test("a suite whose tests passed, but not what ends it", () =>
    fails(
      `describe("s", () => { after(() => { throw new Error("too " + "late"); }); ${PASSES} });`,
      {
        passed: 1,
        failed: 1,
      },
      /too late/,
    ));
});

describe("a failure is", () => {
  test("a file without tests", () => fails("", { failed: 1 }, /some\.test\.mjs ran no test/));

  test("a file that throws beside its tests", () =>
    fails(`await ${PASSES} throw new Error("bo" + "om");`, { passed: 1, failed: 1 }, /boom/));

  test("a file that cannot be read", () => fails("test(", { failed: 1 }, /SyntaxError/));

  test("an error after a test has passed", () =>
    fails(
      'test("t", () => { setImmediate(() => { throw new Error("after" + "wards"); }); });',
      {
        passed: 1,
        failed: 1,
      },
      /afterwards/,
    ));

  test("a process that ends well before its tests", () =>
    fails(
      'test("ends all", () => process.exit(0));',
      { failed: 1 },
      /some\.test\.mjs (ran no test|ended before 1 of)/,
    ));

  test("a process that is killed", () =>
    fails('test("t", () => process.kill(process.pid, "SIGKILL"));', { failed: 1 }, /some\.test\.mjs/));

  test("a runner that cannot be started", async () => {
    const error = await testFiles(["some.test.mjs"], { node: join(folder, "none") }).catch((error) => error);
    assert.ok(error instanceof TestsFailed, String(error));
    assert.deepEqual(error.counts, { passed: 0, failed: 1, skipped: 0 });
    assert.match(error.message, /ENOENT/);
  });

  test("a runner that reports nothing", async () => {
    const silent = { node: "true", cwd: folder };
    const error = await testFiles(["some.test.mjs"], silent).catch((error) => error);
    assert.ok(error instanceof TestsFailed, String(error));
    assert.match(error.message, /its report cannot be read: .*; it ran no test$/);
  });

  test("a folder without tests", () => {
    assert.throws(() => testFolder("scripts"), { message: "scripts has no tests" });
  });
});

describe("the reporter", () => {
  const [file, name] = [join(process.cwd(), "some.test.mjs"), "a test"];
  const begun = { type: "test:enqueue", data: { file, name, nesting: 0 } };
  const passed = { type: "test:pass", data: { file, name, nesting: 0, details: { type: "test" } } };

  /** @param {...{ type: string, data: any }} events */
  async function reportOf(...events) {
    const source = (async function* () {
      yield* events;
    })();
    return JSON.parse(await text(report(source)));
  }

  test("counts a test that has begun and ended", async () => {
    assert.deepEqual(await reportOf(begun, passed), { counts: { passed: 1, failed: 0, skipped: 0 }, faults: [] });
  });

  test("misses one that has not ended", async () => {
    assert.deepEqual(await reportOf(begun, passed, begun, begun), {
      counts: { passed: 1, failed: 0, skipped: 0 },
      faults: [`${file} ended before 2 of its tests`],
    });
  });

  test("knows a file without tests, whether its path is whole or not", async () => {
    for (const name of [file, "some.test.mjs"]) {
      assert.deepEqual(await reportOf({ type: "test:pass", data: { ...passed.data, name } }), {
        counts: { passed: 0, failed: 1, skipped: 0 },
        faults: [`${file} ran no test`],
      });
    }
  });
});
