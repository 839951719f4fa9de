import "./lib/require-node.mjs";
import { bundle, bundleFileStorage, bundleQr, copyToDemo } from "./lib/bundle.mjs";
import { declare } from "./lib/declarations.mjs";
import { copyDocuments } from "./lib/documents.mjs";
import { prepare } from "./lib/prepare.mjs";
import { mainOf, step } from "./lib/report.mjs";
import { bind, buildBindgen, compile, halves, optimise } from "./lib/wasm.mjs";

/** Builds the npm package into pkg/dist, and what the demo loads into www/dist. */
export async function build() {
  await step("Building wasm-bindgen", buildBindgen);
  for (const half of halves) {
    await step(`Compiling the ${half.name} to WebAssembly`, () => compile(half));
    await step(`Writing the ${half.name}'s glue`, () => bind(half));
    await step(`Optimising the ${half.name}'s module`, () => optimise(half));
  }
  await step("Bundling", async () => {
    for (const { name } of halves) {
      await bundle(name);
      copyToDemo(name);
    }
    await bundleFileStorage();
    await bundleQr();
  });
  await step("Writing type declarations", declare);
  copyDocuments();
}

await mainOf(import.meta.url, async () => {
  await prepare();
  await build();
});
