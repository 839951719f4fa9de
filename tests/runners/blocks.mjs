// Which file of a runner each block of code in docs/testing becomes: the pages show nothing that is not run.
import { readDocument } from "../docs/lib/documents.mjs";

/** @type {Record<string, Record<string, string[]>>} By page, and by heading in the order of the blocks. */
export const blocks = {
  "docs/testing/vitest.md": {
    "One file": ["vitest/one-file.test.js"],
    Workers: ["vitest/workers.test.js"],
    "One issuer for all files": ["vitest/global-setup.js", "vitest/all-files.test.js"],
    "Fake timers": ["vitest/timers.test.js"],
    "Mocked requests": ["vitest/msw.test.js", "vitest/nock.test.js"],
  },
  "docs/testing/jest.md": {
    Node: ["jest/node.test.js"],
    jsdom: ["jest/jsdom.test.js"],
    "Fake timers": ["jest/timers.test.js"],
    "One issuer for all files": ["jest/global-setup.js", "jest/global-teardown.js"],
  },
  "docs/testing/playwright.md": {
    "A fixture": ["playwright/fixture.js"],
    "A browser that is signed in": ["playwright/signed-in.test.js"],
  },
  "docs/testing/node.md": {
    Node: ["node/page.test.mjs"],
    Deno: ["deno/page.test.js"],
    Bun: ["bun/page.test.js"],
  },
};

/**
 * The files that the blocks of the pages become.
 *
 * @returns {{ path: string, text: string }[]}
 */
export function filesOfPages() {
  const files = [];
  for (const [page, headings] of Object.entries(blocks)) {
    const all = readDocument(page).blocks;
    for (const [heading, paths] of Object.entries(headings)) {
      const found = all.filter((block) => block.heading === heading);
      if (found.length !== paths.length) throw new Error(`${page}: ${found.length} blocks under "${heading}"`);
      for (const [index, path] of paths.entries()) files.push({ path, text: found[index]?.text ?? "" });
    }
  }
  return files;
}
