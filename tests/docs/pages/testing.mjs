import assert from "node:assert/strict";
import { serviceWorker } from "../lib/chromium.mjs";
import { readDocument } from "../lib/documents.mjs";
import { javascript } from "../lib/javascript.mjs";
import { denoServer, nodeTest, python } from "../lib/programs.mjs";

const METADATA = "/v2/idaas_example/app_web/oidc/.well-known/openid-configuration";

/** The module of the page that serves an issuer. */
async function startIssuer(/** @type {import("../lib/world.mjs").World} */ world) {
  const [block] = readDocument("docs/testing.md").blocks.filter(({ heading }) => heading === "Node");
  return import(world.write("start-issuer.js", block?.text ?? ""));
}

/** As much of Vitest as the page uses: tests/runtimes has Vitest itself. */
const VITEST = `
  const steps = { beforeAll: [], test: [], afterAll: [] };
  export const beforeAll = (act) => steps.beforeAll.push(act);
  export const afterAll = (act) => steps.afterAll.push(act);
  export const test = (_, act) => steps.test.push(act);
  export const expect = (actual) => ({
    toBe(expected) {
      if (!Object.is(actual, expected)) throw new Error(\`expected \${expected}, and it is \${actual}\`);
    },
  });
  export async function runAll() {
    for (const act of [...steps.beforeAll, ...steps.test, ...steps.afterAll]) await act();
    return steps.test.length;
  }
`;

export const path = "docs/testing.md";
export const blocks = {
  "In the same process": [nodeTest()],
  Node: [
    javascript({
      async after({ exported }) {
        const { baseUrl, issuer, stop } = await exported.startIssuer();
        assert.equal((await fetch(baseUrl + METADATA)).status, 200);
        stop();
        issuer.free();
      },
    }),
    javascript({ names: startIssuer }),
  ],
  Vitest: [
    javascript({
      async names(world) {
        await startIssuer(world);
        world.write("node_modules/vitest/package.json", '{"type":"module","exports":"./index.js"}');
        return { vitest: world.write("node_modules/vitest/index.js", VITEST) };
      },
      after: async ({ vitest }) => assert.equal(await (await import(vitest)).runAll(), 1),
    }),
  ],
  Deno: [denoServer({ path: METADATA })],
  Python: [
    // The second block's test uses the first one's fixture.
    python({ main: "fixture = issuer()\nprint(next(fixture))\nnext(fixture, None)\n" }),
    python({ main: "fixture = issuer()\ntest_metadata(next(fixture))\nnext(fixture, None)\n" }),
  ],
  "Service worker": [
    serviceWorker({
      async after(page) {
        const answer = await page.evaluate(async (path) => {
          const response = await fetch(`/issuer${path}`);
          return { status: response.status, issuer: (await response.json()).issuer, origin: location.origin };
        }, METADATA);
        assert.equal(answer.status, 200);
        assert.equal(answer.issuer, `${answer.origin}/issuer/v2/idaas_example/app_web/oidc`);
      },
    }),
  ],
};
