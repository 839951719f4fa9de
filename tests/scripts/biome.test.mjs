import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { CommandFailed } from "../../scripts/lib/process.mjs";
import { checkLayout, lintScripts } from "../../scripts/test/biome.mjs";

/** @type {string} */
let folder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "eiam-token-biome-"));
  for (const name of ["biome.jsonc", ".gitignore"]) await copyFile(inRoot(name), join(folder, name));
  await put("good.mjs", 'export const good = "good";\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** @param {string} path @param {string} text */
async function put(path, text) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** @param {RegExp} pattern what a step that fails has to say */
function saying(pattern) {
  return (/** @type {unknown} */ error) => {
    assert.ok(error instanceof CommandFailed, String(error));
    assert.match(error.output, pattern);
    return true;
  };
}

describe("layout", () => {
  /** A file of each language that is not laid out. */
  const files = {
    "bad.mjs": "export const bad = 'bad'\n",
    "bad.ts": "export type Bad = 'bad'\n",
    "bad.json": '{"bad":   1}\n',
    "bad.css": "a{color:red}\n",
  };
  for (const [path, text] of Object.entries(files)) {
    test(`${path} fails the step, which names it`, async () => {
      await put(path, text);
      await assert.rejects(checkLayout(folder), saying(new RegExp(`^${path} format`, "m")));
    });
  }

  test("what is built, brought in or generated is not looked at", async () => {
    for (const place of ["pkg/dist", "pkg/generated", "www/dist", "target", "node_modules/some", "fuzz/corpus"]) {
      await put(`${place}/bad.js`, files["bad.mjs"]);
    }
    await put("package-lock.json", files["bad.json"]);
    await checkLayout(folder);
    await lintScripts(folder);
  });
});

describe("lints", () => {
  const first = 'import { readFile } from "node:fs/promises";\n';
  const second = 'import { join } from "node:path";\n';
  const use = "\nexport const used = [readFile, join];\n";
  /** Each with a file that has it. */
  const faults = {
    noFloatingPromises: "async function act() {}\n\nexport function start() {\n  act();\n}\n",
    noMisusedPromises: "async function isIt() {\n  return true;\n}\n\nexport const it = () => (isIt() ? 1 : 2);\n",
    noUndeclaredVariables: "export const used = undeclared;\n",
    noUnusedImports: `${first}\nexport const used = 1;\n`,
    noUnusedVariables: "const unused = 1;\n",
    noImportCycles: 'import "./circle.mjs";\n',
    noFocusedTests: 'import { test } from "node:test";\n\ntest.only("this one", () => {});\n',
    noDoubleEquals: "export const same = (one, other) => one == other;\n",
    organizeImports: `${second}${first}${use}`,
  };
  for (const [rule, text] of Object.entries(faults)) {
    test(`${rule} fails the step, which names the file and the rule`, async () => {
      await put("bad.mjs", text);
      await put("circle.mjs", 'import "./bad.mjs";\n');
      await checkLayout(folder);
      await assert.rejects(lintScripts(folder), saying(new RegExp(`^bad\\.mjs\\S* .*\\b${rule}\\b`, "m")));
    });
  }

  test("the same without a fault passes", async () => {
    await put("bad.mjs", `${first}${second}${use}`);
    await lintScripts(folder);
  });
});
