import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { cargoEnv } from "../../scripts/lib/cargo.mjs";
import { CommandFailed } from "../../scripts/lib/process.mjs";
import { readResults, testCargo } from "../../scripts/test/cargo.mjs";
import { TestsFailed } from "../../scripts/test/run.mjs";

/** A crate: its files below. */
const FILES = {
  "Cargo.toml": '[package]\nname = "some"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n',
  "src/lib.rs": "/// ```\n/// assert_eq!(some::two(), 2);\n/// ```\npub fn two() -> u8 {\n    2\n}\n",
  "tests/good.rs": "#[test]\nfn passes() {}\n#[test]\n#[ignore]\nfn ignored() {}\n",
  "tests/bad.rs": '#[test]\nfn passes() {}\n#[test]\nfn fails() {\n    panic!("re{}", "ason");\n}\n',
  "tests/ends.rs": "#[test]\nfn ends_all() {\n    std::process::exit(0);\n}\n",
  "tests/none.rs": "",
};

/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "eiam-token-crate-"));
  for (const path of ["src", "tests"]) await mkdir(join(folder, path));
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(folder, path), text);
});
after(() => rm(folder, { recursive: true }));

/** @param {...string} args which of the crate's tests */
function run(...args) {
  const env = cargoEnv({ CARGO_TARGET_DIR: join(folder, "target") });
  return testCargo(["--offline", "--manifest-path", join(folder, "Cargo.toml"), ...args], env);
}

describe("cargo's tests", () => {
  test("are counted", async () => {
    assert.deepEqual(await run("--test", "good"), { passed: 1, failed: 0, skipped: 1 });
  });

  test("are counted after a failure as well, and the examples of the documentation with them", async () => {
    const error = await run().catch((error) => error);
    assert.ok(error instanceof TestsFailed, String(error));
    assert.deepEqual(error.counts, { passed: 3, failed: 1, skipped: 1 });
    assert.match(error.message, /5 of 6 test programs said how they ended/);
  });

  for (const [what, name, counts, said] of /** @type {const} */ ([
    ["one that fails, whose output is seen", "bad", { passed: 1, failed: 1, skipped: 0 }, /reason/],
    [
      "one that ends well before its tests",
      "ends",
      { passed: 0, failed: 1, skipped: 0 },
      /0 of 1 test programs said how they ended; 1 tests began, and 0 ended/,
    ],
    ["one without tests", "none", { passed: 0, failed: 1, skipped: 0 }, /it ran no test/],
  ])) {
    test(`a failure is ${what}`, async () => {
      const error = await run("--test", name).catch((error) => error);
      assert.ok(error instanceof TestsFailed, String(error));
      assert.deepEqual(error.counts, counts);
      assert.match(`${error.output}\n${error.message}`, said);
    });
  }

  test("a failure is what does not compile, and it is said why", async () => {
    await writeFile(join(folder, "tests/broken.rs"), "fn main() { let two: u8 = some::two }\n");
    const error = await run("--test", "broken").catch((error) => error);
    assert.ok(error instanceof CommandFailed, String(error));
    assert.match(error.output, /error.*:[\s\S]*tests\/broken\.rs/);
  });
});

describe("what test programs say", () => {
  const good = "running 2 tests\n..\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
  const bad = "running 3 tests\ntest result: FAILED. 1 passed; 1 failed; 1 ignored; 0 filtered out\n";

  test("is added up", () => {
    assert.deepEqual(readResults(good + bad, 2), { counts: { passed: 3, failed: 1, skipped: 1 }, faults: [] });
  });

  test("is too little, if a program says nothing or not all", () => {
    assert.equal(readResults(good, 2).faults.length, 1);
    assert.equal(readResults(`${good}running 1 test\n`, 1).faults.length, 1);
    assert.equal(readResults(good.replace("test result: ok.", "test result: fine."), 1).faults.length, 2);
  });
});
