import assert from "node:assert/strict";
import { Browser } from "../../../pkg/test/support/issuer-browser.mjs";
import { readDocument } from "../lib/documents.mjs";
import { javascript } from "../lib/javascript.mjs";

const PACKAGE = "node_modules/@playwright/test";

/** As much of Playwright as the page uses; its browser is one that reads the issuer's pages. */
const PLAYWRIGHT = `
  import assert from "node:assert/strict";
  export const expect = (actual) => ({ toMatch: (pattern) => assert.match(actual, pattern) });
  export const test = {
    extend(fixtures) {
      const tests = [];
      const test = (_, act) => tests.push(act);
      test.run = async (given) => {
        const names = Object.keys(fixtures);
        const use = async (known, [name, ...rest]) => {
          if (name === undefined) for (const act of tests) await act(known);
          else await [fixtures[name]].flat()[0](known, (value) => use({ ...known, [name]: value }, rest));
        };
        await use(given, names);
        return tests.length;
      };
      return test;
    },
  };
`;

/** A context and a page of a browser. */
function newBrowser() {
  let url = "";
  const cookies = /** @type {{ name: string, value: string }[]} */ ([]);
  const send = async (/** @type {string} */ method, /** @type {string} */ to, /** @type {any} */ headers) => {
    const response = await fetch(to, { method, headers, redirect: "manual" });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const page = {
    async goto(/** @type {string} */ to) {
      const browser = new Browser(send, new URL(to).origin);
      for (const { name, value } of cookies) browser.cookies.set(name, value);
      ({ url } = await browser.open(to));
    },
    url: () => url,
  };
  return { page, context: { addCookies: async (/** @type {any[]} */ more) => cookies.push(...more) } };
}

/** The module of the page that has the fixture. */
async function fixture(/** @type {import("../lib/world.mjs").World} */ world) {
  world.write(`${PACKAGE}/package.json`, '{"type":"module","exports":"./index.js"}');
  world.write(`${PACKAGE}/index.js`, PLAYWRIGHT);
  const [block] = readDocument("docs/testing/playwright.md").blocks;
  return import(world.write("fixture.js", block?.text ?? ""));
}

export const path = "docs/testing/playwright.md";
export const blocks = {
  "A fixture": [javascript({ names: fixture })],
  "A browser that is signed in": [
    javascript({
      names: fixture,
      after: async ({ test }) => assert.equal(await test.run(newBrowser()), 1),
    }),
  ],
};
