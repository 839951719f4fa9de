// Runs two Workers in workerd, for Node 22 or newer, and prints the results of the client.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { report } from "./report.mjs";

/**
 * A Worker as a bundler wrote it: its module, and the .wasm files beside it.
 *
 * @param {string} name
 * @param {object} [bindings]
 */
function worker(name, bindings) {
  const folder = join(process.argv[2], name);
  const wasm = readdirSync(folder).filter((file) => file.endsWith(".wasm"));
  const modules = [`${name}.js`, ...wasm].map((path) => ({
    type: /** @type {const} */ (path.endsWith(".wasm") ? "CompiledWasm" : "ESModule"),
    path,
    contents: readFileSync(join(folder, path)),
  }));
  return { name, modules, compatibilityDate: "2026-07-01", ...bindings };
}

const workers = [
  worker("worker-client", { serviceBindings: { ISSUER: "worker-issuer" } }),
  worker("worker-issuer", { durableObjects: { KEPT: { className: "Kept", useSQLite: true } } }),
];
// The options that Miniflare documents; the ones that it takes itself are its own affair.
const miniflare = new Miniflare(convertV4MiniflareOptions({ workers }));
try {
  const response = await miniflare.dispatchFetch("http://client.example/");
  const results = await response.json();
  // What the Worker printed comes by another way, and may come later.
  await new Promise((resolve) => setTimeout(resolve, 500));
  report(results);
} finally {
  await miniflare.dispose();
}
