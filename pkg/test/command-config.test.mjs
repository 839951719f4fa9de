import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { Issuer, exampleConfig, parseConfig } from "eiam-token/issuer";
import { withoutComments } from "../bin/issuer/comments.js";
import { runCommand, startCommand } from "./support/command-process.mjs";

const folder = mkdtempSync(join(tmpdir(), "eiam-token-"));
after(() => rmSync(folder, { recursive: true }));

/** @param {string} text */
function file(text) {
  const path = join(folder, `${Math.random()}.jsonc`);
  writeFileSync(path, text);
  return path;
}

/** The output of "eiam-token config". */
async function printed(...args) {
  const { code, stdout, stderr } = await runCommand(["config", ...args]);
  assert.deepEqual([code, stderr], [0, ""]);
  return stdout;
}

/** Serves a configuration and gets the keys of its first application. */
async function serves(text) {
  const command = await startCommand(["--port", "0", "--config", file(text)]);
  try {
    const url = `${command.address}/v2/idaas_example/app_spa/oidc/jwks`;
    assert.equal((await fetch(url)).status, 200);
  } finally {
    assert.equal(await command.stop(), 0);
  }
}

/** Takes the comment marks away from what is no prose: keys, and what follows them. */
function takenIn(text) {
  return text.replace(/^( *)\/\/ (?=["}]| {2})/gm, "$1");
}

describe("config", () => {
  test("what it prints is the example, and served by issuer --config", async () => {
    const text = await printed();
    assert.deepEqual(parseConfig(withoutComments(text)), exampleConfig("http://127.0.0.1:9400"));
    await serves(text);
  });

  test("every key that is commented out is accepted when it is taken in, alone and with all others", async () => {
    const text = await printed();
    const all = takenIn(text);
    await serves(all);
    const names = [...text.matchAll(/^ *\/\/ "(\w+)": /gm)].map(([, name]) => name);
    const expected = ["refreshTokenAbsolute", "jwks", "tokenEndpointAuthMethods", "origins", "disabled"];
    for (const name of [...expected, "keys", "dpop", "limits"]) assert.ok(names.includes(name), name);
    const blocks = text.match(/^( *)\/\/ "\w+": .*\n(\1\/\/ (?:[}\]]| {2}).*\n)*/gm);
    assert.equal(blocks.length, names.length);
    for (const block of blocks) {
      const config = parseConfig(withoutComments(text.replace(block, () => takenIn(block))));
      (await Issuer.create(config)).free();
    }
  });

  test("--plain is JSON for every reader", async () => {
    const text = await printed("--plain", "--profile", "rfc9700", "--base-url", "https://as.example");
    const config = JSON.parse(text);
    assert.deepEqual(config, { ...exampleConfig("https://as.example"), profile: "rfc9700" });
    await serves(text);
  });

  test("no line is longer than a hundred characters", async () => {
    for (const line of (await printed()).split("\n")) assert.ok(line.length <= 100, line);
  });
});

describe("comments in a configuration", () => {
  test("are passed over, but for those in strings", async () => {
    const text = '{ // "a": 1\n  "b": "http://x/*y*/ \\" // z", /* "c":\n 2 */ "d": 3 }';
    assert.deepEqual(JSON.parse(withoutComments(text)), { b: 'http://x/*y*/ " // z', d: 3 });
    assert.equal(withoutComments(text).length, text.length);
  });

  const mistakes = ['{ "a": 1 /* never ends', '{ "a": "never ends // }', "{ / / }", "{ # }"];
  for (const text of mistakes) {
    test(`${text} is no JSON`, () => assert.throws(() => JSON.parse(withoutComments(text)), SyntaxError));
  }

  test("a mistake keeps its line and column", async () => {
    const path = file('{\n  /* one\n  two */ "instanceId": oops\n}');
    const { code, stderr } = await runCommand(["issuer", "--port", "0", "--config", path]);
    assert.equal(code, 1);
    assert.match(stderr, /line 3 column 24/);
  });

  for (const text of ["[]", "null", "5", '"text"', ""]) {
    test(`a configuration that is ${text || "empty"} is refused in one sentence`, async () => {
      const path = file(text);
      const { code, stderr } = await runCommand(["issuer", "--port", "0", "--config", path]);
      assert.equal(code, 1);
      assert.match(stderr, /^eiam-token: [^\n]+\n$/);
      assert.doesNotMatch(stderr, /internal/);
    });
  }
});
