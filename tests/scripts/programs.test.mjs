import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import * as programs from "../../scripts/lib/programs.mjs";
import { select, testSteps } from "../../scripts/test/steps.mjs";

/** What finds each browser's programs, by variable. */
const FINDERS = {
  CHROMIUM: programs.findChromium,
  FIREFOX: programs.findFirefox,
  MINIBROWSER: programs.findMiniBrowser,
  WEBKIT_WEBDRIVER: programs.findWebKitWebDriver,
  XVFB: programs.findXvfb,
};

const environment = { ...process.env };

/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "eiam-token-programs-"));
});
afterEach(() => {
  for (const name of [...Object.keys(FINDERS), "PATH"]) {
    const value = environment[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});
after(() => rm(folder, { recursive: true }));

describe("programs", () => {
  for (const [variable, find] of Object.entries(FINDERS)) {
    test(`$${variable} goes before what the system has`, async () => {
      const program = join(folder, variable);
      await writeFile(program, "");
      process.env[variable] = program;
      assert.notEqual(find(), program, "a file that cannot be executed is no program");
      await chmod(program, 0o755);
      assert.equal(find(), program);
    });
  }
});

describe("test steps", () => {
  test("each has a name of its own, and needs none that comes later", () => {
    const names = testSteps.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
    testSteps.forEach(({ needs = [] }, index) => {
      for (const needed of needs) assert.ok(names.slice(0, index).includes(needed), needed);
    });
  });

  test("every engine runs the demo by default", () => {
    const names = select([]).map(({ name }) => name);
    for (const engine of ["browser", "firefox", "webkit"]) assert.ok(names.includes(engine), engine);
  });

  test("a named one brings what it needs", () => {
    assert.deepEqual(
      select(["webkit"]).map(({ name }) => name),
      ["build", "webkit"],
    );
  });

  test("a program that is not there is told by its name", () => {
    const missing = (/** @type {string} */ step) =>
      programs.missingOf(testSteps.find(({ name }) => name === step)?.programs ?? []);
    for (const variable of Object.keys(FINDERS)) delete process.env[variable];
    process.env["PATH"] = folder;
    assert.equal(missing("browser"), "Chromium");
    assert.equal(missing("firefox"), "Firefox");
    process.env["WEBKIT_WEBDRIVER"] = process.execPath;
    process.env["MINIBROWSER"] = process.execPath;
    assert.equal(missing("webkit"), "Xvfb");
    process.env["XVFB"] = process.execPath;
    assert.equal(missing("webkit"), undefined);
  });
});
