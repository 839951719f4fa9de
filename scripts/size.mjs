import "./lib/require-node.mjs";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { minified } from "./lib/minified.mjs";
import { inRoot } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { Sentence, mainOf } from "./lib/report.mjs";
import { features } from "./size-features.mjs";

/**
 * @typedef {{ raw: number, gzip: number, brotli: number }} Sizes
 */

const SHIPPED = [
  "client.wasm",
  "issuer.wasm",
  "testing.wasm",
  "client.js",
  "issuer.js",
  "issuer-worker.js",
  "testing-worker.js",
  "client.workerd.js",
  "issuer.workerd.js",
];

/**
 * What a user's bundler makes of programs that import the package: their names in the limits, and their texts.
 *
 * @type {Record<string, () => string | Promise<string>>}
 */
const BUNDLED = {
  "smallest sign-in app": () => readFileSync(inRoot("scripts/size-app.mjs"), "utf8"),
  "the same for EIAM": () => readFileSync(inRoot("scripts/size-app-eiam.mjs"), "utf8"),
  "whole client": withoutFurtherProtocols,
  "with further protocols": () => 'export * from "eiam-token";',
  "resource server": () => readFileSync(inRoot("scripts/size-resource.mjs"), "utf8"),
};

/** A program that imports all of the client, but for what docs/advanced.md is about. */
async function withoutFurtherProtocols() {
  const further = new Set(Object.values(features).flat());
  const names = Object.keys(await import(pathToFileURL(inRoot("pkg/dist/client.js")).href));
  return `export { ${names.filter((name) => !further.has(name)).join(", ")} } from "eiam-token";`;
}

/** Fails when a file or the app has grown beyond what scripts/size-limits.json allows. */
export async function checkSizes() {
  /** @type {Record<string, Partial<Sizes>>} */
  const limits = JSON.parse(readFileSync(inRoot("scripts/size-limits.json"), "utf8"));
  const bundled = await bundledSizes();
  const excesses = Object.entries(limits).flatMap(([file, limit]) => {
    const sizes = bundled[file] ?? sizesOfFile(file);
    return /** @type {(keyof Sizes)[]} */ (Object.keys(limit))
      .filter((measure) => sizes[measure] > (limit[measure] ?? 0))
      .map((measure) => `${file}: ${sizes[measure]} bytes ${measure}, limit ${limit[measure]}`);
  });
  if (excesses.length > 0)
    throw new Sentence(`These exceed their limits in scripts/size-limits.json:\n${excesses.join("\n")}`);
}

async function printTable() {
  console.log();
  const rows = SHIPPED.map((file) => row(file, sizesOfFile(file)));
  for (const [name, sizes] of Object.entries(await bundledSizes())) rows.push(row(name, sizes));
  console.log(`${"bytes".padEnd(22)}${["raw", "gzip", "brotli"].map(column).join("")}`);
  console.log(rows.join("\n"));
}

/**
 * @param {string} name
 * @param {Sizes} sizes
 */
function row(name, { raw, gzip, brotli }) {
  return `${name.padEnd(22)}${[raw, gzip, brotli].map(column).join("")}`;
}

/** @param {string | number} value */
function column(value) {
  return String(value).padStart(10);
}

/** @param {string} file */
function sizesOfFile(file) {
  return sizesOf(readFileSync(inRoot(`pkg/dist/${file}`)));
}

/**
 * @param {Uint8Array} bytes
 * @returns {Sizes}
 */
function sizesOf(bytes) {
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  };
}

/** @returns {Promise<Record<string, Sizes>>} */
async function bundledSizes() {
  /** @type {Record<string, Sizes>} */
  const sizes = {};
  for (const [name, program] of Object.entries(BUNDLED)) sizes[name] = sizesOf(await minified(await program()));
  return sizes;
}

await mainOf(import.meta.url, async () => {
  await prepare();
  await build();
  if (process.argv.includes("--check")) await checkSizes();
  else await printTable();
});
