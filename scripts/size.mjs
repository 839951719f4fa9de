import "./lib/require-node.mjs";
import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { inRoot } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { Sentence, mainOf } from "./lib/report.mjs";

/**
 * @typedef {{ raw: number, gzip: number, brotli: number }} Sizes
 */

const SHIPPED = ["client.wasm", "issuer.wasm", "client.js", "issuer.js", "client.workerd.js", "issuer.workerd.js"];

const APP = "smallest sign-in app";

/** Fails when a file or the app has grown beyond what scripts/size-limits.json allows. */
export async function checkSizes() {
  /** @type {Record<string, Partial<Sizes>>} */
  const limits = JSON.parse(readFileSync(inRoot("scripts/size-limits.json"), "utf8"));
  const app = sizesOf(await bundleApp());
  const excesses = Object.entries(limits).flatMap(([file, limit]) => {
    const sizes = file === APP ? app : sizesOfFile(file);
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
  rows.push(row(APP, sizesOf(await bundleApp())));
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

/** What a user's bundler makes of an application that needs PKCE, a code and a refresh. */
async function bundleApp() {
  const esbuild = await import("esbuild");
  const { outputFiles } = await esbuild.build({
    entryPoints: [inRoot("scripts/size-app.mjs")],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    write: false,
    logLevel: "silent",
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error("esbuild wrote nothing");
  return bundle.contents;
}

await mainOf(import.meta.url, async () => {
  await prepare();
  await build();
  if (process.argv.includes("--check")) await checkSizes();
  else await printTable();
});
