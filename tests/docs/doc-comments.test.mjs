// The doc comments of the npm package: what can throw says so, and every example in them runs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as client from "eiam-token";
import * as fileStorage from "eiam-token/file-storage";
import * as issuer from "eiam-token/issuer";
import * as providers from "eiam-token/providers";
import * as resource from "eiam-token/resource";
import * as testing from "eiam-token/testing";
import { examples as ways } from "./examples.mjs";
import { readPackage } from "./lib/doc-comments.mjs";
import { startWorld } from "./lib/world.mjs";

const { callables, examples, undocumented } = readPackage();

test("every member of an exported interface has a doc comment", () => {
  assert.deepEqual(undocumented(), []);
});

describe("@throws", () => {
  const all = callables();
  const named = (/** @type {string} */ name) => all.find((each) => each.name === name);

  test("whatever can throw says so", () => {
    const silent = all.filter(({ canThrow, throws }) => canThrow && throws.length === 0);
    assert.deepEqual(
      silent.map(({ name, place }) => `${place} ${name}`),
      [],
    );
    assert.ok(all.filter(({ canThrow }) => canThrow).length > 40);
  });

  test("what throws by something that it calls is seen, and what catches it is not", () => {
    for (const name of ["SignInClient.refresh", "Issuer.create", "TokenSession.getAccessToken", "generatePkce"]) {
      assert.equal(named(name)?.canThrow, true, name);
    }
    for (const name of ["memoryStore", "google", "fileStorage"]) assert.equal(named(name)?.canThrow, false, name);
  });

  test("the errors are those that the package exports, or the host's", () => {
    const exported = new Set(
      [client, providers, issuer, resource, testing, fileStorage].flatMap((module) => Object.keys(module)),
    );
    for (const { name, throws } of all) {
      for (const tag of throws) {
        const [, error] = /^@throws \{(\w+)\}/.exec(tag) ?? [];
        assert.ok(error !== undefined && (exported.has(error) || error === "TypeError"), `${name}: ${tag}`);
      }
    }
  });
});

describe("@example", () => {
  /** @type {import("./lib/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const all = examples();
  const nameOf = (/** @type {(typeof all)[number]} */ { path, name }) => `${path.replace("pkg/src/", "")} ${name}`;

  for (const example of all) {
    const { path, line, language, text, isTagged } = example;
    const key = nameOf(example);
    test(key, async () => {
      assert.ok(isTagged, `${path}:${line}: the block does not stand behind @example`);
      const way = ways[key];
      assert.ok(way, `${path}:${line}: this example is in no list: say in tests/docs/examples.mjs how to run it`);
      assert.ok(way.languages.includes(language), `${path}:${line}: ${language}, and not ${way.languages}`);
      await way.run({ language, text, line, heading: key }, world);
    });
  }

  test("the list has no example that there is not, and none twice", () => {
    assert.deepEqual(all.map(nameOf).sort(), Object.keys(ways).sort());
  });
});
