import "./lib/require-node.mjs";
import {
  bundle,
  bundleFileStorage,
  bundleProviders,
  bundleQr,
  bundleResource,
  bundleTestingForRequire,
  bundleTestingWorker,
  copyToDemo,
} from "./lib/bundle.mjs";
import { declare } from "./lib/declarations.mjs";
import { copyDocuments } from "./lib/documents.mjs";
import { installPackages, prepareRust } from "./lib/prepare.mjs";
import { all, mainOf, step, stepBeside } from "./lib/report.mjs";
import { stampBuild } from "./lib/stamp.mjs";
import { bind, buildGlueWriter, client, compile, halves, issuer, optimise, testing } from "./lib/wasm.mjs";

/**
 * Builds the npm package into pkg/dist, and what the demo loads into www/dist; what a fresh clone lacks
 * is brought as well. What does not depend on each other is done at the same time.
 */
export async function build() {
  await prepareRust();
  const packages = installPackages();
  const glueWriter = stepBeside("Building wasm-bindgen", buildGlueWriter);
  // The larger one first: the other one is compiled while it is optimised.
  const compiledIssuer = compiling(issuer);
  const compiledClient = afterwards(compiledIssuer, () => compiling(client));
  const compiledTesting = afterwards(compiledClient, () => compiling(testing));
  const ready = all([packages, glueWriter]);
  await all([
    finishing(issuer, [compiledIssuer, ready]),
    finishing(client, [compiledClient, ready]),
    finishing(testing, [compiledTesting, ready]),
  ]);
  await step("Bundling", async () => {
    for (const { name } of halves) {
      await bundle(name);
      copyToDemo(name);
    }
    await bundleFileStorage();
    await bundleProviders();
    await bundleResource();
    await bundle("testing");
    await bundleTestingForRequire();
    await bundleTestingWorker();
    await bundleQr();
  });
  await step("Writing type declarations", declare);
  copyDocuments();
  stampBuild();
}

/** @param {import("./lib/wasm.mjs").Half} half */
function compiling(half) {
  return stepBeside(`Compiling ${half.name}.wasm`, () => compile(half));
}

/**
 * What makes a compiled module the one that is shipped.
 *
 * @param {import("./lib/wasm.mjs").Half} half
 * @param {Promise<unknown>[]} conditions
 */
async function finishing(half, conditions) {
  await all(conditions);
  await stepBeside(`Optimising ${half.name}.wasm`, async () => {
    await bind(half);
    await optimise(half);
  });
}

/**
 * @template T
 * @param {Promise<unknown>} earlier
 * @param {() => Promise<T>} action
 */
async function afterwards(earlier, action) {
  await earlier;
  return action();
}

await mainOf(import.meta.url, build);
