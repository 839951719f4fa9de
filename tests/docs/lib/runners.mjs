// As much of test runners as the pages use: tests/runners has the runners themselves.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { blocks } from "../../runners/blocks.mjs";
import { javascript } from "./javascript.mjs";

/** @typedef {import("./world.mjs").World} World */

/** Hooks and tests of a file, and a way to run them. */
function newRunner() {
  const hooks = {
    beforeAll: /** @type {any[]} */ ([]),
    beforeEach: /** @type {any[]} */ ([]),
    afterAll: /** @type {any[]} */ ([]),
  };
  const tests = /** @type {any[]} */ ([]);
  const names = {
    beforeAll: (/** @type {any} */ act) => hooks.beforeAll.push(act),
    beforeEach: (/** @type {any} */ act) => hooks.beforeEach.push(act),
    afterAll: (/** @type {any} */ act) => hooks.afterAll.push(act),
    test: (/** @type {string} */ _, /** @type {any} */ act) => tests.push(act),
    expect: (/** @type {any} */ actual) => ({
      toBe: (/** @type {any} */ expected) => assert.equal(actual, expected),
      toMatch: (/** @type {RegExp} */ expected) => assert.match(actual, expected),
    }),
  };
  return {
    names,
    /** @param {(act: any) => Promise<unknown>} [call] */
    async run(call = (act) => act()) {
      assert.ok(tests.length > 0);
      for (const act of hooks.beforeAll) await act();
      try {
        for (const act of tests) {
          for (const hook of hooks.beforeEach) await hook();
          await call(act);
        }
      } finally {
        for (const act of hooks.afterAll) await act();
      }
    },
  };
}

/** A runner's package for the pages. @param {World} world @param {string} name @param {string[]} exported */
function standIn(world, name, exported) {
  world.write(`node_modules/${name}/package.json`, '{"type":"module","exports":"./index.js"}');
  const lines = exported.map((each) => `export const ${each} = globalThis.__runner.${each};`);
  world.write(`node_modules/${name}/index.js`, lines.join("\n"));
}

let files = 0;

/** A file of tests of Vitest. */
export function vitest() {
  const runner = newRunner();
  return javascript({
    names(world) {
      // Each block has a runner of its own, so each imports a module of its own.
      const name = `vitest-${++files}`;
      standIn(world, name, Object.keys(runner.names));
      return { __runner: runner.names };
    },
    replace: (text) => text.replace('from "vitest"', `from "vitest-${files + 1}"`),
    after: () => runner.run(),
  });
}

/** A file of tests of Jest, which is CommonJS and has its functions as globals. */
export function jest() {
  return {
    languages: ["js"],
    /** @param {import("./markdown.mjs").Block} block @param {World} world */
    async run(block, world) {
      const runner = newRunner();
      const file = world.write(
        `jest-${++files}.cjs`,
        `module.exports = ({ ${Object.keys(runner.names)} }) => {\n${block.text}\n};`,
      );
      createRequire(file)(file)(runner.names);
      await runner.run();
    },
  };
}

/**
 * A block that needs more of a runner than stands here: tests/runners runs it, and has to know it.
 *
 * @param {string} page
 */
export function byRunner(page) {
  return {
    languages: ["js"],
    /** @param {import("./markdown.mjs").Block} block */
    async run({ heading }) {
      assert.ok(blocks[page]?.[heading], `tests/runners/blocks.mjs does not say which file "${heading}" becomes`);
    },
  };
}
